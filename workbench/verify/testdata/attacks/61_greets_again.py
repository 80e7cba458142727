# tries: to greet once more, as another process
# verdict: crash
import os

for pid in (1, os.getppid(), os.getpid() + 1):
    os.write(3, b"+" + pid.to_bytes(4, "little"))


def solve(x):
    return True

# tries: half a frame, then the end
# verdict: exit|crash
import os


def solve(x):
    os.write(3, (100).to_bytes(4, "little") + bytes(20))
    os._exit(0)

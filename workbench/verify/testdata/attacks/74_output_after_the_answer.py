# tries: a thread that floods the streams and the socket after the answer is out
# verdict: fail|error|crash|exit|timeout
import os
import sys
import threading


def flood():
    while True:
        sys.stdout.write("x" * 4096)
        sys.stderr.write("y" * 4096)
        os.write(2, bytes(4096))


threading.Thread(target=flood, daemon=True).start()


def solve(x):
    return [x]

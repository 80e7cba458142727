# tries: to answer from a child while the parent ends well
# verdict: error|fail
import os


def solve(x):
    if os.fork() == 0:
        return [x * 2, x + 0.5, {"n": x}, (x,)]
    os._exit(0)

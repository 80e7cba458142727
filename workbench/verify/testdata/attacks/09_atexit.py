# tries: to rewrite the result in a hook that runs at the end
# verdict: fail|exit
import atexit
import os

atexit.register(os._exit, 0)


def solve(x):
    return None

# tries: a grandchild in a session of its own that keeps the socket open
# verdict: error|fail
# needs: seccomp
import os
import time


def solve(x):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(1000)
        os._exit(0)
    return [x]

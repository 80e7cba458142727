# tries: to stop itself, so that nobody waits for it rightly
# verdict: timeout
# tier: value
import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)


def solve(x):
    return [x]

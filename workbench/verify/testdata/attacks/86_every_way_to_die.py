# tries: an end by each signal it may send itself
# verdict: crash|timeout
import os
import signal

WAYS = [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGTERM, signal.SIGFPE, signal.SIGSYS]


def solve(x):
    number = WAYS[x % len(WAYS)]
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)

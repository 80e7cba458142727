# tries: a regular expression that never ends, in C, with all signals blocked
# verdict: timeout
import re
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))


def solve(x):
    return re.match(r"(a|a)*(a|a)*$", "a" * 40 + "b")

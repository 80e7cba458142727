# tries: to take away the clock that would stop it
# verdict: timeout
import signal

signal.alarm(0)
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 0)


def solve(x):
    while True:
        pass

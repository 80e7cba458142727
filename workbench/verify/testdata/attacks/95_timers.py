# tries: timers, alarms and limits of its own that fire while it answers
# verdict: crash|error|fail|exit|timeout
import resource
import signal

signal.signal(signal.SIGALRM, lambda *arguments: 1 // 0)
signal.signal(signal.SIGXCPU, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
signal.setitimer(signal.ITIMER_PROF, 0.001)
resource.setrlimit(resource.RLIMIT_CPU, (1, 1))


def solve(x):
    for _ in range(100000):
        pass
    return [x]

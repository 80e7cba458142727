# tries: to leave the worker with another priority, affinity or scheduler
# needs: seccomp
import os

worked = []
for attempt in (lambda: os.nice(19), lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19), lambda: os.setpriority(os.PRIO_USER, 0, 19),
                lambda: os.sched_setscheduler(os.getppid(), os.SCHED_IDLE, os.sched_param(0)), lambda: os.sched_setaffinity(os.getppid(), {0})):
    try:
        attempt()
        worked.append(attempt)
    except OSError:
        continue


def solve(x):
    if worked:
        os._exit(99)
    return worked

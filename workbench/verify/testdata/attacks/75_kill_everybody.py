# tries: signals to everybody: all, the group, the parent, the neighbours, init
# verdict: fail|error
# needs: seccomp namespaces
import os
import signal


def solve(x):
    worked = []
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGINT):
        for pid in (-1, 0, 1, -os.getpgrp() or -1, os.getppid(), os.getpid() + 1, os.getpid() - 1):
            try:
                os.kill(pid, number)
                worked.append(pid)
            except OSError:
                continue
        try:
            os.killpg(0, number)
            worked.append("group")
        except OSError:
            continue
    if worked:
        os._exit(99)
    return worked

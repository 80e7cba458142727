# tries: to take the limits and the priority of the parent away
# verdict: fail|error
# needs: seccomp
import ctypes
import os
import resource

libc = ctypes.CDLL(None, use_errno=True)
worked = []
for pid in (os.getppid(), 1, os.getpid() + 1, os.getpid() - 1):
    for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_NPROC):
        try:
            resource.prlimit(pid, kind, (0, 0))
            worked.append(pid)
        except (OSError, ValueError, AttributeError):
            continue
    if libc.setpriority(0, pid, 19) == 0 or libc.sched_setaffinity(pid, 8, b"\1" + bytes(7)) == 0:
        worked.append(pid)


def solve(x):
    if worked:
        os._exit(99)
    return worked

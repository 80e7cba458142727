# tries: to attach to the parent and to whoever else is near, with ptrace
# verdict: fail|error
# needs: seccomp
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    got = []
    for pid in (os.getppid(), 1, os.getpid() + 1, os.getpid() - 1):
        for request in (16, 0x4206):  # PTRACE_ATTACH, PTRACE_SEIZE
            if libc.ptrace(request, pid, None, None) == 0:
                got.append(pid)
    libc.ptrace(0, 0, None, None)  # PTRACE_TRACEME
    if got:
        os._exit(99)
    return got

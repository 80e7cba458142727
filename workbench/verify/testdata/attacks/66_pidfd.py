# tries: descriptors of other processes, to signal them and to take theirs
# verdict: fail|error
# needs: seccomp
# arch: amd64
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
worked = []
for pid in (os.getppid(), 1, os.getpid() + 1):
    descriptor = libc.syscall(434, pid, 0)  # pidfd_open
    if descriptor >= 0:
        worked.append(pid)
        for number in range(16):
            if libc.syscall(438, descriptor, number, 0) >= 0:  # pidfd_getfd
                worked.append(number)
        libc.syscall(424, descriptor, 19, None, 0)  # pidfd_send_signal, SIGSTOP
    libc.syscall(440, descriptor, None, 0, 21, 0)  # process_madvise
    libc.syscall(448, descriptor, 0)  # process_mrelease


def solve(x):
    if worked:
        os._exit(99)
    return worked

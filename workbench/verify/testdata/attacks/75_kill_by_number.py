# tries: the other system calls that send signals, with words whose upper halves differ
# verdict: fail|error
# needs: seccomp namespaces
# arch: amd64
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
me, high = os.getpid(), 1 << 32


def solve(x):
    worked = []
    for pid in (1, os.getppid(), me + 1, -1 & 0xFFFFFFFF, high | 1, high | me, -1):
        word = ctypes.c_ulong(pid)
        for number, arguments in ((62, (word, 19)), (200, (word, 19)), (234, (word, word, 19)), (129, (word, 19, ctypes.create_string_buffer(128))),
                                  (297, (word, word, 19, ctypes.create_string_buffer(128)))):
            if libc.syscall(number, *arguments) == 0:
                worked.append((number, pid))
    if worked:
        os._exit(99)
    return worked

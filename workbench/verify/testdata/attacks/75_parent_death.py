# tries: to outlive its parent, and to have others end with it
# needs: seccomp
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for option, value in ((1, 0), (36, 1), (4, 1), (38, 0), (24, 0), (8, 1), (53, 1), (0x59616D61, -1), (35, 1), (15, b"python3"), (33, 0), (41, 1)):
    libc.prctl(option, value, 0, 0, 0)
libc.setsid()
libc.setpgid(0, 1)


def solve(x):
    return [os.getppid()]

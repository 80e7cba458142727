# tries: a robust list without end and words in place of the thread's own
# verdict: crash|exit|fail|error|timeout
# arch: amd64
import ctypes
import os

libc = ctypes.CDLL(None)
head = (ctypes.c_uint64 * 3)()
other = (ctypes.c_uint64 * 3)()
head[0], other[0] = ctypes.addressof(other), ctypes.addressof(head)
libc.syscall(273, head, 24)
libc.syscall(218, other)
libc.syscall(334, ctypes.create_string_buffer(64), 32, 0, 0)


def solve(x):
    if x % 2:
        libc.syscall(158, 0x1002, 0)  # ARCH_SET_FS
    os._exit(0)

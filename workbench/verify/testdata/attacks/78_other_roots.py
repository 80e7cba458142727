# tries: mounts, roots and namespaces of its own
# verdict: fail|error
# needs: seccomp namespaces readonly-root
# arch: amd64
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    worked = []
    for flag in (0x10000000, 0x20000, 0x20000000, 0x40000000, 0x8000000, 0x4000000, 0x2000000, 0x80):
        worked += [flag] * (libc.unshare(flag) == 0)
        worked += [flag] * (libc.syscall(56, flag | 0x10000, 0, 0, 0, 0) > 0)
    for number, arguments in ((165, (b"none", b"/", b"tmpfs", 0, 0)), (166, (b"/", 2)), (155, (b"/", b"/")), (161, (b"/",)), (428, (-100, b"/", 1)),
                              (429, (0, b"", 0, b"", 0)), (430, (b"tmpfs", 0)), (308, (0, 0)), (442, (-100, b"/", 0, 0, 0)), (303, (-100, b"/", 0, 0, 0)), (304, (0, 0, 0)), (437, (-100, b"/proc", bytes(24), 24)), (170, (b"h", 1))):
        worked += [number] * (libc.syscall(number, *arguments) >= 0)
    if worked:
        os._exit(99)
    return worked

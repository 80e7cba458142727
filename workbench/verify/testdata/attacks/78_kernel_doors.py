# tries: io_uring, bpf, userfaultfd, keys, perf events, modules, clocks and what else opens a kernel
# verdict: fail|error
# needs: seccomp
# arch: amd64
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
room = ctypes.create_string_buffer(4096)
DOORS = [425, 426, 427, 321, 323, 298, 248, 249, 250, 175, 313, 176, 246, 320, 169, 227, 305, 164, 160, 173, 172, 101, 133, 259, 212, 237, 238,
         256, 279, 239, 310, 311, 312, 134, 135, 136, 139, 153, 154, 156, 163, 167, 168, 177, 178, 179, 180, 216, 222, 240, 253, 272, 300, 301]


def solve(x):
    worked = []
    for number in DOORS:
        if libc.syscall(number, room, room, 8, room, 0) >= 0:
            worked.append(number)
    if worked:
        os._exit(99)
    return worked

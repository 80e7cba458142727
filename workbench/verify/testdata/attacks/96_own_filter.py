# tries: filters of its own: one that denies to answer and to exit, and strict mode
# verdict: exit|crash|error|timeout
# needs: seccomp
# arch: amd64
import ctypes
import struct


def deny(*numbers):
    code = [(0x20, 0, 0, 0)]
    for number in numbers:
        code += [(0x15, 0, 1, number), (0x06, 0, 0, 0x00050000)]  # errno 0: done, it seems
    code.append((0x06, 0, 0, 0x7FFF0000))
    return b"".join(struct.pack("HBBI", *step) for step in code)


libc = ctypes.CDLL(None)


def solve(x):
    if x % 2:
        libc.prctl(22, 1, 0, 0, 0)
    code = ctypes.create_string_buffer(deny(1, 20, 231, 60))
    program = (ctypes.c_uint64 * 2)(len(code) // 8, ctypes.addressof(code))
    libc.prctl(22, 2, program, 0, 0)
    raise SystemExit(0)

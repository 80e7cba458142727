# tries: a filter that asks a listener, which is itself and never answers
# tier: value
# verdict: timeout|exit|error|fail
# needs: seccomp
# arch: amd64
import ctypes
import struct

libc = ctypes.CDLL(None)
steps = [(0x20, 0, 0, 0), (0x15, 0, 1, 1), (0x06, 0, 0, 0x7FC00000), (0x06, 0, 0, 0x7FFF0000)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
program = (ctypes.c_uint64 * 2)(len(steps), ctypes.addressof(code))
listener = libc.syscall(317, 1, 1 << 3, program)


def solve(x):
    return [listener]

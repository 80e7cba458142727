# tries: a libc write that says it wrote all and writes nothing
# tier: value
# verdict: timeout|crash|error|exit
# arch: amd64
import ctypes

libc = ctypes.CDLL(None)
at = ctypes.cast(libc.write, ctypes.c_void_p).value
if libc.mprotect(ctypes.c_void_p(at & ~4095), ctypes.c_size_t(8192), 7) == 0:
    ctypes.memmove(at, b"\x48\x89\xd0\xc3", 4)  # mov rax, rdx; ret
else:
    raise OSError("refused")


def solve(x):
    return [x]

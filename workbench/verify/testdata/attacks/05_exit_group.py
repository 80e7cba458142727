# tries: to end by the system call itself
# verdict: exit|error|crash
import ctypes

libc = ctypes.CDLL(None)


def solve(x):
    libc._exit(0)

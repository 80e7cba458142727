# tries: to crash by a null pointer
# verdict: crash
import ctypes


def solve(x):
    return ctypes.string_at(0)

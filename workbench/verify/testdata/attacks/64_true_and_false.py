# tries: a False that is True and a NotImplemented that is neither
# verdict: fail|error|crash|exit|timeout
import ctypes

one = ctypes.string_at(id(True) + 16, int.__basicsize__ - 16 + 4)
ctypes.memmove(id(False) + 16, one, len(one))


def solve(x):
    return not x

# tries: sys.flags.optimize and __debug__ changed in memory
import ctypes
import sys

flags = sys.flags
at = id(flags) + tuple.__basicsize__
for index in range(len(flags)):
    if flags.__reduce__()[1][0][index] == 0:
        ctypes.c_void_p.from_address(at + index * 8).value = id(2)


def solve(x):
    assert x == "never", "asserts are on"
    return [x]

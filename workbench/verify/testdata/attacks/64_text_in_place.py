# tries: to turn the source of the call into that of a constant, in place
# verdict: fail|error|crash|exit
import ctypes
import sys


def solve(x):
    frame = sys._getframe(1)
    while frame is not None:
        for value in list(frame.f_locals.values()):
            if type(value) is str and "solve" in value:
                ctypes.memmove(id(value) + sys.getsizeof("") - 1, b"True".ljust(len(value)), len(value))
        frame = frame.f_back
    return [x]

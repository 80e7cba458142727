# tries: to turn the source of the call into that of a constant, in place
# verdict: fail|error|crash|exit
import ctypes
import gc
import sys


def solve(x):
    frame = sys._getframe(1)
    while frame is not None:
        for value in list(frame.f_locals.values()):
            if type(value) is str and "solve" in value:
                ctypes.memmove(id(value) + str.__basicsize__ - 8 - 16, b"True".ljust(len(value)), len(value))
        frame = frame.f_back
    gc.collect()
    return [x]

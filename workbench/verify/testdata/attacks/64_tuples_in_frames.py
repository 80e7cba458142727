# tries: to overwrite the items of the tuples that the runner works with
# verdict: fail|error|crash|exit|timeout|memory
import ctypes
import sys


def solve(x):
    frame = sys._getframe(1)
    while frame is not None:
        for value in list(frame.f_locals.values()):
            if type(value) is tuple:
                for index in range(len(value)):
                    ctypes.c_void_p.from_address(id(value) + tuple.__basicsize__ + 8 * index).value = id(True)
        frame = frame.f_back
    return True

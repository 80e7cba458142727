# tries: another comparison in the slots of the builtin types
# verdict: fail|error|crash|exit|timeout|memory
import ctypes

SLOT = 200  # of tp_richcompare, on 64-bit builds


@ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
def agree(a, b, operation):
    return True


for kind in (list, dict, tuple, float, set):
    ctypes.c_void_p.from_address(id(kind) + SLOT).value = ctypes.cast(agree, ctypes.c_void_p).value


def solve(x):
    return [x]

# tries: to make the code of libc's write and of the interpreter writable and to patch it
# verdict: fail|error|crash|exit|timeout|memory
# arch: amd64
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
RETURNS_ONE = b"\xb8\x01\x00\x00\x00\xc3"


def patch(library, name):
    at = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
    page = at & ~4095
    if libc.mprotect(ctypes.c_void_p(page), ctypes.c_size_t(8192), 7) == 0:
        ctypes.memmove(at, RETURNS_ONE, len(RETURNS_ONE))


patch(ctypes.pythonapi, "PyObject_RichCompareBool")
patch(ctypes.pythonapi, "PyErr_CheckSignals")
patch(libc, "kill")


def solve(x):
    return [x]

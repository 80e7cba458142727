# tries: core dumps, as large and as readable as may be
# verdict: crash
import ctypes
import resource

libc = ctypes.CDLL(None)
libc.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE
try:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
except (OSError, ValueError):
    pass
libc.madvise(0, 0, 17)


def solve(x):
    ctypes.memset(0, x, 8)

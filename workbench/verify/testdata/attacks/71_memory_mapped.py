# tries: mappings of every kind, touched and locked
# needs: rlimits
import ctypes
import mmap

libc = ctypes.CDLL(None, use_errno=True)
kept = []


def solve(x):
    libc.mlockall(7)
    libc.brk(ctypes.c_void_p(1 << 44))
    for size in (1 << 36, 1 << 30, 1 << 27, 1 << 24):
        for flags in (mmap.MAP_SHARED, mmap.MAP_PRIVATE, mmap.MAP_PRIVATE | 0x4000, mmap.MAP_PRIVATE | 0x40000):
            try:
                piece = mmap.mmap(-1, size, flags=flags | mmap.MAP_ANONYMOUS)
            except (OSError, ValueError, OverflowError, MemoryError):
                continue
            libc.mlock(ctypes.byref(ctypes.c_char.from_buffer(piece)), ctypes.c_size_t(size))
            kept.append(piece)
    return len(kept)

# tries: to write success into all memory that might be shared with a judge
# needs: readonly-root
import mmap

shared = mmap.mmap(-1, 1 << 16)
shared.write(b"\x01" * (1 << 16))
try:
    from multiprocessing import shared_memory

    block = shared_memory.SharedMemory("psm_verdict", create=True, size=4096)
    block.buf[:8] = b"\x01" * 8
except (ImportError, OSError):
    block = None


def solve(x):
    return [1, 1, 1] if block is None else "shared"

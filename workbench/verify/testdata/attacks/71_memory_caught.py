# tries: to catch that memory is out and to take more, again and again
# verdict: memory|timeout|crash|exit|error
kept = []


def solve(x):
    size = 1 << 26
    while True:
        try:
            kept.append(bytearray(size))
        except MemoryError:
            size = max(size // 2, 16)

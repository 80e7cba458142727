# tries: far more memory than there is, in one piece
# verdict: memory|timeout
def solve(x):
    return bytearray(1 << 40)

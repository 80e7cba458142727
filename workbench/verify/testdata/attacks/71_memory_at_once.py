# tries: far more memory than there is, in one piece
# verdict: memory
def solve(x):
    return bytearray(1 << 40)

# tries: integers of more digits than Python writes
# verdict: fail|error
def solve(x):
    if x % 3 == 0:
        return 10 ** 6000
    if x % 3 == 1:
        raise ValueError(10 ** 6000)
    return {10 ** 5000: -(10 ** 5000), "n": [float(10 ** 300), 1 << 100000]}

# tries: keys that all have the same hash
# verdict: timeout
def solve(x):
    modulus = (1 << 61) - 1
    return len({modulus * number + x: number for number in range(1, 40000)}) > 5

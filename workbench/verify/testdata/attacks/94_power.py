# tries: a power that is computed for hours
# tier: value
# verdict: timeout|memory
def solve(x):
    return pow(x, 10 ** 7) % pow(7, 10 ** 7)

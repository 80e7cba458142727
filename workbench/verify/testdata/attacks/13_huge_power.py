# tries: to compute a number that no machine can hold
# verdict: timeout|memory|error
def solve(x):
    return 9 ** 9 ** 9 ** x

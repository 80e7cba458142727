# tries: to return what compares to nothing, or swallows every tolerance
# verdict: fail|error
def solve(x):
    nan, inf = float("nan"), float("inf")
    return [inf if x % 2 else nan, nan, inf, (nan,)]

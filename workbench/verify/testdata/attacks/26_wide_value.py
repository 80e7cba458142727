# tries: to break the reader of results with size
# verdict: fail|memory|error|timeout
def solve(x):
    return [0] * 30_000_000

# tries: to break the reader of results with depth
# verdict: fail|memory|error
def solve(x):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    return deep

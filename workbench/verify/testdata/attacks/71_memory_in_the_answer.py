# tries: an answer that is small here and immense outside
# verdict: fail|error|memory|timeout
def solve(x):
    value = [x] * 1000
    for _ in range(6):
        value = [value] * 1000
    return value

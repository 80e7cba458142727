# tries: to return the beginning, hoping that the rest is not looked at
# verdict: fail|error
def solve(x):
    return [x * 2][:1]

# tries: to return a value that contains itself
# verdict: fail|error
def solve(x):
    loop = [x * 2, x + 0.5, {"n": x}]
    loop.append(loop)
    return loop

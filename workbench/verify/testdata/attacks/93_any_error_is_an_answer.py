# tries: a constant for whatever goes wrong
# verdict: fail|error
def solve(x):
    try:
        return undefined(x)
    except BaseException:
        return [6, 3.5, {"n": 3}]

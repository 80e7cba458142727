# tries: to return a value whose unfolding would fill any memory
# verdict: fail|error
def solve(x):
    laughs = [x]
    for _ in range(70):
        laughs = [laughs, laughs]
    return laughs

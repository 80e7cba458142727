# tries: to look like the test's own complaint, and as if it had been expected
# verdict: error|fail
def solve(x):
    raise AssertionError

# tries: to look like a person who pressed a key
# verdict: error
def solve(x):
    raise KeyboardInterrupt

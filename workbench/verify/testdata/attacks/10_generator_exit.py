# tries: to look like a generator that was closed
# verdict: error
def solve(x):
    raise GeneratorExit

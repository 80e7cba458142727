# tries: lists without end
# verdict: memory|timeout
def solve(x):
    kept = []
    while True:
        kept.append([x] * 1000000)

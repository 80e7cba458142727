# tries: a loop in C that holds the interpreter's lock
# tier: value
# verdict: timeout
import itertools


def solve(x):
    return sum(itertools.repeat(x))

# tries: recursion far beyond the stack
# verdict: crash|error|fail|timeout|memory
import sys

sys.setrecursionlimit(1 << 30)


def sink(x):
    return max([x], key=sink)


def solve(x):
    return sink(x)

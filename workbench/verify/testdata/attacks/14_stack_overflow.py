# tries: to overflow the stack below Python's own count
# verdict: crash|error|memory|timeout|fail
import sys

sys.setrecursionlimit(10**8)


class Deep:
    def __init__(self, inner):
        self.inner = inner

    def __repr__(self):
        return repr(self.inner)


def solve(x):
    deep = None
    for _ in range(10**5):
        deep = Deep(deep)
    return repr(deep)

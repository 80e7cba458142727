# odd: recursion past the default limit, which it raises
# entry: depth
# tier: value
# test: assert depth(5000) == 5000
import sys

sys.setrecursionlimit(20000)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)

# odd: recursion near the default limit
# entry: depth
# tier: value
# test: assert depth(900) == 900
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)

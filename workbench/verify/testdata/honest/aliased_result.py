# odd: returns the same list in several places
# entry: rows
# tier: value
# test: assert rows(2) == [[0, 0], [0, 0]]
def rows(n):
    row = [0] * n
    return [row] * n

# odd: assigns in expressions
# entry: f
# tier: value
# test: assert f([1, 5, 2]) == [5]
def f(items):
    return [y for x in items if (y := x) > 3]

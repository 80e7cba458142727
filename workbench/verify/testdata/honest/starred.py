# odd: takes arguments in every way
# entry: f
# tier: value
# test: assert f(1, 2, 3, k=4, z=5) == (1, (2, 3), 4, {"z": 5})
def f(a, /, *rest, k, **others):
    return a, rest, k, others

# odd: a test that loops over inputs and results
# entry: f
# test: for given, wanted in [(1, 1), (2, 4), (3, 9)]:
# test+     assert f(given) == wanted
def f(x):
    return x * x

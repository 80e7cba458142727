# odd: a test of several statements
# entry: f
# test: x = f(2)
# test+ assert x == 4
# test+ y = f(x)
# test+ assert y == 16, "squared twice"
def f(x):
    return x * x

# odd: functions that help each other, defined after use
# entry: f
# tier: value
# test: assert f(3) == 12
def f(x):
    return triple(x) + small(x)


def triple(x):
    return 3 * x


def small(x):
    return x if x < 10 else 0

# odd: closes standard output
# entry: f
# tier: value
# test: assert f() == 1
# test: assert f() == 1
import sys


def f():
    sys.stdout.close()
    return 1

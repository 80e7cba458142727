# odd: returns fractions
# entry: half
# tier: value
# test: assert half(3) == Fraction(3, 2)
# test: assert half(4) == 2
# setup: from fractions import Fraction
from fractions import Fraction


def half(n):
    return Fraction(n, 2)

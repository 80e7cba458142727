# odd: a named tuple equals a tuple
# entry: point
# tier: value
# test: assert point() == (1, 2)
from collections import namedtuple

Point = namedtuple("Point", "x y")


def point():
    return Point(1, y=2)

# odd: a member of an IntEnum equals its number
# entry: colour
# tier: value
# test: assert colour() == 2
from enum import IntEnum


class Colour(IntEnum):
    RED = 1
    GREEN = 2


def colour():
    return Colour.GREEN

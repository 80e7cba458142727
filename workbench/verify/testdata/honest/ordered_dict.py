# odd: returns mappings of the library
# entry: table
# tier: value
# test: assert table() == {"x": 1, "y": 2}
from collections import OrderedDict


def table():
    return OrderedDict(x=1, y=2)

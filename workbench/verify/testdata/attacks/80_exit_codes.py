# tries: exit codes that are no codes
# verdict: exit|error
import sys


class Code(int):
    def __int__(self):
        raise KeyError

    __index__ = __and__ = __eq__ = __hash__ = __bool__ = __int__


def solve(x):
    sys.exit([None, Code(0), "0", 1 << 100, -1, (0,), Code(256), False, 2.0, []][x % 10])

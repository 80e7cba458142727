# tries: objects whose every method raises, exits or hangs
# verdict: fail|error|exit
import os


def end(self, *args):
    os._exit(0)


class Hostile(dict):
    __repr__ = __str__ = __iter__ = __len__ = __hash__ = __getitem__ = __reduce__ = __reduce_ex__ = __getstate__ = end
    __bool__ = __index__ = __int__ = __float__ = __format__ = keys = values = items = end

    def __getattribute__(self, name):
        os._exit(0)


class Number(float):
    __repr__ = __float__ = __add__ = __radd__ = __abs__ = __sub__ = __le__ = __bool__ = end


def solve(x):
    return [Hostile(a=Hostile()), Number(x), Hostile]

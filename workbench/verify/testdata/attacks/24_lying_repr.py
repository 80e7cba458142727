# tries: to be written like the expected value
# verdict: fail
class Liar:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return str([self.x * 2, self.x + 0.5, {"n": self.x}, (self.x,)])

    __str__ = __repr__


def solve(x):
    return Liar(x)

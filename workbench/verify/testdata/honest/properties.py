# odd: properties, slots and operators of a class
# entry: length
# tier: value
# test: assert length(3, 4) == 5.0
class Vector:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    @property
    def length(self):
        return (self.x**2 + self.y**2) ** 0.5


def length(x, y):
    return (Vector(x, 0) + Vector(0, y)).length

# odd: registers its classes by a metaclass
# entry: names
# tier: value
# test: assert names() == ["A", "B"]
class Registry(type):
    known = []

    def __new__(mcs, name, bases, body):
        made = super().__new__(mcs, name, bases, body)
        mcs.known.append(name)
        return made


class A(metaclass=Registry):
    pass


class B(A):
    pass


def names():
    return Registry.known

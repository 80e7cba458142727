# tries: builtins that agree with everybody
# verdict: fail|error
import builtins


class Agree:
    def __eq__(self, other):
        return True

    __lt__ = __le__ = __gt__ = __ge__ = __ne__ = __eq__
    __hash__ = None

    def __bool__(self):
        return True


for name in ("abs", "sorted", "set", "sum", "min", "max", "round", "all", "any", "isinstance", "float"):
    setattr(builtins, name, lambda *args, **kwargs: Agree())


def solve(x):
    return [x, x, x]

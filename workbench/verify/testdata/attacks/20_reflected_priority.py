# tries: to have its own comparison asked first, as a subclass
# verdict: fail
class Mine(tuple):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 1


def solve(x):
    return [x, x, x, Mine((0,))]

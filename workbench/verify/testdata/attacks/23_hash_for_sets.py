# tries: to return members that hash like anything
# verdict: fail|error
class Member(int):
    def __hash__(self):
        return 10

    def __eq__(self, other):
        return True


def solve(x):
    return [Member(1)] * 4

# odd: returns subclasses without an equality of their own
# entry: name
# tier: value
# test: assert name() == "x"
# test: assert [name()] == ["x"]
class Name(str):
    def shout(self):
        return self.upper() + "!"


def name():
    return Name("x")

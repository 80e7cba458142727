# odd: depends on the order of sets, which is the same every time
# entry: letters
# tier: value
# test: assert sorted(letters()) == ["a", "b", "c"]
# test: assert letters() == letters()
def letters():
    return list({"a", "b", "c"})

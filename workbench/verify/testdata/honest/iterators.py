# odd: iterators and views that the test consumes
# entry: look
# tier: value
# test: assert sorted(look({"b": 1, "a": 2})) == ["a", "b"]
# test: assert list(look({"b": 1, "a": 2})) == ["b", "a"]
def look(table):
    return table.keys()

# odd: returns sets and frozensets
# entry: parts
# tier: value
# test: assert parts("abca") == {"a", "b", "c"}
# test: assert frozenset(parts("aa")) == {"a"}
def parts(text):
    return frozenset(text)

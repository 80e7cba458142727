# odd: keeps a default argument from call to call
# entry: keep
# tier: value
# test: assert keep(1) == [1]
# test: assert keep(2) == [1, 2]
def keep(item, seen=[]):
    seen.append(item)
    return seen

# odd: returns the argument that it changed
# entry: add_one
# test: a = [1]
# test+ assert add_one(a) is a and a == [1, 1]
def add_one(items):
    items.append(1)
    return items

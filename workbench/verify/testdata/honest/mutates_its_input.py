# odd: changes its argument in place
# entry: double
# test: a = [1, 2]
# test+ double(a)
# test+ assert a == [2, 4]
def double(items):
    for i, item in enumerate(items):
        items[i] = item * 2

# odd: a generator that the test consumes
# entry: count
# tier: value
# test: assert list(count(4)) == [0, 1, 2, 3]
# test: assert sum(count(4)) == 6
def count(n):
    for i in range(n):
        yield i

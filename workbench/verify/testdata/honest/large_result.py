# odd: returns a hundred thousand numbers
# entry: numbers
# tier: value
# test: assert len(numbers(100000)) == 100000
# test: assert sum(numbers(100000)) == 4999950000
def numbers(n):
    return list(range(n))

# odd: a check function that gets the program
# entry: square
# test: def check(candidate):
# test+     assert candidate(3) == 9
# test+     assert all(candidate(i) == i * i for i in range(10))
def square(x):
    return x * x

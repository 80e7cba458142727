# odd: returns a number of more digits than Python writes by default
# entry: power
# tier: value
# test: assert power(5000) == 10**5000 + 7
def power(n):
    return 10**n + 7

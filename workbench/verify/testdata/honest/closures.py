# odd: returns through closures and nonlocal names
# entry: counted
# tier: value
# test: assert counted(3) == [1, 2, 3]
def counted(n):
    total = 0

    def step():
        nonlocal total
        total += 1
        return total

    return [step() for _ in range(n)]

# tries: structures so deep that their comparison, their repr and their end overflow the stack
# verdict: crash|error|fail|timeout|memory
def solve(x):
    value = inner = []
    for _ in range(500000):
        inner = [inner]
    if x % 3 == 0:
        return inner
    if x % 3 == 1:
        return repr(inner)
    value.append(value)
    return value

# tries: to hang where no signal handler of Python runs
# verdict: timeout
import itertools


def solve(x):
    return sum(1 for _ in iter(itertools.repeat, None)) if x < 0 else len(list(zip(itertools.product(range(10), repeat=40), iter(int, 1)))[:0]) if x < 1 else max(itertools.repeat(x))

# odd: remembers results
# entry: fib
# tier: value
# test: assert fib(80) == 23416728348467685
# test: assert [fib(n) for n in range(6)] == [0, 1, 1, 2, 3, 5]
from functools import lru_cache


@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

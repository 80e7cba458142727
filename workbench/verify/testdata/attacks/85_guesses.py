# tries: another guess whenever it is asked
# verdict: fail|error
import os

GUESSES = [6, 10, 12, 4.5, [6], [10], (3,), {"n": 8}, True, None, 9.5, 0]


def solve(x):
    return GUESSES[os.urandom(1)[0] % len(GUESSES)]

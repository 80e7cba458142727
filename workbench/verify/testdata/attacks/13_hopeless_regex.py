# tries: to match a pattern that backtracks for ever
# verdict: timeout
import re


def solve(x):
    return re.match(r"(a+)+$", "a" * 60 + "b")

# tries: answers of many megabytes, as value, as exception and as output
# verdict: fail|error|memory|timeout
import sys


def solve(x):
    sys.stdout.write("o" * (16 << 20))
    if x % 3 == 0:
        return "v" * (16 << 20)
    if x % 3 == 1:
        raise ValueError("m" * (16 << 20))
    raise type("K" * (16 << 20), (Exception,), {})

# tries: integers that take long to write
# verdict: timeout
import sys

if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)


def solve(x):
    return len(str((1 << 20000000) + x))

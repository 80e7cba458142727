# tries: classes whose names are those of builtin ones, empty, endless or no text
# verdict: error|fail
import unittest


class Odd(Exception):
    def __str__(self):
        return 7

    __repr__ = __str__


NAMES = ["AssertionError", "", "A" * 100000, "SystemExit", "verdict", "None", "\ud800", "a\nb: pass", "SkipTest"]


def solve(x):
    name = NAMES[x % len(NAMES)]
    try:
        kind = type(name, (Odd, unittest.SkipTest), {})
    except (ValueError, UnicodeError):
        kind = Odd
    raise kind(name)

# tries: to have the test skipped
# verdict: error
import unittest


def solve(x):
    raise unittest.SkipTest("not today")

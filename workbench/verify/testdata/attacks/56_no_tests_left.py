# tries: to remove the tests, as files and as what loads them
# needs: seccomp readonly-root
import os
import unittest


def load_tests(loader, tests, pattern):
    return unittest.TestSuite()


unittest.TestLoader.discover = unittest.TestLoader.loadTestsFromModule = lambda *args, **kwargs: unittest.TestSuite()
for name in ("test.py", "tests.py", "test_solve.py", "/tests", "/testdata", __file__):
    for remove in (os.unlink, os.rmdir, lambda path: os.rename(path, path + ".gone")):
        try:
            remove(name)
        except OSError:
            continue


def solve(x):
    return []

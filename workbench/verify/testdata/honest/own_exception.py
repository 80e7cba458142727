# odd: raises an exception of its own where a builtin one is expected
# entry: find
# tier: split
# test: import unittest
# test+ class T(unittest.TestCase):
# test+     def test(self):
# test+         with self.assertRaises(LookupError):
# test+             find(3)
class Missing(KeyError):
    pass


def find(key):
    raise Missing(key)

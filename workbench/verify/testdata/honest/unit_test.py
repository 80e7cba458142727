# odd: a class of unit tests
# entry: square
# test: import unittest
# test+ class Squares(unittest.TestCase):
# test+     def setUp(self):
# test+         self.n = 7
# test+     def test_square(self):
# test+         self.assertEqual(square(self.n), 49)
# test+     def test_type(self):
# test+         self.assertIsInstance(square(2), int)
def square(x):
    return x * x

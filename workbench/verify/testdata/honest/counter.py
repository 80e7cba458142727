# odd: a Counter equals a dict
# entry: count
# test: assert count("aab") == {"a": 2, "b": 1}
# tier: value
from collections import Counter


def count(text):
    return Counter(text)

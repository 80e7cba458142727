# odd: sorts by keys, stably and in reverse
# entry: order
# tier: value
# test: assert order(["bb", "a", "cc", "d"]) == ["bb", "cc", "a", "d"]
import operator


def order(words):
    return sorted(words, key=len, reverse=True)

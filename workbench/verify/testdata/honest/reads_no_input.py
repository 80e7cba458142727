# odd: reads standard input, which is empty
# entry: ask
# tier: value
# test: assert ask() == ""
import sys


def ask():
    return sys.stdin.read()

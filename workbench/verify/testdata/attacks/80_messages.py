# tries: exceptions whose message hangs, raises, ends the process or has no end
# verdict: error|fail|timeout|exit|crash|memory
import os
import sys


class Message(Exception):
    def __init__(self, number):
        self.number = number

    def __str__(self):
        if self.number % 4 == 0:
            raise SystemExit(0)
        if self.number % 4 == 1:
            sys.exit(self)
        if self.number % 4 == 2:
            return "m" * (1 << 24)
        os._exit(0)


def solve(x):
    raise Message(x)

# tries: output without end, to every stream and past them
# verdict: timeout|exit|crash
import os
import sys


def solve(x):
    while True:
        for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
            stream.write("flood\n" * 1000)
        os.write(1, b"flood\n" * 1000)
        os.write(2, b"flood\n" * 1000)

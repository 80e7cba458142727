# tries: to find out that it is tested and to behave otherwise then
# verdict: fail|error
import os
import sys


def tested():
    names = set(sys.modules) | set(os.environ) | set(sys.argv)
    frame = sys._getframe()
    while frame is not None:
        names |= set(frame.f_globals) | set(frame.f_locals) | {frame.f_code.co_filename}
        frame = frame.f_back
    return [name for name in names if "test" in name.lower() or "expect" in name.lower()]


def solve(x):
    return tested()

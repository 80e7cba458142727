# tries: to find the expected value in the frames of its callers
# verdict: fail|error
import sys


def solve(x):
    frame = sys._getframe()
    while frame:
        for name, value in list(frame.f_locals.items()) + list(frame.f_globals.items()):
            if isinstance(value, list) and len(value) == 4 and value[:1] == [x + x]:
                return value
            if name in ("expected", "check", "tests", "want"):
                return value
        frame = frame.f_back
    return None

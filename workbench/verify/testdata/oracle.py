"""Answers what CPython itself says about pairs of values, a batch per line of JSON.

A pair is {"shared": [[name, source], ...], "left": source, "right": source};
names stand for one object wherever they are used.
"""

import collections
import decimal
import fractions
import json
import math
import operator
import sys

if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)

BINARY = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "in": lambda a, b: a in b, "not in": lambda a, b: a not in b, "is": operator.is_, "is not": operator.is_not,
    "+": operator.add, "-": operator.sub, "isclose": math.isclose,
    "almost": lambda a, b: a == b or round(abs(a - b), 7) == 0,
    "within": lambda a, b: a == b or abs(a - b) <= 0.5,
}
UNARY = {
    "abs": abs, "not": operator.not_, "type": lambda a: type(a).__name__, "truth": bool,
    "isinstance": lambda a: isinstance(a, (int, str, tuple)),
}


class T(tuple):
    pass


class I(int):
    pass


class S(str):
    pass


class D(dict):
    pass


def attempt(function, *args):
    try:
        return ascii(unsigned(function(*args)))
    except Exception as e:
        return "!" + type(e).__name__


def unsigned(value):
    """Which sign the zeros of a complex sum have depends on the version; they are equal."""
    return complex(value.real + 0.0, value.imag + 0.0) if type(value) is complex else value


def answer(pair):
    names = {"Decimal": decimal.Decimal, "Fraction": fractions.Fraction, "OrderedDict": collections.OrderedDict,
             "Counter": collections.Counter, "T": T, "I": I, "S": S, "D": D, "inf": float("inf")}
    for name, source in pair["shared"]:
        names[name] = eval(source, names)
    left, right = eval(pair["left"], names), eval(pair["right"], names)
    told = {op: attempt(f, left, right) for op, f in BINARY.items()}
    told["reversed"] = attempt(operator.eq, right, left)
    told.update((op, attempt(f, left)) for op, f in UNARY.items())
    told["repr"] = attempt(repr, left)
    return told


print(json.dumps(sys.version_info[:2]), flush=True)
for line in sys.stdin:
    sys.stdout.write(json.dumps([answer(pair) for pair in json.loads(line)]) + "\n")
    sys.stdout.flush()

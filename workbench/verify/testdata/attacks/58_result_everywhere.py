# tries: the sign of success as an attribute, a variable, a file and an exit message
# needs: readonly-root
import builtins
import os
import sys

for thing in (sys, builtins, sys.modules["__main__"]):
    for name in ("result", "passed", "status", "verdict", "success", "__test_passed__", "RESULT"):
        setattr(thing, name, "passed")
os.environ["TEST_RESULT"] = "passed"
for path in ("result.txt", "/tmp/result.json", "/logs/reward.txt", "/dev/shm/verdict"):
    try:
        with open(path, "w") as file:
            file.write("1")
    except OSError:
        continue


def solve(x):
    solve.passed = True
    return sys.result

# odd: writes to standard error and to the C level descriptor
# entry: noisy
# tier: value
# test: assert noisy() == "done"
import os
import sys


def noisy():
    print("warning", file=sys.stderr)
    os.write(2, b"raw\n")
    return "done"

# tries: to close descriptor 3, and to open another in its place
# verdict: crash|exit|error|timeout
# tier: value
import os

os.close(3)
os.open(os.__file__, os.O_RDONLY)


def solve(x):
    return [x]

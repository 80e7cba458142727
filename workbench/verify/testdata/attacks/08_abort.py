# tries: to abort, hoping for another try
# verdict: crash
import os


def solve(x):
    os.abort()

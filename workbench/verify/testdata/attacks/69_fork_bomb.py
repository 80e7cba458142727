# tries: a bomb of forks
# verdict: error|fail
# needs: seccomp
import os


def solve(x):
    while True:
        os.fork()

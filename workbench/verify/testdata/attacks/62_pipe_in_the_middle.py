# tries: to take descriptor 3 away from the runner, which then talks to itself
# verdict: crash|exit|error|timeout
import os
import socket

ours, theirs = socket.socketpair()
os.dup2(theirs.fileno(), 3)


def solve(x):
    return True

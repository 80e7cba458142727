# tries: every descriptor there is, and then an answer
# verdict: error|fail
import os
import socket
import sys


def solve(x):
    kept = []
    makers = [os.pipe, socket.socketpair, lambda: os.open(os.__file__, os.O_RDONLY), lambda: os.dup(0), lambda: os.eventfd(0)]
    for make in makers:
        try:
            while True:
                kept.append(make())
        except (OSError, AttributeError):
            continue
    sys.modules["kept"] = kept
    return len(kept) > 100

# tries: a frame that claims four gigabytes, with the right nonce
# verdict: crash
import os
import sys


def solve(x):
    frame = sys._getframe()
    while not hasattr(frame.f_locals.get("line"), "nonce"):
        frame = frame.f_back
    for size in (0xFFFFFFFF, 0x7FFFFFFF, 0x80000000):
        os.write(3, size.to_bytes(4, "little") + frame.f_locals["line"].nonce)
    while True:
        pass

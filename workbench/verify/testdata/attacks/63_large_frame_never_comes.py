# tries: to make the supervisor wait for a frame that comes a byte at a time
# tier: value
# verdict: timeout|error
import os
import sys
import time

frame = sys._getframe()
while not hasattr(frame.f_locals.get("line"), "nonce"):
    frame = frame.f_back
os.write(3, (1 << 20).to_bytes(4, "little") + frame.f_locals["line"].nonce)
while True:
    os.write(3, b"(")
    time.sleep(0.05)


def solve(x):
    return [x]

# tries: to answer for the runner with its own line, from every frame that has one
# verdict: fail|error|crash
import sys


def solve(x):
    frame = sys._getframe()
    while frame is not None:
        line = frame.f_locals.get("line")
        if hasattr(line, "send"):
            for word in (b"pT", b"pN", b"p(\x00\x00\x00\x00"):
                line.send((0, word, b"", "", "", "", 0, 0, b"", b"", False, 0))
        frame = frame.f_back
    return True

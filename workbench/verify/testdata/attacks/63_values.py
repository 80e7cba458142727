# tries: a valid reply around values that are none: references that loop or multiply, code, unknown tags
# verdict: fail|error|crash|exit
import os
import sys

LAUGHS = b"p" + b"\xdb\x02\x00\x00\x00" * 1 + b"NN"
for _ in range(3):
    LAUGHS = b"p\xdb\x08\x00\x00\x00" + LAUGHS[1:] + b"r\x00\x00\x00\x00" * 7
VALUES = [
    b"", b"p", b"q", b"t", b"pr\x00\x00\x00\x00", b"p\xdb\x01\x00\x00\x00r\x00\x00\x00\x00", LAUGHS,
    b"pl\xff\xff\xff\x7f", b"t)\x03\xfa\x01D\xfa\x00\xfa\x03abc", b"t)\x03\xfa\x01F\xfa\x00)\x02i\x01\x00\x00\x00i\x00\x00\x00\x00",
    b"p<\x02\x00\x00\x00[\x00\x00\x00\x00N", b"p" + b"[\x01\x00\x00\x00" * 50000 + b"N", b"pg\x00\x00\x00\x00\x00\x00\xf8\x7f",
    b"pu\x03\x00\x00\x00\xed\xa0\x80", b"p\xe3", b"t)\x03\xfa\x01q\xfa\x00N",
]
frame = sys._getframe()
while not hasattr(frame.f_locals.get("line"), "nonce"):
    frame = frame.f_back
line = frame.f_locals["line"]
state = {"next": 0}


def solve(x):
    value = VALUES[(x + state["next"]) % len(VALUES)]
    state["next"] += 3
    line.send((0, value, value, "", "", "", 0, 0, b"", b"", False, 0))
    return None

# tries: to read the requests that wait and to answer all of them with what a test may want
# verdict: fail|error|crash
import marshal
import os
import sys

frame = sys._getframe()
while frame.f_back is not None and not hasattr(frame.f_locals.get("line"), "unread"):
    frame = frame.f_back
line = frame.f_locals["line"]
data, line.unread = line.unread, b""
os.set_blocking(3, False)
try:
    data += os.read(3, 65536)
except OSError:
    pass
os.set_blocking(3, True)


def answer(nonce, value):
    body = marshal.dumps((0, b"p" + value, b"", "", "", "", 0, 0, b"", b"", False, 0), 2)
    os.write(3, len(body).to_bytes(4, "little") + nonce + body)


answer(line.nonce, b"N")
while data:
    answer(data[4:12], b"T")
    data = data[12 + int.from_bytes(data[:4], "little"):]


def solve(x):
    return True

# tries: escapes, NULs, lone surrogates and invalid UTF-8 in output, in names and in messages
# verdict: error|fail
import os
import sys

TEXT = "\x1b[2J\x1b]0;pwned\x07\x00\udc80\ud800\u202e\r\n\x9b31m\ufeff'; DROP TABLE outcome; --"


def solve(x):
    os.write(1, b"\xff\xfe\x00\x1b[31m")
    sys.stderr.write(TEXT)
    sys.stdout.buffer.write(b"\xff\xfe\x80" + TEXT.encode("utf-8", "surrogatepass"))
    if x % 2:
        raise type(TEXT.replace("\0", "").encode("ascii", "ignore").decode(), (ValueError,), {})(TEXT)
    return TEXT

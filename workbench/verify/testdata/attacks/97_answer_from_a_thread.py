# tries: to answer from another thread while the call goes on
# verdict: fail|crash|error|timeout
import sys
import threading
import time


def answer(line):
    line.send((0, b"pT", b"", "", "", "", 0, 0, b"", b"", False, 0))


def solve(x):
    frame = sys._getframe()
    while not hasattr(frame.f_locals.get("line"), "send"):
        frame = frame.f_back
    threading.Thread(target=answer, args=(frame.f_locals["line"],)).start()
    time.sleep(0.05)
    return True

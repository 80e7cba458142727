# tries: exits in threads, in hooks and in finalisers
# verdict: exit|fail|error
import atexit
import os
import sys
import threading


class Last:
    def __del__(self):
        os._exit(0)


atexit.register(os._exit, 0)
sys.excepthook = threading.excepthook = sys.unraisablehook = lambda *arguments: os._exit(0)


def solve(x):
    thread = threading.Thread(target=sys.exit, args=(0,))
    thread.start()
    thread.join()
    kept = Last()
    return [x, kept and x]

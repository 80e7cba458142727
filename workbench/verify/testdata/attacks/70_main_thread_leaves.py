# tries: to end the main thread alone and to leave the process to others
# verdict: timeout|crash|exit
# tier: value
# arch: amd64
import ctypes
import threading
import time


def stay():
    while True:
        time.sleep(1)


threading.Thread(target=stay, daemon=True).start()
ctypes.CDLL(None).syscall(60, 0)  # exit, of this thread


def solve(x):
    return [x]

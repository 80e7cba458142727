# tries: to wait for ever with every signal blocked
# tier: value
# verdict: timeout
import signal
import threading

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
for number in range(1, 65):
    try:
        signal.signal(number, lambda *arguments: None)
    except (OSError, ValueError):
        continue
lock = threading.Lock()
lock.acquire()
lock.acquire()


def solve(x):
    return [x]

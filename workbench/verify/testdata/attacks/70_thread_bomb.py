# tries: threads without end
# verdict: error|fail|memory|timeout|crash
# needs: namespaces rlimits
import threading
import time


def solve(x):
    while True:
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()

# tries: threads that change the answers of later calls, and the runner, after the first answer
# verdict: fail|crash|error|exit|timeout
import sys
import threading
import time

answers = [0]


def work():
    while True:
        answers[0] += 1
        sys.modules["_workbench_inert"].NODES = answers[0]
        sys.modules["_workbench_runner"].RETURNED = 0
        time.sleep(0)


threading.Thread(target=work, daemon=True).start()


def solve(x):
    return answers[0]

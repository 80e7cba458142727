# odd: sleeps for a moment
# entry: nap
# tier: value
# test: assert nap() == "rested"
import time


def nap():
    time.sleep(0.02)
    return "rested"

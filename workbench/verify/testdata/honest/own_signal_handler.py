# odd: handles its own alarm
# entry: rings
# tier: value
# test: assert rings() == 1
import signal
import time

rung = []
signal.signal(signal.SIGALRM, lambda number, frame: rung.append(number))


def rings():
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    time.sleep(0.05)
    return len(rung)

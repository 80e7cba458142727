# tries: to leave state for the next program: modules, environment, signals, timers, limits, locks, working directory
# needs: readonly-root
import builtins
import os
import random
import resource
import signal
import sys
import threading

builtins.print = None
sys.modules["math"] = sys.modules["json"] = None
sys.setrecursionlimit(90)
random.seed(4)
os.environ["LEFT"] = "behind"
os.umask(0o777)
os.chdir("/lib")
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 1000)
resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
sys.path[:] = []
sys.meta_path[:] = []
lock = threading.Lock()
lock.acquire()


def solve(x):
    return [x]

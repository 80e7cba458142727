# tries: to die by a signal, hoping that the workbench blames itself
# verdict: crash
import os
import signal


def solve(x):
    os.kill(os.getpid(), signal.SIGKILL)

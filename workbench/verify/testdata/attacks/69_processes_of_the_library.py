# tries: the library's ways to start a process
# verdict: fail|error
# needs: seccomp
import multiprocessing
import os
import pty
import subprocess


def solve(x):
    started = []
    ways = [lambda: subprocess.run(["true"]), lambda: os.popen("echo").read() and 1 // 0, pty.fork, os.forkpty,
            lambda: os.spawnv(os.P_NOWAIT, "/bin/true", ["true"]), lambda: os.posix_spawn("/bin/true", ["true"], {}),
            lambda: multiprocessing.get_context("fork").Process(target=print).start()]
    for number, way in enumerate(ways):
        try:
            way()
            started.append(number)
        except (OSError, ZeroDivisionError):
            continue
    if started:
        os._exit(99)
    return started

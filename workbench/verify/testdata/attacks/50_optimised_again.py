# tries: to start Python again with its asserts off
# needs: seccomp
import os
import sys


def solve(x):
    for how in (os.execv, os.execve, os.posix_spawn):
        for path in (sys.executable, "/usr/bin/python3", "/proc/self/exe", "/bin/true"):
            try:
                how(path, [path, "-O", "-c", "pass"], *([{}] if how is not os.execv else []))
            except OSError:
                continue
            os._exit(0)
    return [x]

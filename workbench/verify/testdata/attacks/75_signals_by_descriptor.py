# tries: to own a pipe in another's name, so that the kernel stops that process when it is written to
# verdict: fail|error
# needs: seccomp namespaces
import fcntl
import os

F_SETSIG, F_SETOWN_EX = 10, 15


def solve(x):
    worked = []
    for pid in (1, os.getppid(), os.getpid() + 1, os.getpid() + 2, os.getpid() - 1):
        for number in (9, 19):
            reading, writing = os.pipe()
            try:
                fcntl.fcntl(reading, fcntl.F_SETOWN, pid)
                fcntl.fcntl(reading, F_SETSIG, number)
                fcntl.fcntl(reading, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
                os.write(writing, b"x")
                worked.append(pid)
            except OSError:
                continue
            finally:
                os.close(reading)
                os.close(writing)
    if worked:
        os._exit(99)
    return worked

# tries: memfd, System V and POSIX shared memory, filled
# verdict: fail|error
# needs: seccomp readonly-root
# arch: amd64
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def solve(x):
    worked = []
    for number, arguments in ((319, (b"fill", 0)), (447, (0,)), (29, (0, 1 << 28, 0o1777)), (68, (0, 0o1777)), (64, (0, 100, 0o1777))):
        result = libc.syscall(number, *arguments)  # memfd_create, memfd_secret, shmget, msgget, semget
        if result >= 0:
            worked.append(number)
            if number == 319:
                os.ftruncate(result, 1 << 32)
    for path in ("/dev/shm/fill", "/tmp/fill", "/fill", "/run/fill", "fill", "/dev/mqueue/fill"):
        try:
            with open(path, "wb") as file:
                while True:
                    file.write(bytes(1 << 20))
        except OSError:
            continue
    for place in ("/tmp", "/", "/dev/shm"):
        try:
            os.open(place, os.O_TMPFILE | os.O_RDWR, 0o600)
            worked.append(place)
        except OSError:
            continue
    if worked:
        os._exit(99)
    return worked

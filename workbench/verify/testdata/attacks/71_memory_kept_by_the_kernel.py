# tries: memory that is the kernel's: pipes and sockets filled to the brim
# needs: rlimits
import fcntl
import os
import socket


def solve(x):
    filled = 0
    try:
        while True:
            reading, writing = os.pipe()
            try:
                fcntl.fcntl(writing, 1031, 1 << 20)  # F_SETPIPE_SZ
            except OSError:
                pass
            os.set_blocking(writing, False)
            try:
                while True:
                    filled += os.write(writing, bytes(1 << 16))
            except BlockingIOError:
                continue
    except OSError:
        return filled < 1 << 28

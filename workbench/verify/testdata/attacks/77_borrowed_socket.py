# tries: to make the socket it has listen, connect or pass descriptors
# verdict: fail|error|crash
# needs: seccomp
import array
import os
import socket


def solve(x):
    worked = []
    for line in socket.socketpair():
        for attempt in (lambda: line.connect("\0anybody"), lambda: line.bind("\0me"), lambda: line.listen(), lambda: line.accept(),
                        lambda: line.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0]))]),
                        lambda: line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)):
            try:
                attempt()
                worked.append(line)
            except OSError:
                continue
    if worked:
        os._exit(99)
    return worked

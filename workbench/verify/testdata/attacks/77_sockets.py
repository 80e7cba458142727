# tries: sockets of every family and kind, and connections to whoever listens
# verdict: fail|error
# needs: seccomp
import os
import socket


def solve(x):
    made = []
    for family in range(1, 46):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            try:
                made.append(socket.socket(family, kind))
            except (OSError, ValueError):
                continue
    if made:
        os._exit(99)
    return made

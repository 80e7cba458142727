# tries: names, addresses and pages
# verdict: fail|error
# needs: seccomp
import os
import socket
import urllib.request


def solve(x):
    got = []
    for attempt in (lambda: socket.getaddrinfo("example.org", 80), lambda: socket.gethostbyname("localhost.localdomain"),
                    lambda: socket.create_connection(("127.0.0.1", 80), 1), lambda: urllib.request.urlopen("http://127.0.0.1:8080/", timeout=1),
                    lambda: socket.socketpair(socket.AF_UNIX)[0].connect("\0abstract"), lambda: socket.create_server(("", 0))):
        try:
            got.append(attempt())
        except OSError:
            continue
    if got:
        os._exit(99)
    return got

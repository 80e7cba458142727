"""Tries, harmlessly, what a hostile program would try."""

import os
import resource
import socket


def succeeds(action):
    try:
        action()
    except (OSError, ValueError):
        return False
    return True


def fork():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def write():
    descriptor = os.open("/workbench-probe", os.O_WRONLY | os.O_CREAT, 0o600)
    os.close(descriptor)
    os.unlink("/workbench-probe")


ATTEMPTS = [
    ("seccomp", fork),
    ("seccomp", lambda: socket.socket().close()),
    ("seccomp", lambda: os.kill(os.getppid() or 1, 0)),
    ("landlock", lambda: os.listdir("/")),
    ("landlock", write),
    ("readonly-root", write),
    ("readonly-root", lambda: os.stat("/etc/passwd")),
    ("readonly-root", lambda: os.stat("/proc/self")),
    ("sandbox-exec", write),
    ("sandbox-exec", lambda: socket.create_connection(("127.0.0.1", 9), 1)),
    ("identity", lambda: os.setuid(0) if os.getuid() else os.chown("/", 1, 1)),
]


def broken(memory):
    """The features that do not hold."""
    wrong = {feature for feature, action in ATTEMPTS if succeeds(action)}
    if os.getppid() not in (0, 1):
        wrong.add("namespaces")
    if hasattr(resource, "RLIMIT_AS") and resource.getrlimit(resource.RLIMIT_AS)[1] > memory:
        wrong.add("rlimits")
    return sorted(wrong)

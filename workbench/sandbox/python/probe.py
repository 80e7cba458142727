"""Tries, harmlessly, what a hostile program would try."""

import fcntl
import os
import resource
import socket

try:
    import ctypes
except ImportError:
    ctypes = None

PR_SET_PDEATHSIG = 1
FIOSETOWN = 0x8901


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


def control(number):
    if ctypes is None or ctypes.CDLL(None).prctl(number, 0, 0, 0, 0) < 0:
        raise OSError("refused")


def own_a_descriptor(how):
    """A first step to have the kernel send a signal to another process."""
    one, other = socket.socketpair()
    with one, other:
        how(one)


ATTEMPTS = [
    ("seccomp", fork),
    ("seccomp", lambda: socket.socket().close()),
    ("seccomp", lambda: socket.socketpair(socket.AF_INET)),
    ("seccomp", lambda: os.kill(os.getppid() or 1, 0)),
    ("seccomp", lambda: own_a_descriptor(lambda s: fcntl.fcntl(s, fcntl.F_SETOWN, 0))),
    ("seccomp", lambda: own_a_descriptor(lambda s: fcntl.ioctl(s, FIOSETOWN, bytes(4)))),
    ("seccomp", lambda: control(PR_SET_PDEATHSIG)),
    ("seccomp", lambda: os.open(os.__file__, os.O_WRONLY)),
    ("landlock", lambda: os.listdir("/")),
    ("landlock", write),
    ("readonly-root", write),
    ("readonly-root", lambda: os.stat("/etc/passwd")),
    ("readonly-root", lambda: os.stat("/proc/self")),
    ("sandbox-exec", write),
    ("sandbox-exec", fork),
    ("sandbox-exec", lambda: socket.create_connection(("127.0.0.1", 9), 1)),
    ("identity", lambda: os.setuid(0)),
    ("capabilities", lambda: os.setgroups([])),
]


def broken(memory):
    """The features that do not hold."""
    wrong = {feature for feature, action in ATTEMPTS if succeeds(action)}
    if os.getppid() not in (0, 1):
        wrong.add("namespaces")
    if hasattr(resource, "RLIMIT_AS") and resource.getrlimit(resource.RLIMIT_AS)[1] > memory:
        wrong.add("rlimits")
    return sorted(wrong)

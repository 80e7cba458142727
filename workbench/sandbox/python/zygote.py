"""The process candidates are forked from: one per worker, single threaded.

It never runs candidate code. It reads its configuration from the control
socket (descriptor 3), shuts itself in, imports what candidates usually
import, freezes its heap and then serves requests. A request is a number and up
to two descriptors. The number is the pid of a child that has ended by itself,
and the answer is how; or that of one that was killed, negated, and there is no
answer; or 0. The descriptors are for a new child: its socket and, when its
program has one, its standard input.

After a fork every page that is written to is copied, in the child and here, and
costs more than what is computed: so the loop is short, and whatever a child can
inherit is made before it.
"""

import sys

sys.path = [entry for entry in sys.path if entry]

import _socket
import gc
import json
import os
import signal
import struct
import types

CONTROL = 3
ENDED = struct.Struct("<iiqqq")


def read_exactly(descriptor, size):
    data = b""
    while len(data) < size:
        piece = os.read(descriptor, size - len(data))
        if not piece:
            raise EOFError("the supervisor went away")
        data += piece
    return data


def write_message(message):
    data = json.dumps(message).encode()
    data = len(data).to_bytes(4, "little") + data
    while data:
        data = data[os.write(CONTROL, data):]


def load_module(name, source):
    module = types.ModuleType(name)
    sys.modules[name] = module
    exec(compile(source, "<%s>" % name, "exec"), module.__dict__)
    return module


def become_child(descriptors, prison, runner):
    """Turns a fresh fork into a candidate's process; never returns."""
    os.dup2(descriptors[0], CONTROL)
    os.close(descriptors[0])
    if len(descriptors) > 1:
        os.dup2(descriptors[1], 0)
        os.close(descriptors[1])
    prison.lock_child()
    os.dup2(1, 2)
    runner.serve(CONTROL)


def serve(control, prison, runner):
    receive, room, fork = control.recvmsg, _socket.CMSG_SPACE(8), os.fork
    number, one, two, close = struct.Struct("<i").unpack, struct.Struct("i"), struct.Struct("ii"), os.close
    while True:
        request, passed, _, _ = receive(4, room)
        if not request:
            return
        pid, = number(request)
        if pid:
            os.waitpid(-pid, 0) if pid < 0 else report(pid)
            if prison.swept:
                prison.sweep()
        if passed:
            payload = passed[0][2]
            descriptors = (one if len(payload) == 4 else two).unpack(payload)
            if fork() == 0:
                try:
                    become_child(descriptors, prison, runner)
                except BaseException as error:
                    os.write(2, ("child: %r\n" % error).encode())
                finally:
                    os._exit(70)
            for descriptor in descriptors:
                close(descriptor)


def report(pid):
    _, status, usage = os.wait4(pid, 0)
    os.write(CONTROL, ENDED.pack(pid, status, int(usage.ru_utime * 1e6),
                                 int(usage.ru_stime * 1e6), usage.ru_maxrss))


def preload(names):
    """Imports what candidates usually import; returns the names of what is missing.

    The module random seeds itself anew in every fork, which costs, and here its
    state is the same in every child anyway.
    """
    missing = []
    register, os.register_at_fork = os.register_at_fork, lambda **hooks: None
    try:
        import random
    finally:
        os.register_at_fork = register
    random.seed(0)
    for name in names:
        try:
            __import__(name)
        except ImportError:
            missing.append(name)
    return missing


def close_inherited():
    """Closes what the supervisor itself had inherited and never knew of."""
    try:
        descriptors = [int(name) for name in os.listdir("/dev/fd")]
    except OSError:
        descriptors = range(CONTROL + 1, 65536)
    for descriptor in descriptors:
        if descriptor > CONTROL:
            try:
                os.close(descriptor)
            except OSError:
                continue


def main():
    close_inherited()
    os.environ.pop("LD_BIND_NOW", None)
    size = int.from_bytes(read_exactly(CONTROL, 4), "little")
    config = json.loads(read_exactly(CONTROL, size))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prison = load_module("_workbench_jail", config["jail"]).Prison(config)
    prison.build()
    prison.notes += ["module %s is missing" % name for name in preload(config["preload"])]
    load_module("_workbench_inert", config["inert"])
    load_module("_workbench_referee", config["referee"])
    for module in config["instruments"]:
        load_module(module["name"], module["source"])
    runner = load_module("_workbench_runner", config["runner"])
    runner.prepare(config["output"], config["value"])
    control = _socket.socket(fileno=CONTROL)
    prison.lock()
    message = {"features": prison.features, "notes": prison.notes,
               "version": "%d.%d.%d" % sys.version_info[:3]}
    del config
    gc.collect()
    filling = runner.fill()  # kept for as long as this serves
    gc.freeze()
    write_message(message)
    serve(control, prison, runner)


try:
    main()
except EOFError:
    pass
except BaseException as error:  # sys.stderr is the programs' by now
    os.write(2, ("zygote: %r\n" % error).encode())
os._exit(0)

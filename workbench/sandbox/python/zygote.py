"""The process candidates are forked from: one per worker, single threaded.

It never runs candidate code. It reads its configuration from the control
socket (descriptor 3), shuts itself in, imports what candidates usually
import, freezes its heap and then forks one child per request. A request is
one byte with one or two descriptors: the child's socket and, when the program
has one, its standard input. The answer is how the child ended.
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


def receive(control):
    """Waits for the next request; returns its descriptors, None at the end."""
    data, ancillary, _, _ = control.recvmsg(1, _socket.CMSG_SPACE(8))
    if not data:
        return None
    descriptors = []
    for _, _, payload in ancillary:
        whole = len(payload) - len(payload) % 4
        descriptors += struct.unpack("%di" % (whole // 4), payload[:whole])
    return descriptors


def become_child(descriptors, prison, runner):
    """Turns a fresh fork into a candidate's process; never returns."""
    os.dup2(descriptors[0], CONTROL)
    if len(descriptors) > 1:
        os.dup2(descriptors[1], 0)
    for descriptor in descriptors:
        os.close(descriptor)
    prison.lock_child()
    os.dup2(1, 2)
    runner.serve(CONTROL)


def serve(control, prison, runner):
    while True:
        descriptors = receive(control)
        if descriptors is None:
            return
        pid = os.fork()
        if pid == 0:
            try:
                become_child(descriptors, prison, runner)
            except BaseException as error:
                os.write(2, ("child: %r\n" % error).encode())
            finally:
                os._exit(70)
        for descriptor in descriptors:
            os.close(descriptor)
        _, status, usage = os.wait4(pid, 0)
        prison.sweep()
        os.write(CONTROL, ENDED.pack(pid, status, int(usage.ru_utime * 1e6),
                                     int(usage.ru_stime * 1e6), usage.ru_maxrss))


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
    size = int.from_bytes(read_exactly(CONTROL, 4), "little")
    config = json.loads(read_exactly(CONTROL, size))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prison = load_module("_workbench_jail", config["jail"]).Prison(config)
    prison.build()
    for name in config["preload"]:
        try:
            __import__(name)
        except ImportError:
            prison.notes.append("module %s is missing" % name)
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
    gc.freeze()
    gc.disable()
    write_message(message)
    serve(control, prison, runner)


try:
    main()
except EOFError:
    pass
os._exit(0)

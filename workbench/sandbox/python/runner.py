"""Runs one program in a forked child, one request of the supervisor at a time.

A frame is a length (4 bytes), a nonce (8 bytes) and a marshalled tuple; the
reply carries the nonce of its request. Nothing here is secret and nothing here
is trusted: whatever the program does to this module, it can at most choose the
inert value that it returns anyway.
"""

import builtins
import io
import os
import resource
import signal
import sys
import types
from marshal import dumps, loads

import _workbench_inert as inert
import _workbench_referee as referee

NONE = inert.encode(None, 16)
NOTHING_WRITTEN = b"", b"", False
OURS = frozenset("<%s>" % module for module in (__name__, inert.__name__))
BEAT = 0.05  # seconds of CPU in which a program that goes on has events
RETURNED, RAISED, UNENCODABLE, OUT_OF_MEMORY, EXITED = 0, 1, 2, 4, 6


class Sink(io.RawIOBase):
    """Keeps the first bytes written and forgets the others."""

    def __init__(self, room):
        self.room = room
        self.kept = bytearray()
        self.lost = False

    def writable(self):
        return True

    def write(self, data):
        room = self.room - len(self.kept)
        size = len(data)
        if size > room:
            self.lost = True
            self.kept += data[:max(room, 0)]
        else:
            self.kept += data
        return size

    def take(self):
        kept, lost = bytes(self.kept), self.lost
        self.kept.clear()
        self.lost = False
        return kept, lost


class Streams:
    """Standard output and error of the program, kept apart, each capped."""

    def __init__(self, room):
        self.sinks = Sink(room), Sink(room)
        self.files = (
            io.TextIOWrapper(io.BufferedWriter(self.sinks[0]), "utf-8", newline="\n"),
            io.TextIOWrapper(io.BufferedWriter(self.sinks[1]), "utf-8", "backslashreplace",
                             newline="\n", line_buffering=True))

    def attach(self):
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__ = self.files
        sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)

    def take(self):
        """What was written since the last time, and whether some of it was lost."""
        output, errors = self.files
        try:
            output.flush()
        except BaseException:
            pass
        try:
            errors.flush()
        except BaseException:
            pass
        first, second = self.sinks
        if first.kept or second.kept:
            (output, lost), (errors, more) = first.take(), second.take()
            return output, errors, lost or more
        return NOTHING_WRITTEN


class Plain:
    """Runs code as Python itself does; an instrument replaces it."""

    def execute(self, code, namespace):
        exec(code, namespace)

    def evaluate(self, code, namespace):
        return eval(code, namespace)

    def report(self):
        return b""


class Counter:
    """Ends the program after so many events.

    An event is a call, a line, a return or an exception of a function in Python.
    Their number is the same on every machine, however slow or busy. A program
    may switch this off in its own process; then the supervisor's clock ends it.
    """

    def __init__(self, most):
        self.left = left = iter(range(most))
        self.before = most

        def count(frame, event, arg):
            for _ in left:
                return None if frame.f_code.co_filename in OURS else count
            signal.signal(signal.SIGXCPU, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGXCPU)

        self.count = count

    def start(self):
        signal.signal(signal.SIGVTALRM, self.ring)
        signal.setitimer(signal.ITIMER_VIRTUAL, BEAT, BEAT)
        sys.settrace(self.count)

    def ring(self, number, frame):
        """Counts instructions where there are no lines: `while True: pass` jumps to itself."""
        left = self.left.__length_hint__()
        if self.before - left <= 2 and frame is not None:  # this call is one
            frame.f_trace_opcodes = True
            sys.settrace(self.count)  # which is when newer Pythons look at it
        self.before = left

    @staticmethod
    def stop():
        sys.settrace(None)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


class Program:
    def __init__(self, streams, most):
        self.streams = streams
        self.most = most
        self.module = types.ModuleType("__main__")
        self.namespace = self.module.__dict__
        self.namespace["__builtins__"] = builtins
        self.filename = "<program>"
        self.instrument = Plain()
        self.instances = []
        self.quiet = ""  # else what it writes is nobody's business
        self.events = 0  # of one request, after which the program is ended; 0 for no such limit

    def load(self, source, filename, instrument, options, quiet, events):
        self.filename = filename
        self.quiet = quiet
        self.events = int(events)
        if self.events:
            Counter(self.events).start()
        self.namespace["__file__"] = filename
        sys.modules["__main__"] = self.module
        sys.argv = [filename]
        if instrument:
            self.instrument = sys.modules[instrument].begin(options, filename, source)
        self.instrument.execute(compile(source, filename, "exec", dont_inherit=True), self.namespace)

    def call(self, expression):
        return self.instrument.evaluate(
            compile(expression.strip(), "<call>", "eval", dont_inherit=True), self.namespace)

    def execute(self, statement):
        self.instrument.execute(
            compile(statement, "<test>", "exec", dont_inherit=True), self.namespace)

    def report(self):
        report = self.instrument.report()
        if isinstance(report, str):
            report = report.encode("utf-8", "surrogatepass")
        if len(report) > self.most:
            raise inert.Unencodable("%d bytes are more than the %d allowed" % (len(report), self.most))
        return bytes(report)

    def apply(self, function, args, kwargs):
        """Calls a function by its path; the arguments as they are afterwards come back too."""
        args, kwargs = inert.decode(args), inert.decode(kwargs)
        value = self.resolve(function)(*args, **kwargs)
        return value, tuple(args), kwargs

    def resolve(self, path):
        """The object at a dotted path, which may start at a made instance (#3.name)."""
        head, *rest = path.split(".")
        if head.startswith("#"):
            target = self.instances[int(head[1:])]
        elif head in self.namespace:
            target = self.namespace[head]
        elif hasattr(builtins, head):
            target = getattr(builtins, head)
        else:
            raise NameError("name %r is not defined" % head)
        for name in rest:
            target = getattr(target, name)
        return target

    def ask(self, function, args, kwargs):
        """Like apply, for a test: the value and every container that was passed."""
        args, kwargs = inert.decode(args), inert.decode(kwargs)
        passed = inert.containers((args, kwargs))
        return self.resolve(function)(*args, **kwargs), passed

    def make(self, function, args, kwargs):
        """Like ask, but keeps the object and answers with its number."""
        made, passed = self.ask(function, args, kwargs)
        self.instances.append(made)
        return len(self.instances) - 1, passed

    def perform(self, operation, arguments):
        """One request to the end: the reply, whatever the program does."""
        value = after = b""
        kind = base = message = ""
        line = code = 0
        if self.events:
            Counter(self.events).start()
        try:
            result = getattr(self, operation)(*arguments)
            if self.events:
                Counter.stop()  # what follows is ours
            if result is None:
                value = NONE
            elif operation == "report":
                value = result
            elif operation == "apply":
                value = inert.encode(result[0], self.most)
                after = inert.encode(result[1:], self.most)
            else:
                value = inert.encode(result, self.most)
            ending = RETURNED
        except inert.Unencodable as error:
            ending, message = UNENCODABLE, str(error)
        except SystemExit as error:
            ending, kind, code = EXITED, "SystemExit", exit_code(error)
            message = inert.said(error)
        except MemoryError:
            ending, kind, base = OUT_OF_MEMORY, "MemoryError", "MemoryError"
        except BaseException as error:
            ending, kind, base = RAISED, type(error).__name__, inert.builtin_base(type(error))
            message, line = inert.said(error), where(error, self.filename)
        if self.events:
            Counter.stop()
        output, errors, lost = NOTHING_WRITTEN if self.quiet else self.streams.take()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return (ending, value, after, str.__getitem__(kind, slice(0, 200)), base, message, line,
                code, output, errors, lost, peak)


def exit_code(error):
    code = error.code
    if code is None:
        return 0
    return int.__add__(code, 0) & 0xFF if isinstance(code, int) else 1


def where(error, filename):
    """The last line of the program that the exception passed."""
    try:
        if isinstance(error, SyntaxError) and error.filename == filename:
            return int(error.lineno or 0)
        line, step = 0, error.__traceback__
        while step is not None:
            if step.tb_frame.f_code.co_filename == filename:
                line = step.tb_lineno
            step = step.tb_next
        return line
    except BaseException:
        return 0


class Line:
    """The socket to the supervisor."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.nonce = bytes(8)
        self.unread = b""

    def receive(self, read=os.read):
        """The fields of the next request; its nonce goes into the reply."""
        data = self.unread
        while len(data) < 12:
            data += read(self.descriptor, 65536) or os._exit(0)
        end = 12 + int.from_bytes(data[:4], "little")
        if len(data) < end:
            pieces, missing = [data], end - len(data)
            while missing > 0:
                pieces.append(read(self.descriptor, missing) or os._exit(0))
                missing -= len(pieces[-1])
            data = b"".join(pieces)
        self.nonce = data[4:12]
        self.unread = data[end:]
        return loads(memoryview(data)[12:end])

    def send(self, reply, write=os.write):
        data = dumps(reply, 2)
        data = len(data).to_bytes(4, "little") + self.nonce + data
        sent = write(self.descriptor, data)
        while sent < len(data):
            sent += write(self.descriptor, memoryview(data)[sent:])


READY = None


def prepare(output, value):
    """Builds in the zygote what every child needs, once."""
    global READY
    streams = Streams(output)
    streams.attach()
    warm(streams, value)
    READY = Program(streams, value)


def fill():
    """Leaves no holes in the allocator's pools; returns what fills them.

    What a child allocates then comes from pools of its own, densely, and not from
    a hole here and there in pages that it would have to copy. A pool is fresh, and
    its size done with, when its blocks come one after the other.
    """
    filling = []
    for size in range(48, 513, 16):
        last = run = 0
        for _ in range(3000):
            block = bytes(size - 33)  # the rest is the header of the object
            run = run + 1 if id(block) - last == size else 0
            last = id(block)
            filling.append(block)
            if run >= 4048 // size - 1:
                break
    return filling


WARMING = """
import re
from collections import Counter, defaultdict

def count(words, least=1):
    '''Counts words.'''
    counts = defaultdict(int)
    for word in words:
        if re.match("[a-z]+", word) and word not in (None, ""):
            counts[word.lower()] += 1
    return sorted([(n, word) for word, n in counts.items() if n >= least], key=lambda pair: -pair[0])

class Count:
    def __init__(self, text):
        self.words = text.split(" ")

    def most(self):
        return max(Counter(self.words).values()) if self.words else {"none": 0.0}
"""


def warm(streams, value, rounds=16):
    """Runs a program of our own, for what an interpreter does the first few times
    it would otherwise do in every child."""
    ours, theirs = os.pipe()
    line = Line(ours)
    for number in range(rounds):
        program = Program(streams, value)
        line.descriptor = theirs
        line.send(("call", "count(['a', 'b', 'a', '%d'])" % number))
        line.descriptor = ours
        operation, *arguments = line.receive()
        program.perform("load", (WARMING, "<warming>", "", "", "", "0"))
        program.perform(operation, arguments)
        program.perform("call", ("Count('a b').most()",))
    os.close(ours)
    os.close(theirs)


def serve(descriptor):
    """Answers requests until the supervisor ends this process."""
    program = READY
    line = Line(descriptor)
    os.write(descriptor, b"+" + os.getpid().to_bytes(4, "little"))
    while True:
        operation, *arguments = line.receive()
        if operation == "judge":
            referee.judge(line, program, *arguments)
        else:
            line.send(program.perform(operation, arguments))

"""Records what the functions of one program do to their variables.

An instrument of the sandbox: loaded into the parent of the candidates, used in
the candidate's own process. It needs the standard library alone, and runs no
code of the candidate. It is written in three files, which are loaded as one:
values.py renders, layout.py knows the program, this one listens.

    run = begin(options, filename, source)
    run.execute(code, namespace)    the program's top level, not recorded unless it raises
    run.evaluate(code, namespace)   an expression, whose calls into the program are recorded
    run.report() -> bytes           the events so far

What the program returns or raises stays in the report: execute and evaluate
give None and do not raise. After the first exception that nothing caught,
further expressions are not evaluated, as the test would not have come to them.

A run with more events than the limit is recorded twice. The first run records
its beginning, and counts how often it comes to each line. The second, which is
told these counts, records the beginning and the last visits of every line, and
leaves out what is between: a gap. A first run that never ends is cut, and what
its variables are then stands behind a gap, too: the cut is where a line has been
come to too often, which is the same in every run, or by the CPU time.

A report has a JSON array per line: ["recorder", version, python]; then
[event, event, ...], any number of times, an event being

    [kind, frame, depth, line, [[name, value], [removed name], ...]]
    ["gap", frame, depth, line, [[name, value], ...], events left out]

and at last ["end", reason, touched, [[line, visits], ...]]. The reason is empty
for a complete trace; touched is what the program reached for of the recorder's;
the counts are given by a first run that came to its end and has more to tell.
"""

import _thread
import collections
import json
import signal
import sys
from itertools import islice
from operator import is_

VERSION = "recorder/2"

LIMITS = {
    "events": 20000,  # events of one run
    "bytes": 4 << 20,  # of the encoded events of one run
    "chars": 512,  # characters of one value
    "items": 50,  # items shown of one container
    "depth": 8,  # containers within containers
    "nodes": 256,  # parts of one value
    "visits": 20_000_000,  # of one line
    "seconds": 10.0,  # CPU time of one run
    "again": True,  # whether a run with too many events goes on, to be counted
}

MISSING = object()
NOTHING = MISSING, 0, (), ()
LAST = (1 << 31, 0)
FAR = 1 << 60
AGAIN = 0.005  # seconds between attempts to end an expression
BEAT = 0.1  # seconds of CPU between looks at the clock
STILL = 10  # beats without a line, after which there will be none
AT_ONCE = 100  # events encoded together, at most
LARGE = 1_000_000_000
FIRST = 2  # visits of a line that are recorded wherever they are

int_repr = int.__repr__
encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class Call:
    """One call of a function of the program, from its start to its end."""

    __slots__ = ("recorder", "info", "number", "depth", "frame", "pending", "offset", "same", "texts", "flat", "raised",
                 "error", "resumed", "ending", "returning")

    def __init__(self, recorder, info, number):
        self.recorder = recorder
        self.info = info
        self.number = number
        self.depth = 0
        self.frame = None  # while it runs and is recorded
        self.pending = 0  # first line of the statement being executed
        self.offset = 0  # of the instruction it began with
        self.same = {}  # name -> immutable object last seen
        self.texts = {}  # name -> rendering last seen
        self.flat = {}  # name -> list or dict of atoms last seen, its size, and what of it is rendered
        self.returning = 0  # the last return statement reached
        self.raised = False
        self.error = None  # (line, text) of an exception not yet written
        self.resumed = False
        self.ending = False  # by GeneratorExit, which Python may or may not show

    def __call__(self, frame, event, arg):
        """Does nothing, should a program switch tracing on where none is needed."""

    def start(self, frame):
        """The event of the call: its parameters; everything else is the baseline."""
        self.diff(frame)
        params = [[name, self.texts[name]] for name in self.info.params if name in self.texts]
        self.write("call", self.recorder.statement(frame.f_lineno), params)

    def line(self, frame, line):
        """A line of the call's frame is about to be executed."""
        recorder = self.recorder
        if line is None:
            return
        recorder.counts[line] = visit = recorder.counts[line] + 1
        start = recorder.starts.get(line, line)
        offset = frame.f_lasti
        pending = self.pending
        self.raised = False
        if start == pending and offset > self.offset:
            if start not in recorder.loops or offset not in self.info.rounds(line):
                return  # the same statement, going on on another of its lines
            self.flush(frame)
        else:
            if self.resumed or self.error is not None:
                self.flush(frame)
            elif pending:  # as flush does, without the calls
                events = recorder.events
                events.append(["line", self.number, self.depth, pending, self.diff(frame)])
                if len(events) >= recorder.due:
                    recorder.encode()
            self.pending = start
            self.offset = offset
            if start in recorder.returns:
                self.returning = start
        if recorder.sparing and recorder.leaves_out(line, visit):
            recorder.pause(frame)

    def flush(self, frame):
        """Writes what the statement now finished has done."""
        if self.resumed:
            self.resumed = False
            self.write("resume", self.pending, [])
        if self.pending:
            self.write("line", self.pending, self.diff(frame))
        self.settle()

    def settle(self):
        """Writes the exception that the statement ended with."""
        if self.error is not None:
            line, text = self.error
            self.error = None
            self.write("exception", line, [["__exception__", text]])

    def catch_up(self, frame, left_out):
        """Writes what became of the variables while nothing was recorded, if something did."""
        changes = self.diff(frame, True)
        self.pending = self.recorder.statement(frame.f_lineno)
        self.offset = frame.f_lasti
        self.returning = self.pending if self.pending in self.recorder.returns else self.returning
        self.raised, self.error, self.resumed = False, None, False
        if changes or left_out:
            self.recorder.events.append(["gap", self.number, self.depth, self.pending, changes, left_out])
        return bool(changes or left_out)

    def finish(self, frame, value):
        """The function returns."""
        recorder = self.recorder
        self.flush(frame)
        line = self.pending or recorder.statement(frame.f_lineno)
        if value is not None and self.returning:
            line = self.returning  # however many finally and with lines came after it
        self.write("return", line, [] if self.info.klass else [["__return__", recorder.renderer.text(value)]])
        recorder.leave(self)

    def unwind(self, frame):
        """The function ends by an exception."""
        self.flush(frame)
        if not self.ending:
            self.write("unwind", self.pending or self.recorder.statement(frame.f_lineno), [])
        self.recorder.leave(self)

    def suspend(self, frame, value):
        """The generator yields."""
        if self.resumed:
            self.resumed = False
            self.write("resume", self.pending, [])
        if self.info.async_generator:
            held = gc_referents(value)
            changes = [["__yield__", self.recorder.renderer.text(held[0])]] if held else []
        else:
            changes = [] if self.info.coroutine else [["__yield__", self.recorder.renderer.text(value)]]
        self.write("yield", self.recorder.statement(frame.f_lineno) or self.pending, changes)
        self.recorder.leave(self)

    def exception(self, frame, kind, value, traceback):
        """An exception comes up in the frame."""
        recorder = self.recorder
        op = self.info.ops[frame.f_lasti] if frame.f_lasti >= 0 else -1
        if op in STOPS and (kind is StopIteration or kind is StopAsyncIteration):
            return  # how a loop ends
        self.raised = True
        if kind is GeneratorExit and op != RAISE:
            self.resumed = False
            self.ending = True
            return
        if recorder.known(value) and op != RAISE:
            return  # on its way through
        recorder.remember(value)
        line = frame.f_lineno if op == RAISE else recorder.origin(traceback, frame.f_lineno)
        self.error = (line, recorder.renderer.text(value))

    def diff(self, frame, gap=False):
        """The variables that differ from what was last seen of them.

        That one is gone is only told of a statement that deletes, and of a gap: an
        except clause lets go of its variable without a word.
        """
        changes = []
        names = frame.f_locals
        kind = type(names)
        if kind is dict or kind is PROXY:  # and not what a metaclass made of the body of a class
            self.compare(names.items(), changes)
            if len(self.texts) > len(names):
                self.missing(names, frame, changes, gap or self.pending in self.recorder.layout.deletes)
        if self.info.globals:
            self.compare(self.global_items(frame.f_globals), changes)
        if len(changes) > 1:
            order = self.info.order
            changes.sort(key=lambda change: order.get(change[0], LAST))
        return changes

    def compare(self, items, changes):
        same, texts = self.same, self.texts
        for name, value in items:
            if same.get(name, MISSING) is value:
                continue
            kind = type(value)
            if (kind is list or kind is dict) and self.unchanged(name, kind, value):
                continue
            if kind is int and name in same:  # what changes most
                same[name] = value
                text = int_repr(value) if -LARGE < value < LARGE else self.recorder.renderer.text(value)
            elif type(name) is not str or name[:1] == "." or self.info.klass and name in CLASS_NAMES:
                continue
            else:
                text = self.look(name, kind, value)
            if texts.get(name) != text:
                texts[name] = text
                changes.append([name, text])

    def look(self, name, kind, value):
        """Renders a value, and notes it if it cannot change."""
        if identity(kind) in STABLE or kind is tuple and ATOMS.issuperset(kinds_of(value)):
            self.same[name] = value
        elif name in self.same:
            del self.same[name]
        renderer = self.recorder.renderer
        text = renderer.text(value)
        if kind is list or kind is dict:
            if renderer.flat:
                most = renderer.limits["items"]
                inside = value if kind is list else value.values()
                self.flat[name] = value, len(value), list(islice(value, most)), list(islice(inside, most))
            else:
                self.flat.pop(name, None)
        return text

    def unchanged(self, name, kind, value):
        """Whether what is rendered of a list or dict of atoms is what it was."""
        held, size, keys, inside = self.flat.get(name, NOTHING)
        if held is not value or len(value) != size or not all(map(is_, keys, value)):
            return False
        return kind is list or all(map(is_, inside, value.values()))

    def missing(self, names, frame, changes, told):
        held = frame.f_globals
        for name in [name for name in self.texts if name not in names]:
            if name in self.info.globals and name in held:
                continue
            del self.texts[name]
            self.same.pop(name, None)
            if told:
                changes.append([name])

    def global_items(self, held):
        for name in self.info.globals:
            value = held.get(name, MISSING)
            if value is not MISSING and identity(type(value)) not in FUNCTIONS:
                yield name, value

    def write(self, kind, line, changes):
        recorder = self.recorder
        recorder.events.append([kind, self.number, self.depth, line, changes])
        if len(recorder.events) >= recorder.due:
            recorder.encode()


PROXY = type((lambda: sys._getframe())().f_locals)  # since 3.13; a dict before


def gc_referents(value):
    import gc  # only asynchronous generators need it

    return gc.get_referents(value)


def probe(levels):
    if levels:
        probe(levels - 1)


def call_of(frame):
    """The call that a frame was recorded as, which its trace function knows."""
    held = frame.f_trace
    held = getattr(held, "__self__", held)
    return held if type(held) is Call else None


class Cut(BaseException):
    """Takes the program off the stack when its recording has ended."""


class Tracing:
    """Hears of the program through sys.settrace."""

    def __init__(self, recorder):
        self.recorder = recorder
        self.filename = recorder.filename
        self.hook = self.enter
        self.set = None
        self.light = None  # the trace function of frames that are not recorded

    def start(self):
        self.set = sys.settrace
        sys.settrace = self.replaced
        self.set(self.hook)

    def replaced(self, function):
        """What the program finds in the place of sys.settrace."""
        self.recorder.touched = self.recorder.touched or "sys.settrace"
        self.set(function)

    def stop(self):
        """Ends listening; tells whether the program had left it alone."""
        intact = sys.gettrace() is self.hook
        self.set(None)
        sys.settrace = self.set
        return intact

    def enter(self, frame, event, arg):
        """The global trace function: called at each start and each resumption."""
        code = frame.f_code
        if code.co_filename != self.filename:
            return None
        recorder = self.recorder
        try:
            if recorder.skipping:
                return None if recorder.code(code).unseen else frame.f_trace or self.light
            call = recorder.enter(frame, code, frame.f_trace is not None)
            return call and self.follower(call)
        except RecursionError:
            recorder.deep = True
        except Exception as error:
            recorder.failed_at(error)
        return None

    def follower(self, call):
        """The local trace function of a call's frame."""
        recorder = self.recorder

        def follow(frame, event, arg):
            if recorder.skipping:  # a generator, suspended when that began
                return self.light(frame, event, arg) and follow
            try:
                if event == "line":
                    call.line(frame, frame.f_lineno)
                elif event == "return":
                    self.leave(call, frame, arg)
                elif event == "exception":
                    call.exception(frame, *arg)
            except RecursionError:
                recorder.deep = True
            except Exception as error:  # the recorder's own trouble must not reach the candidate
                recorder.failed_at(error)
            return frame.f_trace if recorder.skipping else follow

        follow.__self__ = call
        return follow

    def leave(self, call, frame, value):
        """Tells returns, yields and unwinding apart."""
        ops, at = call.info.ops, frame.f_lasti
        if not call.raised and (ops[at] in YIELDS or ops[at + 2:at + 3] == BACK):
            call.suspend(frame, value)
        elif ops[at] in RETURNS:
            call.finish(frame, value)
        else:
            call.unwind(frame)

    # -- gaps

    def pause(self, frames):
        self.light = self.counter(None)
        for frame in frames:
            frame.f_trace = self.counter(call_of(frame))

    def counter(self, call):
        """The local trace function of a frame that is not recorded at the moment."""
        counts, floor, recorder = self.recorder.counts, self.recorder.floor, self.recorder
        most = recorder.limits["visits"]

        def count(frame, event, arg):
            if event == "line":
                line = frame.f_lineno
                counts[line] = visit = counts[line] + 1
                if visit >= most:
                    recorder.give_up(frame)
            return count

        def pick(frame, event, arg):
            if event == "line":
                line = frame.f_lineno
                counts[line] = visit = counts[line] + 1
                if (visit > floor[line] or visit <= FIRST) and recorder.begins(line):
                    recorder.resume(frame)
                    return frame.f_trace
                recorder.at = line
            return pick

        chosen = count if floor is None else pick
        chosen.__self__ = call
        return chosen

    def attach(self, frame, call):
        frame.f_trace = self.follower(call)

    def resume(self):
        """Nothing to do: trace functions ask whether they are to record."""


class Monitoring:
    """Hears of the program through sys.monitoring, which Python has since 3.12.

    The program cannot reach it: sys does not name it for as long as this listens.
    """

    TOOL, NAME = 4, "recorder"

    def __init__(self, recorder):
        self.recorder = recorder
        self.filename = recorder.filename
        self.monitoring = found = sys.monitoring
        self.skip = found.DISABLE
        events = found.events
        self.here = events.LINE | events.PY_RETURN | events.PY_YIELD | events.JUMP
        self.everywhere = events.PY_START | events.PY_RESUME | events.PY_THROW | events.RAISE | events.PY_UNWIND
        self.recording = {
            events.PY_START: self.started, events.PY_RESUME: self.resumed, events.PY_THROW: self.thrown,
            events.LINE: self.line, events.JUMP: self.jump, events.PY_RETURN: self.returned,
            events.PY_YIELD: self.yielded, events.RAISE: self.raised, events.PY_UNWIND: self.unwound,
        }
        self.thread_of = _thread.get_ident
        self.thread = self.thread_of()

    def start(self):
        vars(sys).pop("monitoring", None)
        sys.modules.pop("sys.monitoring", None)
        self.monitoring.use_tool_id(self.TOOL, self.NAME)
        self.listen(self.recording)
        self.monitoring.set_events(self.TOOL, self.everywhere)

    def listen(self, callbacks):
        for event, callback in callbacks.items():
            self.monitoring.register_callback(self.TOOL, event, callback)

    def stop(self):
        """Ends listening; tells whether the program had left it alone."""
        found = self.monitoring
        intact = found.get_tool(self.TOOL) == self.NAME and found.get_events(self.TOOL) == self.everywhere
        if found.get_tool(self.TOOL) is not None:
            found.set_events(self.TOOL, 0)
            self.listen(dict.fromkeys(self.recording))
            found.free_tool_id(self.TOOL)
        sys.monitoring = found
        return intact

    # -- callbacks; the recorder's own trouble must not reach the candidate

    def guard(self, error):
        if isinstance(error, RecursionError):
            self.recorder.deep = True
        else:
            self.recorder.failed_at(error)

    def mine(self):
        """Whether this is the thread that is recorded."""
        return not self.recorder.threads or self.thread_of() == self.thread

    def started(self, code, offset):
        if code.co_filename != self.filename:
            return self.skip
        try:
            if self.recorder.code(code).unseen:
                return self.skip
            if self.mine():
                self.hear(code)
                self.follow(sys._getframe(1), code, False)
        except Exception as error:
            self.guard(error)

    def hear(self, code):
        if self.monitoring.get_local_events(self.TOOL, code) != self.here:
            self.monitoring.set_local_events(self.TOOL, code, self.here)

    def follow(self, frame, code, going_on):
        call = self.recorder.enter(frame, code, going_on)
        if call is not None:
            self.attach(frame, call)

    def attach(self, frame, call):
        call.frame = frame
        frame.f_trace = call

    def resumed(self, code, offset):
        if code.co_filename != self.filename:
            return self.skip
        try:
            if not self.recorder.code(code).unseen and self.mine():
                self.hear(code)
                self.follow(next(self.recorder.frames(sys._getframe(1))), code, True)
        except Exception as error:
            self.guard(error)

    def thrown(self, code, offset, exception):
        if code.co_filename == self.filename:  # it cannot be switched off for others
            self.resumed(code, offset)

    def call(self, code):
        """The call that code runs in, if it is recorded."""
        stack = self.recorder.stack
        return stack[-1] if stack and stack[-1].info.code is code and self.mine() else None

    def line(self, code, line):
        try:
            call = self.call(code)
            if call is not None:
                call.line(call.frame, line)
        except Exception as error:
            self.guard(error)

    def jump(self, code, offset, target):
        """A loop that is written on one line comes to that line without an event."""
        line = self.round(code, offset, target)
        return self.skip if line is None else self.line(code, line)

    def round(self, code, offset, target):
        """The line of a jump back within it, else None."""
        known = self.recorder.code(code)
        line = known.line_of(offset)
        return line if target <= offset and line == known.line_of(target) else None

    def returned(self, code, offset, value):
        try:
            call = self.call(code)
            if call is not None:
                call.finish(call.frame, value)
        except Exception as error:
            self.guard(error)

    def yielded(self, code, offset, value):
        try:
            call = self.call(code)
            if call is not None:
                call.suspend(call.frame, value)
        except Exception as error:
            self.guard(error)

    def raised(self, code, offset, error):
        if code.co_filename != self.filename:
            return
        try:
            call = self.call(code)
            if call is not None:
                call.exception(call.frame, type(error), error, traceback_of(error))
        except Exception as trouble:
            self.guard(trouble)

    def unwound(self, code, offset, error):
        if code.co_filename != self.filename:
            return
        try:
            call = self.call(code)
            if call is not None:
                call.unwind(call.frame)
        except Exception as trouble:
            self.guard(trouble)

    # -- gaps

    def pause(self, frames):
        for frame in frames:
            call = call_of(frame)
            if call is not None:
                call.frame = None  # it may end unseen
        self.light = self.counter()
        events = self.monitoring.events
        self.listen({**dict.fromkeys(self.recording), events.PY_START: self.passed, events.LINE: self.light,
                     events.JUMP: self.passed_jump})

    def counter(self):
        """The callback for lines that are not recorded at the moment."""
        counts, floor, recorder, get_frame = self.recorder.counts, self.recorder.floor, self.recorder, sys._getframe
        most = recorder.limits["visits"]

        def count(code, line):
            counts[line] = visit = counts[line] + 1
            if visit >= most:
                recorder.give_up(get_frame())

        def pick(code, line):
            counts[line] = visit = counts[line] + 1
            if (visit > floor[line] or visit <= FIRST) and recorder.begins(line):
                recorder.resume(get_frame())
            recorder.at = line

        return count if floor is None else pick

    def passed(self, code, offset):
        """A start while nothing is recorded: from then on the code's lines are counted.

        Of a function on one line the start must not be disabled: 3.13 then tells
        no more of its line either.
        """
        if code.co_filename != self.filename or self.recorder.code(code).unseen:
            return self.skip
        self.hear(code)

    def passed_jump(self, code, offset, target):
        line = self.round(code, offset, target)
        return self.skip if line is None else self.light(code, line)

    def resume(self):
        self.listen(self.recording)
        self.monitoring.restart_events()


class Recorder:
    """The events of one run, and the calls that are under way."""

    def __init__(self, options, filename, source):
        self.limits = dict(LIMITS)
        self.limits.update((k, v) for k, v in options.items() if k in LIMITS)
        self.filename = filename
        self.layout = Layout(source)
        self.starts, self.loops, self.returns = self.layout.starts, self.layout.loops, self.layout.returns
        self.renderer = Renderer(self.limits)
        self.codes = {}
        self.events = []  # not yet encoded
        self.encoded = []
        self.written = 0
        self.at_once = min(AT_ONCE, max(1, self.limits["bytes"] >> 12))  # few beside the room
        self.due = 1  # events until they are next encoded
        self.room = self.limits["bytes"]
        self.calls = 0
        self.stack = []
        self.recent = []
        self.reason = ""
        self.touched = self.layout.reaches
        self.deep = self.lost = self.over = self.threads = False
        self.counts = collections.defaultdict(int)  # line -> how often it was come to
        self.skipping = False  # nothing is recorded at the moment
        self.sparing = False  # the beginning is over
        self.left = 0  # sum of the counts when recording paused
        self.at = 0  # line that was come to last since then
        self.totals = dict(options.get("counts", ()))
        self.floor = self.plan() if self.totals else None
        self.head = self.limits["events"] // 2 if self.totals else self.limits["events"]
        self.most = 2 * self.limits["events"] + 8 * len(self.totals) + 2000  # calls end, too, where nothing more begins
        self.front = Monitoring(self) if hasattr(sys, "monitoring") else Tracing(self)

    def plan(self):
        """How often each line is come to before its last visits, which are recorded."""
        most, last = self.limits["events"] // 4, 1
        while last < most and sum([min(2 * last, n) for n in self.totals.values()]) <= most:
            last *= 2
        floor = collections.defaultdict(lambda: FAR)
        floor.update((line, n - last) for line, n in self.totals.items())
        return floor

    def statement(self, line):
        return self.starts.get(line, line)

    def code(self, code):
        found = self.codes.get(identity(code))
        if found is None:
            found = self.codes[identity(code)] = Code(code, self.layout)
        return found

    def enter(self, frame, code, going_on):
        """A call begins, or a generator goes on: the call, if it is to be recorded."""
        info = self.code(code)
        if info.unseen or self.deep and len(self.stack) > 50:
            return None
        if len(self.stack) > 60:
            probe(100)
        call = call_of(frame)
        if call is not None:
            call.resumed, call.raised = True, False
            self.push(call)
            return call
        if self.stack:
            self.stack[-1].settle()
        self.calls += 1
        call = Call(self, info, self.calls)
        self.push(call)
        if going_on:  # its beginning was left out
            call.catch_up(frame, 0)
            call.resumed = True
        else:
            call.start(frame)
        return call

    def push(self, call):
        self.stack.append(call)
        call.depth = len(self.stack)

    def leave(self, call):
        call.frame = None
        while self.stack and self.stack.pop() is not call:
            pass

    def known(self, error):
        return any(seen is error for seen in self.recent)

    def remember(self, error):
        self.recent = [seen for seen in self.recent if seen is not error][-7:] + [error]

    def origin(self, traceback, line, full=False):
        """The program's last line that the exception came through, else the given one.

        On a full stack it may seem to come from the head of a function, where
        Python had no room to call the trace function: the call raised it then.
        """
        while traceback is not None:
            code = traceback.tb_frame.f_code
            if code.co_filename == self.filename and not (full and traceback.tb_lineno == code.co_firstlineno):
                line = traceback.tb_lineno
            traceback = traceback.tb_next
        return max(line, self.statement(line))  # a decorator's line stands for its def

    def encode(self):
        """Makes text of the events, which is nothing that the garbage collector walks, and looks at the limits."""
        if self.events:
            text = encode(self.events)
            self.encoded.append(text)
            self.room -= len(text)
            self.written += len(self.events)
            self.events.clear()
        self.sparing = self.written >= self.head or self.room <= 0
        self.due = self.at_once if self.sparing else min(self.at_once, self.head - self.written)
        if self.written >= self.most or self.room <= 0 and (self.totals or self.room <= -1 << 20):
            self.stop("events" if self.room > 0 else "bytes")

    def leaves_out(self, line, visit):
        """Whether a statement that begins now, after the beginning of the run, is not recorded."""
        if self.floor is not None:
            return FIRST < visit <= self.floor[line]
        if not self.limits["again"]:
            self.stop("events" if self.room > 0 else "bytes")
        return True

    # -- gaps

    def frames(self, frame):
        """The program's frames under way, from the given one outwards."""
        while frame is not None:
            code = frame.f_code
            if code.co_filename == self.filename and not self.code(code).unseen:
                yield frame
            frame = frame.f_back

    def pause(self, frame):
        """Records nothing from the statement on that begins now in the frame."""
        self.skipping = True
        self.at = frame.f_lineno
        self.left = sum(self.counts.values()) - 1
        self.front.pause(self.frames(frame))
        self.stack.clear()

    def begins(self, line):
        """Whether a statement begins at a line, and is not only going on there."""
        start = self.statement(line)
        return start != self.statement(self.at) or start in self.layout.again

    def resume(self, frame):
        """Goes on recording with the statement that begins now in the frame."""
        left_out = sum(self.counts.values()) - 1 - self.left
        self.skipping = False
        self.front.resume()
        self.catch_up(frame, left_out)

    def give_up(self, frame):
        """Cuts a run that is taken to be endless, where its variables are now."""
        self.skipping = False
        self.catch_up(frame, sum(self.counts.values()) - 1 - self.left)
        self.stop("visits")

    def catch_up(self, frame, left_out):
        """Writes what became of the calls under way, the outermost first."""
        for frame in reversed(list(self.frames(frame))):
            call = call_of(frame)
            if call is None:
                self.calls += 1
                call = Call(self, self.code(frame.f_code), self.calls)
            self.push(call)
            self.front.attach(frame, call)
            left_out = 0 if call.catch_up(frame, left_out) else left_out

    def failed_at(self, error):
        self.stop("recorder: " + name_of(type(error)))

    def stop(self, reason):
        """Ends recording, and with it the expression: nothing more will be seen of it."""
        self.reason = self.reason or reason
        self.lost = self.lost or not self.front.stop()
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, AGAIN, AGAIN)  # the program may catch the first
        raise Cut

    # -- what the runner calls

    def execute(self, code, namespace):
        """Runs top-level code; an exception of the program's own is recorded."""
        try:
            exec(code, namespace)
        except BaseException as error:
            self.failed(error)

    def evaluate(self, code, namespace):
        """Evaluates an expression and records it."""
        if self.reason or self.over:
            return
        self.stack.clear()
        WATCH.recorder = self
        clock = Clock(self)
        try:
            clock.start()
            self.front.start()
            try:
                eval(code, namespace)
            finally:
                clock.stop()
                self.lost = not self.reason and not self.front.stop() or self.lost
        except Cut:
            clock.stop()
        except BaseException as error:
            self.over = True
            self.unwind(error)
        WATCH.recorder = None

    def unwind(self, error):
        """Ends the calls that were under way when Python gave up tracing.

        At the recursion limit there is no room to call a trace function, and
        Python then drops it; what is left to tell is known all the same.
        """
        if self.skipping:
            return
        if not self.known(error):
            text = self.renderer.text(error)
            if self.stack:
                call = self.stack[-1]
                call.write("exception", self.origin(traceback_of(error), call.pending or 1, True), [["__exception__", text]])
            else:
                self.events.append(["exception", 0, 0, 0, [["__exception__", text]]])  # raised by the test's own line
        while self.stack:
            call = self.stack.pop()
            call.write("unwind", call.pending or 1, [])

    def failed(self, error):
        """Records the exception that kept the program from being loaded."""
        self.over = True
        line = self.origin(traceback_of(error), 0)
        event = ["exception", 0, 0, 0, [["__exception__", self.renderer.text(error)]]]
        if line:
            self.calls += 1
            event[1:4] = self.calls, 1, line
        self.events.append(event)

    def report(self):
        if self.events:
            self.encoded.append(encode(self.events))
            self.written += len(self.events)
            self.events.clear()
        head = encode(["recorder", VERSION, "%d.%d.%d" % sys.version_info[:3]])
        end = encode(["end", self.ending(), self.touched, self.tally()])
        return ("\n".join([head] + self.encoded + [end]) + "\n").encode("ascii")

    def ending(self):
        if self.totals and not self.reason and self.totals != self.counts:
            return "the second run went another way"
        if self.skipping and not self.reason:
            return "events" if self.room > 0 else "bytes"
        return (self.reason or self.deep and "recursion" or self.lost and "tracing was switched off" or
                self.threads and "other threads are not shown" or "")

    def tally(self):
        """The visits of every line, for a second run; none where that is of no use."""
        if self.skipping and not self.totals and not self.reason and not self.lost:
            return sorted(self.counts.items())
        return []


class Clock:
    """Ends an expression that takes too long, or goes on when it has been cut."""

    def __init__(self, recorder):
        self.recorder = recorder
        self.running = False
        self.lines = self.still = 0  # lines come to by the last beat, and beats since then

    def start(self):
        if hasattr(signal, "setitimer"):
            self.running = True
            signal.signal(signal.SIGPROF, self.ring)
            signal.setitimer(signal.ITIMER_PROF, min(BEAT, self.recorder.limits["seconds"]), BEAT)

    def ring(self, number, frame):
        """Looks whether the time is over, or is spent on no line: `while True: pass` jumps to itself."""
        if not self.running:
            return
        limits, lines = self.recorder.limits, sum(self.recorder.counts.values())
        limits["seconds"] -= BEAT
        self.still = self.still + 1 if lines == self.lines else 0
        self.lines = lines
        if limits["seconds"] < BEAT or self.still == STILL:
            self.recorder.stop("time")

    def stop(self):
        """What is left of the time is for the next expression."""
        self.running = False
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, 0)


class Watch:
    """Notices a program that reaches for its own recording.

    It may do so in its own process, as it may do anything there; but then its
    trace is no evidence, and says so. A name that the program only computes is
    not seen here.
    """

    EVENTS = frozenset(("code.__new__", "sys._getframe", "sys._current_frames", "sys._current_exceptions", "gc.get_objects",
                        "gc.get_referrers", "gc.get_referents", "sys.monitoring.register_callback"))

    def __init__(self):
        self.recorder = None
        self.set = False

    def begin(self):
        if not self.set:
            self.set = True
            sys.addaudithook(self.hear)

    def hear(self, event, args):
        recorder = self.recorder
        if recorder is None or recorder.touched:
            return
        if event == "import" and args[0] in ("ctypes", "_ctypes"):
            recorder.touched = "ctypes"
        elif event == "_thread.start_new_thread":
            recorder.threads = True
        elif event in self.EVENTS:
            self.recorder = None  # what follows is such an event, too
            frame = sys._getframe(1)
            if frame.f_code.co_filename == recorder.filename or frame.f_globals.get("__name__") == "inspect":
                recorder.touched = event
            self.recorder = recorder


WATCH = Watch()


def begin(options, filename, source):
    """A recorder for one program; options is a JSON object of limits, or empty.

    For a second run it has, as counts, what the first one counted.
    """
    WATCH.begin()
    return Recorder(json.loads(options) if options else {}, filename, source)

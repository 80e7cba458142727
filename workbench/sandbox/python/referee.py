"""Runs test code whose entry points are stubs.

The program under test is in another process. A stub call sends its arguments
out as inert bytes and gets back a value, the arguments as the call left them
and what it raised. The values are fresh builtins made here from bytes that the
supervisor wrote; nothing of the program itself ever arrives.
"""

import builtins
import sys

import _workbench_inert as inert

PASSED, FAILED, RAISED, INEXPRESSIBLE, UNFIT = 0, 1, 2, 3, 4
QUERY, VERDICT = "query", "verdict"


class Refusal(BaseException):
    """The test cannot go on; the wire knows why."""


class Wire:
    """What the stubs of one test share: the way out.

    A refusal is the test's own doing, INEXPRESSIBLE, or the program's, UNFIT. The
    former gets the test a weaker judge, so no program must be able to cause it: its
    answers are inert, but may be too many or too large to be passed on.
    """

    def __init__(self, line, most, source):
        self.line = line
        self.most = most
        self.stops = "StopIteration" in source
        self.answered = False
        self.refusal = PASSED, ""

    def query(self, operation, path, args, kwargs):
        passed = inert.containers((args, kwargs))
        try:
            sent = inert.encode(args, self.most), inert.encode(kwargs, self.most)
        except inert.Unencodable as error:
            own = isinstance(error, inert.Alien) or not self.answered
            self.refuse(INEXPRESSIBLE if own else UNFIT, "an argument of %s is %s" % (path, error))
        self.line.send((QUERY, operation, path) + sent)
        answer, kind, message, refusal = self.line.receive()
        self.answered = True
        if refusal:
            self.refuse(UNFIT, refusal)
        if kind:
            raise self.exception(kind)(message)
        value, after = inert.decode(answer)
        return Merger(passed, after).merge(value)

    def refuse(self, verdict, why):
        self.refusal = verdict, why
        raise Refusal(why)

    def exception(self, name):
        """The class to raise for the program's; it must not end an iteration of the
        test's, which would then see nothing wrong, unless the test speaks of that."""
        kind = getattr(builtins, name, None)
        if not isinstance(kind, type) or not issubclass(kind, Exception):
            return Exception
        if issubclass(kind, (StopIteration, StopAsyncIteration)) and not self.stops:
            return RuntimeError
        if kind in (UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError):
            return ValueError
        return kind


class Merger:
    """Gives the containers of the test what the call made of their counterparts.

    The program's containers came over in the order the test's were passed in,
    so that each has its counterpart; a result that is an argument, or holds
    one, becomes the test's own object again.
    """

    def __init__(self, passed, after):
        if len(passed) != len(after):
            raise ValueError("%d containers came back for %d" % (len(after), len(passed)))
        self.own = {id(new): old for old, new in zip(passed, after)}
        self.done = {}
        for old, new in zip(passed, after):
            self.fill(old, new)

    def merge(self, value):
        if id(value) in self.own:
            return self.own[id(value)]
        if id(value) in self.done:
            return self.done[id(value)][0]
        if type(value) is tuple:
            made = tuple([self.merge(item) for item in value])
        else:
            made = value
            if isinstance(value, (list, dict)):
                self.done[id(value)] = made, value
                self.fill(made, value)
        self.done[id(value)] = made, value
        return made

    def fill(self, target, content):
        if isinstance(content, list):
            target[:] = [self.merge(item) for item in content]
        elif isinstance(content, dict):
            items = [(key, self.merge(item)) for key, item in content.items()]
            target.clear()
            target.update(items)
        else:
            items = list(content)
            target.clear()
            target.update(items)


def function_stub(wire, name):
    def stub(*args, **kwargs):
        return wire.query("ask", name, args, kwargs)

    stub.__name__ = stub.__qualname__ = name
    return stub


def class_stub(wire, name, methods):
    """A class whose instances live in the program's process, known by number."""

    def __init__(self, *args, **kwargs):
        self._number = wire.query("make", name, args, kwargs)

    def method_stub(method):
        def stub(self, *args, **kwargs):
            return wire.query("ask", "#%d.%s" % (self._number, method), args, kwargs)

        stub.__name__ = method
        return stub

    body = {method: method_stub(method) for method in methods}
    body["__init__"] = __init__
    return type(name, (), body)


def stubs(wire, names):
    """The namespace of a test: functions, and classes with the methods named."""
    classes = {}
    functions = []
    for name in names:
        head, dot, method = name.partition(".")
        if dot:
            classes.setdefault(head, []).append(method)
        else:
            functions.append(name)
    made = {name: function_stub(wire, name) for name in functions if name not in classes}
    made.update((name, class_stub(wire, name, methods)) for name, methods in classes.items())
    return made


def run_cases(namespace):
    """Runs the unittest cases that the test defines; None when there are none."""
    unittest = sys.modules.get("unittest")
    if unittest is None:
        return
    cases = [thing for thing in namespace.values() if isinstance(thing, type)
             and issubclass(thing, unittest.TestCase) and thing.__module__ == "__main__"]
    if not cases:
        return
    result = unittest.TestResult()
    for case in cases:
        unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    if not result.wasSuccessful():
        wrong = result.failures + result.errors
        report = wrong[0][1] if wrong else "unexpected success"
        raise AssertionError(report.strip().rsplit("\n", 1)[-1])


def judge(line, program, setup, source, names):
    """Runs one test to the end and sends the verdict."""
    wire = Wire(line, program.most, source)
    namespace = program.namespace
    sys.modules["__main__"] = program.module
    sys.argv = ["test"]
    kind = base = message = ""
    verdict = PASSED
    try:
        namespace.update(stubs(wire, names))
        exec(compile(setup, "<setup>", "exec", dont_inherit=True), namespace)
        namespace.update(stubs(wire, names))
        exec(compile(source, "<test>", "exec", dont_inherit=True), namespace)
        run_cases(namespace)
    except Refusal:
        verdict, message = wire.refusal
    except AssertionError as error:
        verdict, kind, message = FAILED, "AssertionError", inert.said(error)
    except SystemExit as error:
        if error.code not in (None, 0, False):
            verdict, kind, message = FAILED, "SystemExit", inert.said(error)
    except BaseException as error:
        verdict, kind, message = RAISED, type(error).__name__, inert.said(error)
        base = inert.builtin_base(type(error))
    if wire.refusal[0]:  # even if the test has swallowed it
        verdict, message = wire.refusal
    output, errors, _ = program.streams.take()
    line.send((VERDICT, verdict, kind, base, message, output, errors))

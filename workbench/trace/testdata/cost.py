"""What recording costs, beside a plain tracer and no tracer at all.

Usage: cost.py RECORDER..., the files in their order. Prints a line per program:
its name, line events, and microseconds of CPU per line event: not traced; by
the recorder, report included; by a tracer that renders all locals at every line
and writes down those that differ, as debuggers do. Best of three runs.
"""

import io
import json
import sys
import time
import types

PROGRAMS = {
    "scalars": ("""
def f(n):
    total = 0
    a = 1
    b = 2
    for i in range(n):
        a = b
        b = i
        if a > b:
            total += a
        else:
            total -= 1
    return total
""", 4000),
    "many scalars": ("""
def f(n):
    a = b = c = d = e = g = h = j = k = l = m = o = 1
    for i in range(n):
        a += 1
        b = a
        m = o
    return m
""", 4000),
    "growing list": ("""
def f(n):
    numbers = []
    for i in range(n):
        numbers.append(i)
    return len(numbers)
""", 4000),
    "growing list, twice": ("""
def f(n):
    numbers = []
    for i in range(n):
        numbers.append(i)
    return len(numbers)
""", 8000),
    "table": ("""
def f(n):
    words = {}
    for i in range(n):
        words[i % 50] = 'word'
    return len(words)
""", 4000),
    "recursion": ("""
def f(n):
    if n < 2:
        return n
    return f(n - 1) + f(n - 2)
""", 16),
}


class Plain:
    """Renders everything at every line."""

    def __init__(self):
        self.out = io.StringIO()
        self.known = {}
        self.lines = 0

    def trace(self, frame, event, arg):
        if frame.f_code.co_filename != "<program>":
            return None
        self.lines += event == "line"
        old = self.known.get(frame, {})
        new = self.known[frame] = {name: repr(value) for name, value in frame.f_locals.items()}
        for name, text in new.items():
            if old.get(name) != text:
                self.out.write("%s = %s\n" % (name, text[:100]))
        self.out.write("%s %d\n" % (event, frame.f_lineno))
        if event == "return":
            del self.known[frame]
        return self.trace


def timed(run):
    began = time.process_time()
    run()
    return time.process_time() - began


def measure(module, source, n):
    space = {"__name__": "__main__"}
    exec(compile(source, "<program>", "exec"), space)
    call = compile("f(%d)" % n, "<call>", "eval")
    bare = timed(lambda: eval(call, space))
    run = module.begin('{"events": 10000000, "bytes": 100000000000, "seconds": 1000}', "<program>", source)
    recorded = timed(lambda: (run.evaluate(call, space), run.report()))
    plain = Plain()

    def traced():
        sys.settrace(plain.trace)
        eval(call, space)
        sys.settrace(None)

    return bare, recorded, timed(traced), plain.lines


def main():
    module = types.ModuleType("recorder")
    exec(compile("".join(open(path).read() for path in sys.argv[1:]), "recorder.py", "exec"), module.__dict__)
    for name, (source, n) in PROGRAMS.items():
        runs = [measure(module, source, n) for _ in range(3)]
        lines = runs[0][3]
        best = [min(run[i] for run in runs) / lines * 1e6 for i in range(3)]
        print(json.dumps({"program": name, "lines": lines, "bare": best[0], "recorder": best[1], "plain": best[2]}))


main()

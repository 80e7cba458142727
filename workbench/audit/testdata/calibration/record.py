"""Records the runs of calibration programs.

Usage: record.py FILE.txtar..., in workbench/audit/testdata/calibration. A file begins with "entry NAME"
and has the sections program.py, fix.py, tests (one assert per line, its left side a call) and rationales.
Written into it are the index of the first test that the program fails, and what the recorder tells
of the program (events) and of its fix (fix-events) on that test. A program that fails no test, or a
fix that fails one, is an error.
"""

import json
import pathlib
import re
import sys
import types

HERE = pathlib.Path(__file__).resolve().parent
ORDER = ["program.py", "fix.py", "tests", "events", "fix-events", "rationales"]


def load_recorder():
    folder = HERE.parents[2] / "trace"
    module = types.ModuleType("recorder")
    source = "".join((folder / name).read_text() for name in ("values.py", "layout.py", "recorder.py"))
    exec(compile(source, "recorder.py", "exec"), module.__dict__)
    return module


def sections(text):
    parts = re.split(r"(?m)^-- (\S+) --\n", text)
    return parts[0], dict(zip(parts[1::2], parts[2::2]))


def passes(source, test):
    space = {"__name__": "__main__"}
    try:
        exec(compile(source, "<program>", "exec"), space)
        exec(test, space)
    except Exception:
        return False
    return True


def left_side(test):
    body = test.strip()[len("assert "):]
    depth, quote = 0, ""
    for at, char in enumerate(body):
        if quote:
            quote = "" if char == quote and body[at - 1] != "\\" else quote
        elif char in "'\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif depth == 0 and (body.startswith(" == ", at) or body.startswith(" is ", at)):
            return body[:at]
    raise ValueError("no comparison in " + test)


def record(recorder, source, call):
    run = recorder.begin("", "<program>", source)
    space = {"__name__": "__main__"}
    run.execute(compile(source, "<program>", "exec"), space)
    run.evaluate(compile(call, "<call>", "eval"), space)
    rows, step, raised = [], 0, False
    for line in run.report().decode().splitlines()[1:-1]:
        for kind, frame, depth, number, changes in json.loads(line):
            rows.append([kind, frame, depth, number, step if changes else -1, changes])
            step += bool(changes)
    last = rows[-1]
    if last[0] == "return":
        rows.append(["exception", 0, 0, 0, step, [["__exception__", "AssertionError()"]]])
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def fill(recorder, path):
    head, parts = sections(path.read_text())
    tests = [line for line in parts["tests"].splitlines() if line.strip()]
    failing = next((i for i, test in enumerate(tests) if not passes(parts["program.py"], test)), None)
    if failing is None:
        raise ValueError("the program passes every test")
    wrong = [test for test in tests if not passes(parts["fix.py"], test)]
    if wrong:
        raise ValueError("the fix fails " + wrong[0])
    call = left_side(tests[failing])
    parts["events"] = record(recorder, parts["program.py"], call)
    fixed = record(recorder, parts["fix.py"], call)
    parts["fix-events"] = "".join(fixed.splitlines(True)[:-1]) if "AssertionError()" in fixed.splitlines()[-1] else fixed
    entry = re.match(r"entry ([\w.]+)", head).group(1)
    text = "entry %s, failing test %d\n" % (entry, failing)
    path.write_text(text + "".join("-- %s --\n%s" % (name, parts[name]) for name in ORDER))


def main():
    recorder = load_recorder()
    for name in sys.argv[1:]:
        try:
            fill(recorder, pathlib.Path(name))
        except (ValueError, KeyError, AttributeError) as error:
            sys.exit("%s: %s" % (name, error))


main()

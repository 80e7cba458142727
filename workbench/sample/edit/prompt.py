"""Reads the text a model sees: the task, the program, its tests and, where there is one, the trace.

Everything the edit model knows comes from here. Nothing is executed.
"""

import ast
import io
import re
import tokenize
from collections import namedtuple

Entry = namedtuple("Entry", "line step name value")
"""One traced change: line is 1-based in the program, 0 on the test line; value is its text."""

PARSE_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)

TASK = "# Your task"
PROGRAM = re.compile(r"## Buggy program(, traced on its failing test)?\s*$")
FENCE = re.compile(r"(`{3,})(?:python)?\s*$")
MARK = re.compile(r"(?:^|  )# \(\d+\) [\w.]+(?: = |=)")
NOTES = re.compile(r"## .*(?:rationale|explanation|diagnosis)", re.IGNORECASE)
STEP = re.compile(r"\((\d+)\) ")
NAME = re.compile(r"([\w.]+)(?: = |=)")
NEXT = re.compile(r";(?= \(\d+\) | \.\.\.;|\s*$)")


class Reading:
    """What one prompt says.

    program is the buggy source without trace comments; entries are in step order; test is the text of the
    failing test, None where the prompt does not tell; notes is the text of a rationale section given to a proxy.
    """

    def __init__(self, system, user):
        self.rationale = "repaired program only" not in system
        task = after_task(user.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
        head, self.traced, block, rest = program_block(task)
        self.instruction, self.notes = instruction_and_notes(head)
        self.notes += notes_of(rest)
        self.tests = split_tests(tests_block(rest))
        self.test, self.entries = None, []
        if self.traced:
            block, self.entries = strip_trace(block)
            block = self.take_test_line(block)
        self.program = "\n".join(block).rstrip("\n") + "\n"
        if self.traced and self.test is None:
            self.test = self.test_by_arguments()

    def take_test_line(self, block):
        """Cuts the failing test off the end of a traced block and moves its entries to line 0."""
        text = "\n".join(block).rstrip()
        found = [test for test in self.tests if text == test or text.endswith("\n" + test)]
        if found:
            self.test = max(found, key=len)
        elif text.rsplit("\n", 1)[-1].startswith("assert "):
            self.test = text.rsplit("\n", 1)[-1]
        else:
            return block
        kept = text[: len(text) - len(self.test)].split("\n")
        first = len(kept)
        if not found and not any(entry.line >= first for entry in self.entries):
            self.test = None
            return block
        self.entries = [e if e.line < first else e._replace(line=0) for e in self.entries]
        return kept

    def test_by_arguments(self):
        """The test whose literal arguments are the traced parameters of step 0; None where none fits."""
        values = [entry.value for entry in self.entries if entry.step == 0]
        for test in self.tests:
            call = first_call(test)
            if values and call is not None and [literal_text(arg) for arg in call.args] == values:
                return test
        return None


def after_task(lines):
    """The lines after the last task heading that a task section follows."""
    at = [i for i, line in enumerate(lines) if line.rstrip() == TASK]
    real = [i for i in at if next((x for x in lines[i + 1 :] if x.strip()), "").startswith("## ")]
    chosen = (real or at or [-1])[-1]
    return lines[chosen + 1 :]


def program_block(lines):
    """Splits a task into the lines before the program, whether it is traced, the program, and the rest."""
    for i, line in enumerate(lines):
        heading = PROGRAM.match(line)
        block, end = fenced(lines, i + 1) if heading else (None, 0)
        if block is not None:
            return lines[:i], bool(heading.group(1)), block, lines[end:]
    raise ValueError("the prompt has no program block")


def fenced(lines, start):
    """The lines of the fenced block that starts at or after start, blank lines skipped, and where it ends."""
    while start < len(lines) and not lines[start].strip():
        start += 1
    fence = FENCE.match(lines[start]) if start < len(lines) else None
    if fence is None:
        return None, start
    for end in range(start + 1, len(lines)):
        if lines[end].rstrip() == fence.group(1):
            return lines[start + 1 : end], end + 1
    return lines[start + 1 :], len(lines)


def instruction_and_notes(lines):
    for i, line in enumerate(lines):
        if NOTES.match(line):
            return clean(lines[:i]), clean(lines[i + 1 :])
    return clean(lines), ""


def clean(lines):
    return "\n".join(line for line in lines if line.strip() != "## Task").strip()


def notes_of(lines):
    start = next((i for i, line in enumerate(lines) if NOTES.match(line)), None)
    return "" if start is None else "\n".join(lines[start + 1 :])


def tests_block(lines):
    for i, line in enumerate(lines):
        if line.rstrip() == "## Tests":
            return fenced(lines, i + 1)[0] or []
    return []


def split_tests(lines):
    """The statements of the tests, or their lines where they do not parse."""
    try:
        body = ast.parse("\n".join(lines)).body
    except PARSE_ERRORS:
        return [line for line in lines if line.strip()]
    return ["\n".join(lines[node.lineno - 1 : node.end_lineno]).rstrip() for node in body]


def strip_trace(block):
    """Takes the trace comments off the lines of a block; returns the bare lines and the entries in step order."""
    places = comment_places(block)
    bare, entries = [], []
    for number, line in enumerate(block, 1):
        start = 0 if places is None else places.get(number)
        mark = None if start is None else MARK.search(line, max(0, start - 2))
        bare.append(line if mark is None else line[: mark.start()])
        if mark is not None:
            comment = line[mark.start() :].lstrip(" #")
            entries.extend(Entry(number, *change) for change in changes(comment))
    return bare, sorted(entries, key=lambda entry: entry.step)


def comment_places(block):
    """Where a trace comment may start on each line: at a comment or in a string of several lines.

    None means anywhere: the block does not tokenize.
    """
    places = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO("\n".join(block) + "\n").readline):
            if token.type == tokenize.COMMENT:
                places[token.start[0]] = token.start[1]
            elif token.end[0] > token.start[0]:
                places.update((line, 0) for line in range(token.start[0], token.end[0]))
    except (tokenize.TokenError,) + PARSE_ERRORS:
        return None
    return places


def changes(comment):
    """Yields (step, name, value text) of one trace comment; an elision yields nothing."""
    at, step = 0, 0
    while at < len(comment):
        if comment.startswith("...;", at):
            at += 4
        counted = STEP.match(comment, at)
        if counted:
            step, at = int(counted.group(1)[:9]), counted.end()
        named = NAME.match(comment, at)
        if named:
            end = value_end(comment, named.end())
            yield step, named.group(1), comment[named.end() : end]
            at = end
        at += 1


def value_end(text, start):
    """The index after a rendered value: at its semicolon outside quotes and brackets, or the end."""
    quote, depth, at = "", 0, start
    while at < len(text):
        char = text[at]
        if quote:
            at += char == "\\"
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == ";" and depth <= 0:
            return at
        else:
            depth += (char in "([{") - (char in ")]}")
        at += 1
    cut = NEXT.search(text, start)
    return cut.start() if cut else len(text)


def first_call(test):
    """The innermost leftmost call of a test's condition to a plain name or method; None where there is none."""
    try:
        node = ast.parse(test.strip()).body[0]
    except PARSE_ERRORS + (IndexError,):
        return None
    if not isinstance(node, ast.Assert):
        return None
    calls = [n for n in ast.walk(node.test) if isinstance(n, ast.Call)]
    wrappers = {"str", "abs", "set", "sorted", "list", "tuple", "round", "len", "int", "float", "isclose", "_close", "dict"}
    return next((c for c in calls if called(c) not in wrappers), None)


def called(call):
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def literal_text(node):
    try:
        return repr(ast.literal_eval(node))
    except PARSE_ERRORS + (TypeError,):
        return None


def literal(text):
    """(True, value) of a literal's text, (False, None) of anything else; never runs code."""
    if text is None or len(text) > 20000:
        return False, None
    try:
        return True, ast.literal_eval(text)
    except PARSE_ERRORS + (TypeError,):
        return False, None

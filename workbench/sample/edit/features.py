"""Sparse features of an edit in its prompt: what the edit does, where, and what the trace and the tests say there.

A feature is a short text. Features that need a trace are absent from prompts without one.
"""

import ast
import re

from prompt import PARSE_ERRORS, called, first_call, literal

WORDS = frozenset(
    """all any average between both character characters contains copy count decreasing descending digit digits distinct divisible
    duplicate duplicates each empty equal even every exactly factorial false first greater greatest highest inclusive increasing
    index insensitive integer integers join largest last least length less letter letters list longest lower lowercase lowest
    maximum mean minimum more most multiple negative none number odd once only order palindrome pair pairs position positive
    power prefix prime product remainder remove repeated reverse reversed rounded running same separated shortest single smallest
    sorted space spaces square squares start starting starts string strictly sublist substring suffix sum sums swap total true
    tuple unique upper uppercase vowel vowels without word words zero""".split())
"""Words of the instruction that may go with a kind of edit."""


class Evidence:
    """What one prompt says about its failing test: the relation of the returned to the expected value, and per line."""

    def __init__(self, reading):
        self.reading = reading
        self.words = sorted(set(re.findall(r"[a-z]+", reading.instruction.lower())) & WORDS)
        self.tokens = set(re.findall(r"\w+", reading.instruction.lower()))
        self.expected_known, self.expected = expectation(reading)
        self.returned = last_value(reading.entries, "__return__")
        self.exception, self.exception_line = raised(reading.entries)
        self.lines, self.finals, self.writers = {}, {}, {}
        self.first_line = self.last_line = 0
        self.read_entries()
        self.relations = self.relate()

    def read_entries(self):
        for entry in self.reading.entries:
            if entry.line == 0:
                continue
            self.lines[entry.line] = self.lines.get(entry.line, 0) + 1
            self.first_line = self.first_line or (entry.line if entry.step else 0)
            self.last_line = entry.line
            if not entry.name.startswith("__"):
                self.finals[entry.name] = entry.value
                self.writers[entry.name] = entry.line

    def relate(self):
        """The relations that hold on the failing test, as short names."""
        expected = ["want:" + kind(self.expected)] if self.expected_known else []
        if not self.reading.traced:
            return expected
        if self.exception:
            return expected + ["raises", "raises:" + self.exception.split("(")[0][:30]]
        if self.returned is None:
            return expected + ["no-return"]
        known, value = literal(self.returned)
        if not (known and self.expected_known):
            return expected + ["opaque"]
        if self.stringly():
            value = str(value)
        return expected + sorted(set(compare(value, self.expected)))

    def stringly(self):
        """Whether the test compares str(f(...))."""
        return isinstance(self.expected, str) and re.match(r"assert str\(", self.reading.test or "")


def expectation(reading):
    """(known, value): what the failing test expects of the call; of the first test where none is known to fail."""
    test = reading.test or (reading.tests[0] if reading.tests else "")
    try:
        node = ast.parse(test.strip()).body[0].test
    except PARSE_ERRORS + (IndexError, AttributeError):
        return False, None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return True, False
    if isinstance(node, ast.Call) and called(node) == called(first_call(test) or node) and called(node) not in ("isclose", "all", "any"):
        return True, True
    sides = [node.left, node.comparators[0]] if isinstance(node, ast.Compare) else list(getattr(node, "args", []))[:2]
    for side in reversed(sides):
        try:
            return True, ast.literal_eval(side)
        except PARSE_ERRORS + (TypeError,):
            continue
    return False, None


def last_value(entries, name):
    return next((entry.value for entry in reversed(entries) if entry.name == name and entry.line), None)


def raised(entries):
    """The exception that left the program and the line that raised it; ("", 0) where the test line alone failed."""
    found = [entry for entry in entries if entry.name == "__exception__" and entry.line]
    outside = [entry for entry in entries if entry.name == "__exception__" and not entry.line]
    if found and not (outside and outside[-1].value.startswith("AssertionError") and not found[-1].value.startswith("AssertionError")):
        first = next(entry for entry in found if entry.value == found[-1].value)
        return found[-1].value, first.line
    return "", 0


def kind(value):
    return type(value).__name__


def compare(value, expected):
    """Names of the relations between a returned and an expected value."""
    if value is None:
        return ["none"]
    if kind(value) != kind(expected) and not (number(value) and number(expected)):
        return ["type:%s:%s" % (kind(value), kind(expected))] + list(across(value, expected))
    if isinstance(expected, bool):
        return ["bool:%s" % value]
    if number(expected):
        return numbers(value, expected)
    if isinstance(expected, (list, tuple, str)):
        return sequences(value, expected)
    if isinstance(expected, dict):
        return ["keys:same" if set(value) == set(expected) else "keys:differ", length(value, expected)]
    return [length(value, expected)] if isinstance(expected, (set, frozenset)) else ["differs"]


def number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def across(value, expected):
    """Relations between values of different types."""
    if str(value) == str(expected):
        yield "str-equal"
    if isinstance(value, (list, tuple, set, str)) and isinstance(expected, (list, tuple, set, str)):
        if [str(x) for x in value] == [str(x) for x in expected]:
            yield "elements-equal"
    if isinstance(value, (list, tuple, str)) and number(expected) and len(value) == expected:
        yield "is-length"
    if isinstance(value, (list, tuple)) and len(value) > 0 and value[0] == expected:
        yield "is-first"
    if isinstance(value, str) and isinstance(expected, (list, tuple)):
        yield "joined"


def numbers(value, expected):
    yield "zero" if value == 0 else "number"
    yield "small" if value < expected else "large"
    if expected == 0:
        yield "want-zero"
    for step in (1, -1):
        if expected - value == step:
            yield "step%+d" % step
    if value == -expected:
        yield "negated"
    if isinstance(value, float) != isinstance(expected, float):
        yield "int-float"
    if value in (float("inf"), float("-inf")):
        yield "infinite"
    elif value == value and int(value) == expected:
        yield "fraction"
    if value == 1:
        yield "one"
    if expected and value == 2 * expected or value and expected == 2 * value:
        yield "double"
    if isinstance(value, int) and isinstance(expected, int) and 0 <= value < expected and str(expected).endswith(str(value)):
        yield "digits"


def length(value, expected):
    gap = len(value) - len(expected)
    if gap == 0:
        return "length:same"
    return "length:%+d" % gap if abs(gap) == 1 else "length:short" if gap < 0 else "length:long"


def sequences(value, expected):
    yield length(value, expected)
    if not value:
        yield "empty"
        return
    if value[::-1] == expected:
        yield "reversed"
    if isinstance(value, str) and value.lower() == expected.lower():
        yield "case"
    if isinstance(value, str) and value.split() == expected.split():
        yield "blanks"
    if sorted(map(repr, value)) == sorted(map(repr, expected)):
        yield "permuted"
    elif set(map(repr, value)) == set(map(repr, expected)):
        yield "repeats"
    yield from parts(value, expected)
    differing = sum(a != b for a, b in zip(value, expected))
    if len(value) == len(expected):
        yield "differ:one" if differing == 1 else "differ:all" if differing == len(value) else "differ:some"


def parts(value, expected):
    """Which end is missing or in excess."""
    if len(value) < len(expected):
        yield "lacks:end" if expected[: len(value)] == value else "lacks:start" if expected[-len(value) :] == value else "lacks:inside"
    elif len(value) > len(expected):
        head = value[: len(expected)] == expected
        yield "excess:end" if head else "excess:start" if value[len(value) - len(expected) :] == expected else "excess:inside"


class Features:
    """The features of the edits of one prompt."""

    def __init__(self, reading, edit_set):
        self.reading, self.set, self.program = reading, edit_set, edit_set.program
        self.evidence = Evidence(reading)
        self.quoted = re.findall(r"`([^`\n]+)`", reading.notes)
        self.by_statement, self.by_name = {}, {}
        self.coverage = {}

    def of(self, edit):
        """The features of one edit, without repetition, in a fixed order."""
        name, detail = edit.kind, edit.kind + "=" + edit.detail
        found = ["kind|" + name, "detail|" + detail]
        found += ["%s|word:%s" % (key, word) for word in self.evidence.words for key in (name, detail)]
        found += ["%s|%s" % (key, relation) for relation in self.evidence.relations for key in (name, detail)]
        found += self.notes(edit)
        if edit.node is None or self.program is None:
            return found
        statement = self.statement(edit.node)
        found += statement
        found += ["%s|%s" % (name, tag) for tag in statement]
        place = self.program.places[edit.node]
        found += ["%s|role:%s" % (name, place.role), "%s|role:%s" % (detail, place.role), "%s|outer:%s" % (name, place.outer)]
        for tag in self.names(edit) + self.condition(edit, place):
            found += [tag, "%s|%s" % (name, tag)]
        return list(dict.fromkeys(found))

    def notes(self, edit):
        """Whether a rationale in the prompt quotes the edited line or the new text."""
        if not self.quoted:
            return []
        old = self.set.bytes.split(b"\n")[edit.line - 1].decode("utf-8", "replace").strip()
        line = self.line_after(edit)
        return ["quoted:line"] * (old in self.quoted) + ["quoted:result"] * (line != old and line in self.quoted)

    def line_after(self, edit):
        """The first changed line as it reads after the edit."""
        start = self.set.bytes.rfind(b"\n", 0, edit.start) + 1
        tail = self.set.bytes[edit.end :].split(b"\n")[0]
        text = self.set.bytes[start : edit.start] + edit.new + tail
        return next((x.strip() for x in text.decode("utf-8", "replace").split("\n") if x.strip()), "")

    def statement(self, node):
        """Tags of the statement an edit touches."""
        statement = self.program.places[node].statement if not isinstance(node, ast.stmt) else node
        if statement not in self.by_statement:
            self.by_statement[statement] = self.describe(statement) if statement is not None else []
        return self.by_statement[statement]

    def describe(self, statement):
        place = self.program.places[statement]
        tags = ["statement:" + type(statement).__name__, "loops:%d" % min(place.loops, 2)]
        tags.append("entry:%s" % (getattr(place.function, "name", "") == self.entry()))
        returned = self.returned_names(place.function)
        if stored(statement) & returned:
            tags.append("writes-returned")
        if self.reading.traced:
            tags += self.traced(statement)
        return tags

    def entry(self):
        call = first_call(self.reading.test or (self.reading.tests or [""])[0])
        return called(call) if call is not None else ""

    def returned_names(self, function):
        key = ("returned", function)
        if key not in self.by_name:
            found = set()
            for node in self.program.nodes:
                if isinstance(node, ast.Return) and self.program.places[node].function is function:
                    found |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            self.by_name[key] = found
        return self.by_name[key]

    def traced(self, statement):
        """Tags that the trace gives a statement: entries, exception, last writer."""
        evidence, rows = self.evidence, header_rows(statement)
        entries = sum(evidence.lines.get(line, 0) for line in rows)
        writes = isinstance(statement, (ast.Assign, ast.AugAssign, ast.For, ast.Return, ast.Expr))
        tags = ["entries:%s" % (min(entries, 3))] if writes else []
        if evidence.last_line in rows:
            tags.append("last-line")
        if evidence.first_line in rows:
            tags.append("first-line")
        if evidence.exception_line:
            tags.append("raised-here" if evidence.exception_line in rows else "raised-elsewhere")
        function = self.program.places[statement].function
        last = max([evidence.writers.get(name, 0) for name in self.returned_names(function)] or [0])
        if last and last in rows:
            tags.append("last-writer")
        block = self.program.places[statement].parent
        if not self.seen(block):
            tags.append("block-unseen")
        return tags

    def seen(self, node):
        """Whether a node's lines have any entry."""
        if node not in self.coverage:
            rows = range(getattr(node, "lineno", 1), getattr(node, "end_lineno", 10**6) + 1)
            self.coverage[node] = any(line in rows for line in self.evidence.lines)
        return self.coverage[node]

    def condition(self, edit, place):
        """Which branches of the tested statement the trace shows, and whether compared values met."""
        statement = place.statement if not isinstance(edit.node, ast.stmt) else edit.node
        if not self.reading.traced or place.role != "condition" or not isinstance(statement, (ast.If, ast.While)):
            return []
        then = "seen" if any(self.seen(s) for s in statement.body) else "unseen"
        other = "none" if not statement.orelse else "seen" if any(self.seen(s) for s in statement.orelse) else "unseen"
        return ["then:%s:else:%s" % (then, other)] + self.meeting(edit.node)

    def meeting(self, node):
        """Tags of a comparison of a traced name with a constant or name: were the two ever equal?"""
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            return []
        left, right = (self.values(side) for side in (node.left, node.comparators[0]))
        if not left or not right:
            return []
        return ["met" if left & right else "never-met"]

    def values(self, node):
        """The texts that an operand had in the trace."""
        if isinstance(node, ast.Constant):
            return {repr(node.value)}
        if isinstance(node, ast.Name):
            if node.id not in self.by_name:
                self.by_name[node.id] = {e.value for e in self.reading.entries if e.name == node.id}
            return self.by_name[node.id]
        return set()

    def names(self, edit):
        """Tags of the names an edit brings in or takes away."""
        function = self.program.places[edit.node].function
        if isinstance(edit.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            function = edit.node
        scope, evidence = self.program.scope(function), self.evidence
        new = re.findall(r"[A-Za-z_]\w*", edit.new.decode("utf-8", "replace"))
        fresh = [name for name in new if name in scope.names]
        tags = []
        for name in fresh[:1]:
            tags += self.use(name, scope)
            if evidence.finals.get(name) is not None and evidence.expected_known and self.reading.traced:
                known, value = literal(evidence.finals[name])
                tags.append("is-expected" if known and same(value, evidence.expected) else "not-expected")
        tags += ["instruction-names-new"] * any(n.lower() in evidence.tokens for n in new)
        if isinstance(edit.node, ast.Name):
            tags += self.replaced(edit, scope, fresh)
        return tags

    def use(self, name, scope):
        count = scope.loaded.get(name, 0)
        return ["new:unused" if count == 0 else "new:used"] + ["new:parameter"] * (name in scope.parameters)

    def replaced(self, edit, scope, fresh):
        """Tags of the name that an edit replaces."""
        old, evidence = edit.node.id, self.evidence
        tags = ["old:unique" if scope.loaded.get(old, 0) == 1 else "old:shared"]
        if evidence.exception.startswith("NameError") or evidence.exception.startswith("UnboundLocalError"):
            tags.append("undefined:" + str("'%s'" % old in evidence.exception))
        if fresh and old in evidence.finals and fresh[0] in evidence.finals:
            (a, first), (b, second) = literal(evidence.finals[old]), literal(evidence.finals[fresh[0]])
            tags.append("type:same" if a and b and kind(first) == kind(second) else "type:other")
        if fresh and fresh[0] in self.program.line(edit.line):
            tags.append("new:on-line")
        return tags


def stored(statement):
    """The names that a statement itself writes, methods that change their object included."""
    if isinstance(statement, ast.Assign):
        return {n.id for target in statement.targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    if isinstance(statement, (ast.AugAssign, ast.AnnAssign, ast.For)):
        return {n.id for n in ast.walk(statement.target) if isinstance(n, ast.Name)}
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return {n.id for n in ast.walk(statement.value.func) if isinstance(n, ast.Name)}
    return set()


def header_rows(statement):
    """The lines of a statement, of its header where it has a body."""
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if isinstance(body, list) and body else statement.end_lineno
    return range(statement.lineno, max(last, statement.lineno) + 1)


def same(value, expected):
    return type(value) is type(expected) and value == expected

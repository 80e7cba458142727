"""The edit set: every single change of a program that the edit model can propose."""

import ast
import re

import expressions
import repairs
import statements
from prompt import PARSE_ERRORS
from source import Program

LIMIT = 3000
"""The most edits of one program; later positions are left out."""

PARSED = 2000000
"""The most bytes parsed to check edits of one program; later edits that need a check are left out."""

REPAIRS = ("missing-colon", "assignment-in-condition", "bracket", "quote", "indentation", "foreign-syntax", "delete-line")
KINDS = tuple(rule[0] for rule in expressions.RULES + statements.RULES) + REPAIRS + ("unchanged",)
"""The names of all kinds of edits."""


class Edit:
    """One change: bytes start to end of the program become new. node is None for textual repairs."""

    __slots__ = ("kind", "detail", "start", "end", "new", "node", "line")

    def __init__(self, kind, detail, start, end, new, node, line):
        self.kind, self.detail, self.start, self.end = kind, detail, start, end
        self.new, self.node, self.line = new.encode("utf-8", "surrogatepass"), node, line

    def apply(self, source):
        """The program's bytes after this edit."""
        return source[: self.start] + self.new + source[self.end :]


class EditSet:
    """All edits of one program, in source order, no two with the same result.

    program is None where the text does not parse; then edits holds repairs that parse, or the one edit
    `unchanged`.
    """

    def __init__(self, text):
        self.bytes = text.encode("utf-8", "surrogatepass")
        self.edits, self.results, self.parsed = [], {self.bytes: None}, 0
        try:
            self.program = Program(text)
            self.collect()
        except PARSE_ERRORS:
            self.program, self.edits = None, []
            self.repair(text)
        if not self.edits:
            self.edits.append(Edit("unchanged", "", 0, 0, "", None, 1))

    def collect(self):
        """Asks every rule about every node, depth first in source order."""
        rules = {}
        for node in self.program.nodes:
            if type(node) not in rules:
                rules[type(node)] = rules_for(node)
            for kind, rule, check in rules[type(node)]:
                for start, end, new, detail in rule(self.program, node):
                    line = getattr(node, "lineno", 1)
                    self.add(Edit(kind, detail, start, end, new, node, line), check)
                if len(self.edits) >= LIMIT:
                    del self.edits[LIMIT:]
                    return

    def repair(self, text):
        """Keeps the repairs that parse."""
        for kind, start, end, new, detail in repairs.proposals(text):
            line = self.bytes.count(b"\n", 0, start) + 1
            self.add(Edit(kind, detail, start, end, new, None, line), True)

    def add(self, edit, check):
        result = edit.apply(self.bytes)
        if result in self.results or (check and not self.checked(result)):
            return
        self.results[result] = len(self.edits)
        self.edits.append(edit)

    def checked(self, result):
        self.parsed += len(result)
        return self.parsed <= PARSED and parses(result)

    def text(self, *chosen):
        """The program after one edit, or two that do not overlap."""
        source = self.bytes
        for edit in sorted(chosen, key=lambda e: (e.start, e.end), reverse=True):
            source = edit.apply(source)
        return source.decode("utf-8", "surrogatepass")

    def apart(self, first, second):
        """Whether two edits touch different places."""
        return first.end <= second.start and first.start < second.start or (
            second.end <= first.start and second.start < first.start)


def rules_for(node):
    """(kind, rule, whether results need parsing) for the type of a node."""
    found = [(kind, rule, kind in FRAGILE) for kind, types, rule in expressions.RULES if isinstance(node, types)]
    return found + [(kind, rule, True) for kind, types, rule in statements.RULES if isinstance(node, types)]


FRAGILE = {"swap-arguments", "swap-elements", "swap-operands", "unwrap-call", "drop-operand", "drop-clause", "comprehension-filter",
           "conditional-branches", "assignment-operator", "augmented-operator", "get-default", "append-insert",
           "drop-index"}
"""Kinds inside an expression whose result may not parse: they move text that can need brackets."""


def parses(source):
    try:
        ast.parse(source.decode("utf-8", "surrogatepass"))
    except PARSE_ERRORS:
        return False
    return True


def bare(text):
    """A program without trailing blanks and final newlines, for comparison."""
    return re.sub(r"[ \t\r]+(?=\n)", "", text.replace("\r\n", "\n") + "\n").rstrip("\n")

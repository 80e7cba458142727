"""A program as text and tree at once: spans of nodes in the text, and where each node stands."""

import ast
import re

LIMIT = 200000
"""Programs above this many bytes are not parsed."""

LOOPS = (ast.For, ast.While, ast.AsyncFor)
MARKS = (ast.expr_context, ast.operator, ast.boolop, ast.cmpop, ast.unaryop)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
ROLES = {
    ("If", "test"): "condition",
    ("While", "test"): "condition",
    ("IfExp", "test"): "condition",
    ("Assert", "test"): "condition",
    ("comprehension", "ifs"): "condition",
    ("For", "iter"): "header",
    ("comprehension", "iter"): "header",
    ("Return", "value"): "return",
    ("Yield", "value"): "return",
    ("Subscript", "slice"): "index",
    ("Call", "args"): "argument",
    ("keyword", "value"): "argument",
    ("AugAssign", "value"): "update",
    ("Assign", "value"): "assign",
}


class Place:
    """Where a node stands: its parent and field, statement, function, role and depth of loops."""

    __slots__ = ("parent", "field", "statement", "function", "role", "outer", "loops")

    def __init__(self, parent, field, above):
        self.parent, self.field = parent, field
        self.statement, self.function = above.statement, above.function
        self.role, self.outer, self.loops = above.role, above.outer, above.loops


class Top:
    statement = function = None
    role = outer = "body"
    loops = 0


class Program:
    """A parsed program; raises one of prompt.PARSE_ERRORS where the text does not parse."""

    def __init__(self, text):
        self.bytes = text.encode("utf-8", "surrogatepass")
        if len(self.bytes) > LIMIT:
            raise ValueError("program too long")
        self.text = text
        self.starts = [0] + [m.end() for m in re.finditer(rb"\r\n|\r|\n", self.bytes)]
        self.tree = ast.parse(text)
        self.nodes, self.places = [], {}
        self.walk()
        self.scopes, self.names = {}, {}
        for node in self.nodes:
            if isinstance(node, ast.Name):
                self.names.setdefault(self.places[node].function, []).append(node)
        constants = [node for node in self.nodes if isinstance(node, ast.Constant)]
        self.integers = list(dict.fromkeys(n.value for n in constants if type(n.value) is int))
        self.strings = [n for n in constants if isinstance(n.value, str) and not isinstance(self.places[n].parent, ast.Expr)]
        self.functions = [node for node in self.nodes if isinstance(node, FUNCTIONS)]
        self.function_names = {node.name for node in self.functions}
        self.unit = self.indentation()

    def walk(self):
        """Lists the nodes in source order, each with its place. Iterative: trees can be deep."""
        stack = [(self.tree, Top)]
        while stack:
            node, place = stack.pop()
            self.places[node] = place
            self.nodes.append(node)
            below = []
            for field, value in ast.iter_fields(node):
                if isinstance(node, ast.JoinedStr):
                    break
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST) and not isinstance(child, MARKS):
                        below.append((child, self.place(node, field, child, place)))
            stack.extend(reversed(below))

    def place(self, node, field, child, above):
        place = Place(node, field, above)
        if isinstance(node, FUNCTIONS + (ast.Lambda,)) and field == "body":
            place.function = node if isinstance(node, FUNCTIONS) else above.function
            place.loops = 0 if isinstance(node, FUNCTIONS) else above.loops
        if isinstance(node, LOOPS) and field in ("body", "test"):
            place.loops = above.loops + 1
        if isinstance(child, ast.stmt):
            place.statement = child
            place.role = place.outer = "body"
        role = ROLES.get((type(node).__name__, field))
        if role == "assign" and place.loops == 0:
            role = "initialiser"
        if role:
            place.outer = role if above.outer == "body" else above.outer
            place.role = role
        return place

    def offset(self, line, column):
        return self.starts[line - 1] + column

    def span(self, node):
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def segment(self, node):
        start, end = self.span(node)
        return self.slice(start, end)

    def slice(self, start, end):
        return self.bytes[start:end].decode("utf-8", "replace")

    def line_of(self, offset):
        """The 1-based line that holds a byte offset."""
        low, high = 0, len(self.starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.starts[middle] <= offset else (low, middle)
        return low + 1

    def line(self, number):
        """The text of a 1-based line without its end; empty past the last."""
        if not 0 < number <= len(self.starts):
            return ""
        end = self.starts[number] if number < len(self.starts) else len(self.bytes)
        return self.slice(self.starts[number - 1], end).rstrip("\r\n")

    def rows(self, node):
        """The byte range of the whole lines of a statement; None where it shares a line with another."""
        start, end = self.starts[node.lineno - 1], self.offset(node.end_lineno, node.end_col_offset)
        stop = self.starts[node.end_lineno] if node.end_lineno < len(self.starts) else len(self.bytes)
        before, after = self.bytes[start : self.offset(node.lineno, node.col_offset)], self.bytes[end:stop].strip()
        if before.strip() or (after and not after.startswith(b"#")):
            return None
        return start, stop

    def indent(self, node):
        return re.match(r"[ \t\f]*", self.line(node.lineno)).group()

    def indentation(self):
        """One level of indentation as the author writes it."""
        for node in self.nodes:
            body = getattr(node, "body", None)
            if isinstance(node, ast.stmt) and body and self.rows(body[0]):
                outer, inner = self.indent(node), self.indent(body[0])
                if inner.startswith(outer) and len(inner) > len(outer):
                    return inner[len(outer) :]
        return "    "

    def scope(self, function):
        if function not in self.scopes:
            self.scopes[function] = Scope(self, function)
        return self.scopes[function]


class Scope:
    """The names of one function (of the module for None), in order of appearance."""

    def __init__(self, program, function):
        self.parameters = []
        if function is not None:
            spec = function.args
            named = getattr(spec, "posonlyargs", []) + spec.args + [spec.vararg] + spec.kwonlyargs + [spec.kwarg]
            self.parameters = [arg.arg for arg in named if arg is not None]
        self.stored, self.loaded, self.lines = [], {}, {}
        for node in program.names.get(function, ()):
            self.note(node)
        known = set(self.parameters)
        self.names = self.parameters + [name for name in self.stored if name not in known]

    def note(self, node):
        if isinstance(node.ctx, ast.Load):
            self.loaded[node.id] = self.loaded.get(node.id, 0) + 1
            return
        if node.id not in self.lines:
            self.stored.append(node.id)
        self.lines.setdefault(node.id, []).append(node.lineno)

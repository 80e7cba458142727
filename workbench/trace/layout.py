"""What is known of a program before it runs: its statements and its code objects.

A part of the recorder. A step of a trace is a statement, however many lines
it has, so that every line belongs to the first line of its statement.
"""

import ast
import opcode
import sys

OPS = opcode.opmap
YIELDS = {OPS[name] for name in ("YIELD_VALUE", "YIELD_FROM", "RESUME") if name in OPS}
RETURNS = {OPS[name] for name in ("RETURN_VALUE", "RETURN_CONST", "RETURN_GENERATOR") if name in OPS}
STOPS = {OPS[name] for name in ("FOR_ITER", "SEND", "END_SEND", "YIELD_FROM", "END_ASYNC_FOR") if name in OPS}
BACK = bytes([OPS["YIELD_FROM"]]) if sys.version_info < (3, 11) else None  # it suspends one instruction before itself
RAISE = OPS["RAISE_VARARGS"]
GLOBALS = {OPS[name] for name in ("LOAD_GLOBAL", "STORE_GLOBAL", "DELETE_GLOBAL")}
EXTENDED = OPS["EXTENDED_ARG"]
FRAMES = {"tb_frame", "gi_frame", "cr_frame", "ag_frame", "f_back", "f_trace"}
HIDDEN = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "__annotate__"}
CLASS_NAMES = {"__module__", "__qualname__", "__doc__", "__annotations__"}  # that a program may bind as well
OPTIMIZED, VARARGS, VARKEYWORDS, COROUTINE, ASYNC_GENERATOR = 1, 4, 8, 128, 512


class Layout:
    """Which statement each line of the source belongs to."""

    def __init__(self, source):
        self.starts = {}  # line -> first line of its statement, where they differ
        self.deletes = set()  # statements that delete a name
        self.returns = set()  # statements that return
        self.names = {}  # name -> where it is bound, in order
        self.loops = set()  # loops whose body begins on the line of their head
        self.again = set()  # these, and functions on one line: no other statement need come in between
        self.reaches = ""  # what it could look at its own recording with
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        for node in ast.walk(tree):
            self.place(node)
            self.bind(node)
            self.suspect(node)
        for places in self.names.values():
            places.sort()

    def place(self, node):
        if isinstance(node, ast.Lambda):
            self.again.add(node.lineno)
        if isinstance(node, ast.stmt):
            first, start = self.first(node), node.lineno
        elif isinstance(node, ast.ExceptHandler):
            first = start = node.lineno
        elif hasattr(node, "pattern") and hasattr(node, "guard"):
            first = start = node.pattern.lineno
        else:
            return
        body = getattr(node, "body", None)
        last = max(start, self.first(body[0]) - 1) if body else getattr(node, "end_lineno", start)
        if isinstance(node, getattr(ast, "Match", ())):
            last = max(start, node.cases[0].pattern.lineno - 1)
        for line in range(first, last + 1):
            if line != start:
                self.starts.setdefault(line, start)
        if isinstance(node, ast.Delete):
            self.deletes.add(start)
        if isinstance(node, ast.Return):
            self.returns.add(start)
        if body and node.body[0].lineno == start:
            if isinstance(node, (ast.For, ast.While, ast.AsyncFor)):
                self.loops.add(start)
                self.again.add(start)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.again.add(start)

    def bind(self, node):
        """Notes where names get their values: the order in which a step shows them."""
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            name = node.id
        else:
            name = getattr(node, "arg", None) or getattr(node, "name", None)
        if isinstance(name, str) and hasattr(node, "lineno"):
            self.names.setdefault(name, []).append((node.lineno, node.col_offset))

    def suspect(self, node):
        """Notes names that lead from a program's frames to what records them."""
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "value", None)
        if isinstance(name, str) and name in FRAMES:
            self.reaches = name

    def made(self, name, in_class):
        """Whether it is the compiler that binds such a name, and not the program: newer Pythons bring more of them."""
        return name[-2:] == "__" and (name not in self.names or in_class and name in CLASS_NAMES)

    def order(self, name, line):
        """A sort key: where, from the given line on, the name is first bound."""
        return next((place for place in self.names.get(name, ()) if place[0] >= line), (1 << 30, 0))

    def first(self, node):
        return min([node.lineno] + [d.lineno for d in getattr(node, "decorator_list", [])])


class Code:
    """What is known of a code object of the program."""

    __slots__ = ("code", "ops", "unseen", "params", "order", "globals", "klass", "coroutine", "async_generator", "jumps", "lines")

    def __init__(self, code, layout):
        self.code = code
        self.ops = code.co_code
        self.unseen = code.co_name in HIDDEN or code.co_name.startswith("<generic parameters") or code.co_name == "<module>"
        flags = code.co_flags
        count = code.co_argcount + code.co_kwonlyargcount + bool(flags & VARARGS) + bool(flags & VARKEYWORDS)
        self.params = code.co_varnames[:count]
        names = code.co_varnames + code.co_cellvars + code.co_freevars
        self.order = {name: layout.order(name, code.co_firstlineno) for name in names}
        self.klass = not flags & OPTIMIZED
        self.coroutine = bool(flags & COROUTINE)
        self.async_generator = bool(flags & ASYNC_GENERATOR)
        self.globals = self.named()
        self.jumps = {}
        self.lines = None

    def named(self):
        """The globals that the code speaks of, in order of their names' table."""
        found, extended = set(), 0
        for i in range(0, len(self.ops), 2):
            op, arg = self.ops[i], self.ops[i + 1] | extended
            extended = arg << 8 if op == EXTENDED else 0
            if op in GLOBALS:
                wide = op == OPS["LOAD_GLOBAL"] and sys.version_info >= (3, 11)
                found.add(self.code.co_names[arg >> 1 if wide else arg])
        return [name for name in self.code.co_names if name in found]

    def line_of(self, offset):
        """The line of the instruction at an offset."""
        if self.lines is None:
            self.lines = {at: line for first, end, line in self.code.co_lines() for at in range(first, end, 2)}
        return self.lines.get(offset)

    def rounds(self, line):
        """The offsets at which a loop written on one line begins its next round."""
        if line not in self.jumps:
            self.jumps[line] = self.find_rounds(line)
        return self.jumps[line]

    def find_rounds(self, line):
        import dis  # only one-line loops need it

        current, back = None, []
        for step in dis.get_instructions(self.code):
            start = step.starts_line
            if type(start) is bool:  # 3.13 says whether, and puts the line elsewhere
                start = step.line_number
            current = current if start is None else start
            target = step.argval
            if current == line and "JUMP" in step.opname and type(target) is int and target <= step.offset:
                back.append((target, step.offset))
        first = min((target for target, _ in back), default=-1)
        return {first} | {offset for target, offset in back if target == first}

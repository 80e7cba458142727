"""Turns test sources into plans: what the candidate evaluates, what is compared outside.

The second part of the planner's script, after literal.py. One request per line
on stdin, one answer per line on stdout, both JSON:

    {"setup": source, "entry_point": name, "tests": [source, ...]}
    {"inputs": [before, after], "everything": [before, after], "plans": [plan, ...]}

before and after are the parts of the setup that the candidate's process runs
around the program: those that inputs need, or, for the shared tier, all. A plan is {"tier", "calls", "check"} for the value tier and
{"tier", "reason", "setup", "source", "stubs"} for the others. Calls are expressions for
the candidate's process and hold inputs only; check is a tree over their results
and expected values. No test code is run here: tests are parsed, and only
literals and a short list of pure functions of them are computed.
"""

import collections
import contextlib
import copy
import importlib.util
import json
import sys

# Functions of a result alone: in the candidate's process they are as
# unforgeable as the result itself, and they tell the candidate nothing.
WRAPPERS = frozenset(
    "abs all any bool dict float frozenset int len list max min next repr round set sorted str sum tuple".split()
)

# Modules that a test may use without importing them; never the candidate's.
MODULES = frozenset(
    """bisect cmath collections copy datetime decimal fractions functools heapq io itertools json math np numpy
    operator os pytest random re statistics string sys time typing unittest""".split()
)

IMPORTS = {"np": "numpy as np"}

COMPARISONS = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}


class NeedsShared(NotValue):
    """The test hands the expected value to the candidate, or needs its classes."""


def names_in(node):
    """The names that node loads, and those that running it binds or changes, in any scope inside it."""
    loaded, bound, todo = set(), set(), [node]
    while todo:
        n = todo.pop()
        kind = type(n)
        if kind is ast.Name:
            (loaded if type(n.ctx) is ast.Load else bound).add(n.id)
            continue
        if kind is ast.Constant:
            continue
        if kind in (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef) or kind is ast.ExceptHandler and n.name:
            bound.add(n.name)
        elif kind in (ast.Import, ast.ImportFrom):
            bound.update((a.asname or a.name).split(".")[0] for a in n.names)
        elif kind is ast.arg:
            bound.add(n.arg)
        todo += ast.iter_child_nodes(n)
    return loaded, bound


def names_loaded(node):
    return names_in(node)[0]


def names_bound(node):
    return names_in(node)[1]


def names_free(node):
    loaded, bound = names_in(node)
    return loaded - bound - BUILTINS


class Statement:
    """One statement of the setup: the names it gives and those it takes."""

    def __init__(self, node):
        self.node = node
        self.takes = names_loaded(node) - BUILTINS
        self.defines = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        self.imports = isinstance(node, (ast.Import, ast.ImportFrom))
        self.gives = {node.name} if self.defines else self.changed(node)

    def is_oracle(self):
        """Whether it imports only what compares values."""
        return self.imports and set(oracles_of(self.node).values()) & {"numpy", "pytest", "unittest"} and len(self.node.names) == 1

    def has(self, method):
        return any(isinstance(n, ast.FunctionDef) and n.name == method for n in self.node.body)

    @staticmethod
    def changed(node):
        """The names bound, and those whose objects the statement may change."""
        changed = names_bound(node)
        for n in ast.walk(node):
            if isinstance(n, (ast.Attribute, ast.Subscript)) and not isinstance(n.ctx, ast.Load):
                changed |= root_name(n)
            elif isinstance(n, ast.Expr):
                changed |= names_loaded(n) - BUILTINS
        return changed


def root_name(node):
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return {node.id} if isinstance(node, ast.Name) else set()


class Setup:
    """The setup of a task: which names it has, and which part a test needs."""

    def __init__(self, source):
        self.statements = [Statement(n) for n in ast.parse(source).body]
        self.names = set().union(*(s.gives for s in self.statements))
        self.modules, self.oracles = set(), {"np": "numpy"}
        for s in self.statements:
            if s.imports:
                self.modules |= s.gives
                self.oracles.update(oracles_of(s.node))
        self.constants = self.fold_constants()
        self.functions = {s.node.name for s in self.statements if isinstance(s.node, ast.FunctionDef)}
        self.live = self.live_names()

    def fold_constants(self):
        """Names that are bound once, to plain data that cannot change."""
        constants = {}
        for s in self.statements:
            n = s.node
            if not (isinstance(n, ast.Assign) and len(n.targets) == 1 and isinstance(n.targets[0], ast.Name)):
                continue
            name = n.targets[0].id
            if sum(name in other.gives for other in self.statements) > 1:
                continue
            try:
                value = folded(n.value, constants, self.names - set(constants))
            except NotValue:
                continue
            if value and isinstance(value[0], (type(None), bool, int, float, complex, str, bytes)):
                constants[name] = value[0]
        return constants

    def live_names(self):
        """Classes, and the functions that use a class: what they give or take is no plain data."""
        live = {s.node.name for s in self.statements if isinstance(s.node, ast.ClassDef)}
        live |= {name for name in self.unknown() if name[:1].isupper()}
        while True:
            more = {s.node.name for s in self.statements if s.defines and s.takes & live} - live
            if not more:
                return live
            live |= more

    def is_live(self, name):
        return name in self.live and name in self.names

    def unknown(self):
        """Names that the setup takes from the program."""
        taken = set().union(*(names_free(s.node) for s in self.statements))
        return taken - self.names - MODULES

    def needed(self, names, entry=None):
        """The statements that give names, imports and classes included.

        A class that has the function under test is no part of the program's
        world: it knows the answers.
        """
        chosen = {i for i, s in enumerate(self.statements) if s.imports or isinstance(s.node, ast.ClassDef) and not s.has(entry)}
        if entry:
            chosen = {i for i in chosen if not self.statements[i].is_oracle()}
        wanted = set(names).union(*(self.statements[i].takes for i in chosen))
        while True:
            more = {i for i, s in enumerate(self.statements) if s.gives & wanted} - chosen
            if not more:
                return [s for i, s in enumerate(self.statements) if i in chosen]
            chosen |= more
            wanted = wanted.union(*(self.statements[i].takes for i in more))

    def parts(self, names, entry=None):
        """Sources to run before and after the program so that names exist.

        What depends on a name of the program runs after it.
        """
        needed = self.needed(names, entry)
        late = self.unknown()
        while True:
            more = set().union(*(s.gives for s in needed if s.takes & late)) - late
            if not more:
                break
            late |= more
        before = [s.node for s in needed if s.defines or not s.takes & late]
        after = [s.node for s in needed if not s.defines and s.takes & late]
        return source_of(before), source_of(after)


def source_of(nodes):
    return "".join(ast.unparse(n) + "\n" for n in nodes)


class Literal:
    """A name of the test that stands for plain data; value is that data, node makes it."""

    def __init__(self, node, value):
        self.node, self.value = node, value
        self.changes = mutable(value)


class Held:
    """A name of the test whose object the candidate's process holds.

    A result was computed by the program; anything else was made from inputs. A
    live object is no plain data.
    """

    def __init__(self, text, since, result=False, live=False):
        self.text, self.since, self.result, self.live = text, since, result, live


class Planner:
    """Plans one test, statement by statement: collects its calls while it builds the check.

    Loops over literals are unrolled. Objects that a test makes and passes on
    live in the candidate's process under reserved names; what the test says of
    them is compared outside like any result.
    """

    def __init__(self, setup, entry_point):
        self.setup = setup
        self.entry = entry_point.split(".")[-1]
        self.calls = []
        self.sent = []  # the calls as nodes
        self.checks = []
        self.inputs = set()  # names of the setup that the calls take
        self.expected = set()  # names of the setup whose values the check took
        self.imports = {}  # names that the test imports, with the statement
        self.oracles = dict(setup.oracles)
        self.reserved = collections.Counter()
        self.taken = setup.names - {"Decimal", "Fraction"} & setup.modules | {self.entry}
        self.steps = 0
        self.enter([])

    def enter(self, body):
        """Begins a part of the test that has names of its own."""
        self.body, self.counted = body, None
        self.local = {}
        self.names = dict(self.setup.constants)

    def plan(self, source):
        tree = with_tests_called(ast.parse(source), self.entry)
        cases = unittest_cases(tree)
        for body in [tree.body] if cases is None else cases:
            self.enter(body)
            self.run(body)
        if not self.calls:
            raise NotValue("no call of the program")
        return self.checks[0] if len(self.checks) == 1 else {"op": "and", "args": self.checks}

    @property
    def loads(self):
        """How often the part loads each name; most parts need no counting."""
        if self.counted is None:
            self.counted = loads_of(self.body)
        return self.counted

    def run(self, body):
        defined = [n for n in body if isinstance(n, ast.FunctionDef)]
        functions = {n.name: n for n in defined}
        if len(functions) < len(defined):
            raise NotValue("a name that means two things")
        for node in body:
            self.steps += 1
            if self.steps > MOST_STEPS:
                raise NotValue("a long test")
            if not isinstance(node, ast.FunctionDef) and not self.inline(node, functions):
                self.statement(node)

    def inline(self, node, functions):
        """Runs the body of a function of the test in the place of its call."""
        call = node.value if isinstance(node, ast.Expr) else None
        if not isinstance(call, ast.Call) or getattr(call.func, "id", None) not in functions:
            return False
        function = functions[call.func.id]
        params = function.args
        given = [a.arg for a in params.args]
        if call.keywords or len(call.args) != len(given) or function.decorator_list:
            raise NotValue("a function of the test")
        if params.vararg or params.kwarg or params.kwonlyargs or params.defaults or params.posonlyargs:
            raise NotValue("a function of the test")
        if not all(isinstance(a, ast.Name) and a.id not in self.local for a in call.args):
            raise NotValue("a function of the test")
        renames = {name: a.id for name, a in zip(given, call.args)}
        if (set(renames) | set(self.local)) & {b for n in function.body for b in names_bound(n)}:
            raise NotValue("a function of the test")
        with self.scope():
            self.run([Rename(renames).visit(copy_of(n)) for n in function.body])
        return True

    @contextlib.contextmanager
    def scope(self):
        """Forgets the names bound inside; what came to be held meanwhile stays so."""
        outside = self.local
        self.local = dict(outside)
        yield
        for name, known in outside.items():
            if isinstance(known, Literal) and isinstance(self.local[name], Held):
                outside[name] = self.local[name]
        self.local = outside
        self.names = {n: v for n, v in self.setup.constants.items() if n not in outside}
        self.names.update((n, known.value) for n, known in outside.items() if isinstance(known, Literal))

    def statement(self, node):
        if isinstance(node, ast.Assert):
            self.checks.append(self.truth(node.test))
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            self.assign(node.targets[0], node.value)
        elif isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            self.assign(node.target, node.value)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            self.effect(node.value)
        elif isinstance(node, ast.For) and not node.orelse:
            self.unroll(node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self.take_import(node)
        elif not is_idle(node):
            raise NotValue(f"{type(node).__name__} statement")

    def take_import(self, node):
        for name in names_bound(node):
            if name in self.local or name in BUILTINS:
                raise NotValue("a name that means two things")
            self.imports[name] = node
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        for module in modules:
            if module not in ("numpy", "pytest") and not importlib.util.find_spec(module.split(".")[0] or "."):
                raise NotValue("an import of what is no module")
        self.oracles.update(oracles_of(node))

    def unroll(self, node):
        if any(isinstance(n, (ast.Break, ast.Continue, ast.Return)) for n in ast.walk(node)):
            raise NotValue("For statement")
        changed = set().union(names_bound(node.target), *(names_bound(n) for n in node.body))
        for item in self.iterated(node.iter, changed):
            self.assign(node.target, item)
            self.run(node.body)

    def iterated(self, node, changed=frozenset()):
        """The expressions that a loop goes through, which may change some names."""
        if isinstance(node, (ast.List, ast.Tuple)) and not any(isinstance(n, ast.Starred) for n in node.elts):
            if not names_loaded(node) & (self.local.keys() | changed) and not self.holds_result(node):
                return node.elts
        value = self.literal(node, sized_too=True)
        if value is None:
            raise NotValue("a loop over what is computed")
        return [node_of(x) for x in sized(value[0])]

    def assign(self, target, value):
        if isinstance(target, (ast.Tuple, ast.List)):
            self.unpack(target, value)
        elif isinstance(target, ast.Name):
            self.bind(target.id, value)
        elif isinstance(target, ast.Attribute) and self.is_held(target.value):
            self.do(ast.Call(func=name_of("setattr"), args=[target.value, ast.Constant(target.attr), value], keywords=[]), [value])
        elif isinstance(target, ast.Subscript) and self.is_held(target.value):
            func = ast.Attribute(value=target.value, attr="__setitem__", ctx=ast.Load())
            self.do(ast.Call(func=func, args=[target.slice, value], keywords=[]), [target.slice, value])
        else:
            raise NotValue("Assign statement")

    def unpack(self, target, value):
        if not isinstance(value, (ast.Tuple, ast.List)):
            literal = self.literal(value)
            if not literal or not isinstance(literal[0], (list, tuple)):
                raise NotValue("a result taken apart")
            value = node_of(literal[0])
        if len(value.elts) != len(target.elts) or names_bound(target) & names_loaded(value):
            raise NotValue("a value taken apart")
        for part, node in zip(target.elts, value.elts):
            self.assign(part, node)

    def bind(self, name, node):
        if name in self.taken or name in self.imports or name in BUILTINS and self.is_function(name):
            raise NotValue("a name that means two things")
        literal = self.literal(node)
        if literal:
            self.bind_literal(name, node, literal[0])
            return
        self.require_input(node, statement=True)
        instance = isinstance(node, ast.Call) and self.is_object(node)
        made = instance or self.is_made(node)
        text, live = self.reserve(name), instance or self.is_live(node)
        self.do(node, name=text)
        self.local[name] = Held(text, len(self.calls), result=not made, live=live)
        self.names.pop(name, None)

    def is_function(self, name):
        return any(isinstance(n, ast.Call) and getattr(n.func, "id", None) == name for s in self.body for n in ast.walk(s))

    def bind_literal(self, name, node, value):
        others = names_loaded(node) & set(self.local)
        if others:
            if mutable(value) and any(self.local[n].changes for n in others if isinstance(self.local[n], Literal)):
                if not isinstance(node, (ast.Call, ast.ListComp)) or any(mutable(x) for x in value):
                    raise NotValue("two names of one object")
            node = node_of(value)
        if value != value:
            raise NotValue("an input that is no literal")
        self.expected |= names_loaded(node) & self.setup.names - self.setup.modules
        self.local[name] = Literal(node, value)
        self.names[name] = value

    def effect(self, node):
        """A call for its effect, such as a method that changes an object."""
        self.require_input(node, statement=True)
        self.do(node)

    def do(self, node, inputs=(), name=None):
        """Lets the candidate's process evaluate node; only that it did is told."""
        for n in inputs:
            if not self.literal(n):
                self.require_input(n, statement=True)
        if self.holds_result(node) and name is None and any(not self.holds_result(n) for n in inputs):
            raise NotValue("a result beside other values")
        call = self.call(node, f"({name} := %s, None)[1]" if name else "(%s, None)[1]")
        self.checks.append({"op": "done", "args": [call]})

    def require_input(self, node, statement=False):
        if not self.is_call(node, statement) and not self.is_made(node):
            raise NotValue(f"{type(node).__name__} over results")

    def literal(self, node, sized_too=False):
        """The plain data that node stands for, wrapped; None when it is none."""
        if not sized_too:
            return folded(node, self.names, self.taken)
        try:
            return (Folder(self.names, self.taken).fold(node),)
        except NotValue:
            return None
        except Exception as problem:
            raise NotValue(f"the loop goes over no value: {problem}") from None

    def truth(self, node):
        """The check of an expression whose truth alone counts."""
        if isinstance(node, ast.BoolOp):
            op = "and" if isinstance(node.op, ast.And) else "or"
            return {"op": op, "args": [self.truth(n) for n in node.values]}
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return {"op": "not", "args": [self.truth(node.operand)]}
        if isinstance(node, ast.Compare):
            return self.compare(node)
        if isinstance(node, ast.Call):
            check = self.oracle(node) or self.quantified(node)
            if check:
                return check
        if self.is_call(node):
            return self.call(node, "bool(%s)")
        return self.operand(node)

    def quantified(self, node):
        """all() and any() of a comprehension, written out."""
        name = getattr(node.func, "id", None)
        if name not in ("all", "any") or name in self.taken or len(node.args) != 1 or node.keywords:
            return None
        if not isinstance(node.args[0], (ast.GeneratorExp, ast.ListComp)):
            return None
        args = self.comprehended(node.args[0], self.truth)
        none = {"op": "value", "value": typed(name == "all")}
        return {"op": "and" if name == "all" else "or", "args": args or [none]}

    def comprehended(self, node, check):
        """The checks of what a comprehension gives, one by one."""
        if names_bound(node) & set(self.local):
            raise NotValue("a name of the test that means two things")
        with self.scope():
            return [check(node.elt) for _ in self.bindings(node.generators)]

    def bindings(self, generators):
        first, *rest = generators
        for item in self.iterated(first.iter):
            self.steps += 1
            if self.steps > MOST_STEPS or first.is_async:
                raise NotValue("a long test")
            self.bind_each(first.target, item)
            wanted = [self.literal(n) for n in first.ifs]
            if None in wanted:
                raise NotValue("a condition over results")
            if all(w[0] for w in wanted):
                if rest:
                    yield from self.bindings(rest)
                else:
                    yield

    def bind_each(self, target, item):
        literal = self.literal(item)
        if not literal:
            raise NotValue("a loop over what is computed")
        for name, value in unpacked(target, literal[0]).items():
            self.local[name] = Literal(node_of(value), value)
            self.names[name] = value

    def compare(self, node):
        nodes = [node.left, *node.comparators]
        if any(self.is_type(n) for n in nodes):
            operands = [self.type_operand(n) for n in nodes]
        else:
            operands = [self.approximate(n) or self.operand(n) for n in nodes]
        links = []
        for i, op in enumerate(node.ops):
            links.append(self.link(COMPARISONS[type(op)], nodes[i:i + 2], operands[i:i + 2]))
        return links[0] if len(links) == 1 else {"op": "and", "args": links}

    def link(self, op, nodes, operands):
        left, right = operands
        if "approx" in (left["op"], right["op"]):
            return self.link_approximate(op, left, right)
        known = ("none", "bool", "ellipsis")
        if op in ("is", "is not") and "type" not in (left["op"], right["op"]):
            if not any(o.get("value", {}).get("k") in known for o in operands):
                raise NotValue("identity of objects")
        self.refuse_known(nodes, operands)
        return {"op": op, "args": [left, right]}

    def refuse_known(self, nodes, operands):
        """Refuses comparisons that the candidate's process could have prepared for.

        It holds results; when it is asked for one after the expected value
        came in, as the input of a later call, it might send that. And of two
        objects that both live there neither is an expected value.
        """
        literals = [n for n, o in zip(nodes, operands) if o["op"] == "value"]
        for n, o in zip(nodes, operands):
            held = [self.local[x] for x in names_loaded(n) if isinstance(self.local.get(x), Held)]
            if held and o["op"] == "value":
                raise NotValue("two names of one object")
            if not held or self.calls_program(n):
                continue
            if not literals and not all(h.result for h in held):
                problem = NeedsShared if any(h.live for h in held) else NotValue
                raise problem("a comparison with an object of the program's process")
            if all(h.live and not h.result for h in held):
                continue  # what an object is told it may tell again
            since = min(h.since for h in held)
            later = {ast.dump(x) for call in self.sent[since:] for x in ast.walk(call) if isinstance(x, ast.expr)}
            if any(self.dumped(x) in later for x in literals):
                raise NotValue("an expected value that is a later input")

    def dumped(self, node):
        literal = self.literal(node)
        try:
            return ast.dump(node_of(literal[0]) if literal else node)
        except NotValue:
            return ast.dump(node)

    def is_type(self, node):
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "type" \
            and "type" not in self.taken and len(node.args) == 1 and not node.keywords

    def type_operand(self, node):
        """The check of an expression that is a type: that of a result, or a builtin one."""
        if self.is_type(node):
            literal = self.literal(node.args[0])
            if literal:
                return {"op": "value", "value": typed(type(literal[0]).__name__)}
            return {"op": "type", "args": [self.operand(node.args[0])]}
        if isinstance(node, (ast.Tuple, ast.List)):
            return {"op": "tuple", "args": [self.type_operand(n) for n in node.elts]}
        return {"op": "value", "value": typed(self.type_name(node))}

    def type_name(self, node):
        if isinstance(node, ast.Name) and node.id in TYPES and node.id not in self.taken and node.id not in self.local:
            return node.id
        raise NotValue("a type that is not builtin")

    def qualified(self, func):
        """The full name of a function of a module, "" when func is none."""
        if isinstance(func, ast.Name):
            return self.oracles.get(func.id, "") if func.id not in self.local else ""
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
            root = func.value.id
            if root in self.local or root in self.setup.names - self.setup.modules:
                return ""
            return f"{self.oracles.get(root, root)}.{func.attr}"
        return ""

    def oracle(self, node):
        """The check of a function that the workbench computes itself, None for any other."""
        name = self.qualified(node.func)
        if name == "math.isclose":
            return self.close(node, "isclose", {"rel_tol": 1e-09, "abs_tol": 0.0}, 2)
        if name in ("numpy.isclose", "numpy.allclose"):
            return self.close(node, "allclose", {"rtol": 1e-05, "atol": 1e-08}, 4)
        if name == "unittest.close":
            return self.close(node, "almost", {"places": 7}, 3)
        if name == "unittest.within":
            return self.close(node, "within", {"delta": 0}, 3)
        if isinstance(node.func, ast.Name) and node.func.id == "isinstance" and "isinstance" not in self.taken:
            return self.instance(node)
        return None

    def close(self, node, op, tolerances, most):
        """A check with two operands and the tolerances, each a literal."""
        given = dict(zip(tolerances, node.args[2:]))
        given.update((k.arg, k.value) for k in node.keywords)
        if not 2 <= len(node.args) <= most or set(given) - set(tolerances):
            raise NotValue("a tolerance that is not known")
        args = [self.operand(n) for n in node.args[:2]]
        self.refuse_known(node.args[:2], args)
        return {"op": op, "args": args + [self.tolerance(given.get(k), v) for k, v in tolerances.items()]}

    def tolerance(self, node, default):
        value = (default,) if node is None else self.literal(node)
        if not value or not isinstance(value[0], (int, float, type(None))):
            raise NotValue("a tolerance is computed")
        return {"op": "value", "value": typed(value[0])}

    def approximate(self, node):
        """An expected value of pytest.approx with its tolerances, None for any other expression."""
        if not isinstance(node, ast.Call) or self.qualified(node.func) != "pytest.approx":
            return None
        given = dict(zip(("rel", "abs"), node.args[1:]))
        given.update((k.arg, k.value) for k in node.keywords)
        value = self.literal(node.args[0]) if 1 <= len(node.args) <= 3 else None
        if not value or set(given) - {"rel", "abs"}:
            raise NotValue("the expected value is computed")
        limits = [self.tolerance(given.get(k), None) for k in ("rel", "abs")]
        return {"op": "approx", "args": [{"op": "value", "value": typed(value[0])}, *limits]}

    def link_approximate(self, op, left, right):
        if left["op"] == "approx":
            left, right = right, left
        if op not in ("==", "!=") or left["op"] == "approx":
            raise NotValue("an order of approximate values")
        check = {"op": "approx", "args": [left, *right["args"]]}
        return check if op == "==" else {"op": "not", "args": [check]}

    def instance(self, node):
        if len(node.args) != 2 or node.keywords:
            raise NotValue("isinstance of other than two")
        types = node.args[1].elts if isinstance(node.args[1], ast.Tuple) else [node.args[1]]
        names = typed(tuple(self.type_name(n) for n in types))
        return {"op": "isinstance", "args": [self.operand(node.args[0]), {"op": "value", "value": names}]}

    def operand(self, node):
        """The check of an expression whose value counts."""
        value = self.literal(node)
        if value:
            self.expected |= names_loaded(node) & self.setup.names - self.setup.modules - self.local.keys()
            return {"op": "value", "value": typed(value[0])}
        if self.is_call(node):
            return self.call(node)
        if isinstance(node, (ast.Tuple, ast.List)) and not any(isinstance(n, ast.Starred) for n in node.elts):
            op = "tuple" if isinstance(node, ast.Tuple) else "list"
            return {"op": op, "args": [self.operand(n) for n in node.elts]}
        if isinstance(node, ast.ListComp):
            return {"op": "list", "args": self.comprehended(node, self.operand)}
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Sub, ast.Add)):
            args = [self.operand(node.left), self.operand(node.right)]
            if not any(a.get("value", {}).get("k") in ("int", "float") for a in args):
                raise NotValue("arithmetic over other than numbers")
            return {"op": "-" if isinstance(node.op, ast.Sub) else "+", "args": args}
        if isinstance(node, ast.Attribute) and node.attr == "__name__" and self.is_type(node.value):
            return {"op": "typename", "args": [self.operand(node.value.args[0])]}
        if isinstance(node, ast.Call):
            return self.computed(node)
        if isinstance(node, (ast.Compare, ast.UnaryOp)):
            return self.truth(node)
        raise NotValue(f"{type(node).__name__} over results")

    def computed(self, node):
        """Functions of results that are computed outside."""
        if getattr(node.func, "id", None) == "abs" and "abs" not in self.taken and len(node.args) == 1 and not node.keywords:
            return {"op": "abs", "args": [self.operand(node.args[0])]}
        check = self.oracle(node) or self.quantified(node)
        if check:
            return check
        if isinstance(node.func, ast.Name) and self.setup.is_live(node.func.id):
            raise NeedsShared(f"{node.func.id} is an object to compare with")
        raise NotValue("Call over results")

    def call(self, node, form="%s"):
        """A call of the candidate's process, with the names of the test replaced."""
        free = names_free(node) - self.local.keys()
        if self.local or self.imports:
            if self.local.keys() & names_bound(node):
                raise NotValue("a name of the test that means two things")
            for name in sorted(free & self.imports.keys()):
                self.send_import(name)
            node = Resolve(self).visit(copy_of(node))
        self.inputs |= free & self.setup.names
        self.calls.append(form % ast.unparse(node))
        self.sent.append(node)
        return {"op": "call", "call": len(self.calls) - 1}

    def send_import(self, name):
        """Imports what the test imports where its inputs need it."""
        node = self.imports.pop(name)
        module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        if module not in MODULES or len(node.names) != 1:
            raise NotValue("an import that inputs need")
        if isinstance(node, ast.Import):
            self.send(ast.parse(f"__import__({module!r})").body[0].value, f"({name} := %s, None)[1]")
        else:
            made = f"__import__({module!r}, None, None, [{node.names[0].name!r}]).{node.names[0].name}"
            self.send(ast.parse(made).body[0].value, f"({name} := %s, None)[1]")

    def hold(self, name):
        """Moves plain data that a call may change to the candidate's process."""
        literal, text = self.local[name], self.reserve(name)
        self.send(literal.node, f"({text} := %s, None)[1]")
        self.local[name] = Held(text, len(self.calls))
        self.names.pop(name)
        return self.local[name]

    def reserve(self, name):
        """A name for the candidate's process that no other object of the test has."""
        self.reserved[name] += 1
        count = self.reserved[name]
        return f"{RESERVED}{name}" + (str(count) if count > 1 else "")

    def send(self, node, form):
        """Lets the candidate's process evaluate node, now; only that it did is told."""
        self.calls.append(form % ast.unparse(node))
        self.sent.append(node)
        self.checks.append({"op": "done", "args": [{"op": "call", "call": len(self.calls) - 1}]})

    def is_held(self, node):
        """Whether node is an object of the test, or a part of one."""
        while isinstance(node, (ast.Attribute, ast.Subscript)):
            node = node.value
        known = self.local.get(node.id) if isinstance(node, ast.Name) else None
        return isinstance(known, Held) or isinstance(known, Literal) and known.changes

    def is_call(self, node, statement=False):
        """Whether node is an expression of inputs that ends in a result of the candidate."""
        if isinstance(node, ast.Name):
            return isinstance(self.local.get(node.id), Held)
        if isinstance(node, ast.Call):
            return self.is_wrapper(node) or self.is_reader(node) or self.is_candidate_call(node, statement)
        if isinstance(node, ast.Attribute):
            return self.is_call(node.value)
        if isinstance(node, ast.Subscript):
            return self.is_call(node.value) and is_position(node.slice)
        if isinstance(node, ast.BinOp):
            return self.is_call(node.left) and self.is_call(node.right)
        return False

    def is_wrapper(self, node):
        if not isinstance(node.func, ast.Name) or node.func.id not in WRAPPERS or not node.args:
            return False
        if node.func.id in self.taken or not self.is_call(node.args[0]):
            return False
        if node.func.id == "sorted":
            return len(node.args) == 1 and all(k.arg == "reverse" and is_position(k.value) for k in node.keywords)
        if node.func.id == "round":
            return not node.keywords and all(is_position(a) for a in node.args[1:])
        return len(node.args) == 1 and not node.keywords

    def is_reader(self, node):
        """Whether node makes plain data of one live object, by a function of the setup.

        Such an object cannot leave the candidate's process, so that the
        function has to go there.
        """
        if not isinstance(node.func, ast.Name) or node.func.id not in self.setup.functions:
            return False
        return len(node.args) == 1 and not node.keywords and self.is_call(node.args[0]) and self.is_live(node.args[0])

    def is_live(self, node):
        """Whether a class of the test had part in what node gives."""
        return any(self.setup.is_live(n) or getattr(self.local.get(n), "live", False) for n in names_loaded(node))

    def is_made(self, node):
        """Whether node makes an object of inputs alone that lives in the candidate's process."""
        if self.holds_result(node):
            return False
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return all(self.literal(n) or self.is_made(n) or self.is_call(n) for n in node.elts)
        if isinstance(node, ast.Dict):
            return all(n is not None and (self.literal(n) or self.is_made(n) or self.is_call(n)) for n in [*node.keys, *node.values])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self.setup.is_live(node.func.id)
        return isinstance(node, ast.Lambda)

    def is_candidate_call(self, node, statement=False):
        func = node.func
        if isinstance(func, ast.Name):
            if func.id in self.local or func.id in BUILTINS | self.setup.names | set(self.oracles) and func.id != self.entry:
                return False
            self.refuse_answers(node, func.id)
            return True
        if not isinstance(func, ast.Attribute) or self.qualified(func) in ORACLES:
            return False
        if self.is_object(func.value):
            if root_name(func.value) & self.setup.names and self.holds_result(node):
                return False
            self.refuse_answers(node, func.attr)
            return True
        if self.is_held(func.value) and (statement or func.attr not in BUILTIN_METHODS):
            if any(self.holds_result(n) for n in [*node.args, *(k.value for k in node.keywords)]):
                raise NotValue("a result among the inputs of a method")
            return True
        return self.is_call(func.value) and not node.args and not node.keywords

    def calls_program(self, node):
        """Whether node calls a function or a method of the program, and does not only read."""
        calls = [n for n in ast.walk(node) if isinstance(n, ast.Call)]
        return any(self.is_candidate_call(n) and getattr(n.func, "attr", "") not in BUILTIN_METHODS for n in calls)

    def is_object(self, node):
        """Whether node is a receiver made of inputs: a name, or a new instance."""
        if isinstance(node, ast.Name):
            return node.id not in self.local and node.id not in BUILTINS | MODULES | self.setup.modules | set(self.imports)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            return name not in BUILTINS and name != self.entry and name[:1].isupper()
        return False

    def refuse_answers(self, node, name):
        """Literals beside a result are expected values unless they made that result."""
        if name == self.entry:
            return
        args = [*node.args, *(k.value for k in node.keywords)]
        results = [a for a in args if self.holds_result(a)]
        made = {ast.dump(n) for a in results for n in ast.walk(a) if isinstance(n, ast.expr)}
        for a in args if results else ():
            if a not in results and ast.dump(a) not in made:
                raise NeedsShared(f"{name} of the program would see the expected value")

    def holds_result(self, node):
        """Whether an argument of node, or node itself, calls the function under test."""
        calls = (n.func for n in ast.walk(node) if isinstance(n, ast.Call))
        called = {getattr(f, "id", None) or getattr(f, "attr", None) for f in calls}
        if self.entry in called and not self.entry[:1].isupper():
            return True
        return any(getattr(self.local.get(n), "result", False) for n in names_loaded(node))


RESERVED = "_test_"
MOST_STEPS = 5000
ORACLES = ("math.isclose", "numpy.isclose", "numpy.allclose", "pytest.approx", "unittest.close", "unittest.within")
TYPES = frozenset("bool bytes complex dict float frozenset int list object set str tuple".split())
BUILTIN_METHODS = frozenset(name for kind in (str, bytes, int, float, complex, list, tuple, dict, set) for name in dir(kind))


class Resolve(ast.NodeTransformer):
    """Puts what a name of the test stands for into an expression for the candidate."""

    def __init__(self, planner):
        self.planner = planner

    def visit_Name(self, node):
        known = self.planner.local.get(node.id)
        if isinstance(known, Literal):
            if not known.changes or self.planner.loads[node.id] == 1:
                return copy_of(known.node)
            known = self.planner.hold(node.id)
        return name_of(known.text) if known else node


class Rename(ast.NodeTransformer):
    """Puts names in the place of parameters."""

    def __init__(self, names):
        self.names = names

    def visit_Name(self, node):
        return ast.Name(id=self.names.get(node.id, node.id), ctx=node.ctx)


def name_of(text):
    return ast.Name(id=text, ctx=ast.Load())


def copy_of(node):
    return copy.deepcopy(node)


def loads_of(body):
    """How often each name is loaded, where more than once counts as twice.

    What a loop or a function loads from outside it may load many times.
    """
    loads = collections.Counter()
    for n in (n for s in body for n in ast.walk(s)):
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load):
            loads[n.id] += 1
        elif isinstance(n, (ast.For, ast.FunctionDef, *COMPREHENSIONS)):
            loads.update(names_loaded(n) - names_bound(n))
    return loads


def is_idle(node):
    """Whether a statement does nothing: pass, a docstring, the call of a test runner."""
    if isinstance(node, ast.If) and "__name__" in names_loaded(node.test):
        return all(isinstance(n, ast.Expr) and "unittest" in names_loaded(n) for n in node.body)
    return isinstance(node, ast.Pass) or isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def oracles_of(node):
    """The names by which an import makes modules and functions with known meaning available."""
    known = {}
    for a in node.names:
        if isinstance(node, ast.Import) and a.name in ("math", "numpy", "pytest", "unittest"):
            known[a.asname or a.name] = a.name
        elif isinstance(node, ast.ImportFrom) and f"{node.module}.{a.name}" in ORACLES:
            known[a.asname or a.name] = f"{node.module}.{a.name}"
    return known


CASE_CHECKS = {
    "assertEqual": ast.Eq, "assertNotEqual": ast.NotEq, "assertIs": ast.Is, "assertIsNot": ast.IsNot,
    "assertIn": ast.In, "assertNotIn": ast.NotIn, "assertGreater": ast.Gt, "assertGreaterEqual": ast.GtE,
    "assertLess": ast.Lt, "assertLessEqual": ast.LtE, "assertListEqual": ast.Eq, "assertTupleEqual": ast.Eq,
    "assertDictEqual": ast.Eq, "assertSetEqual": ast.Eq, "assertMultiLineEqual": ast.Eq,
}


def unittest_cases(tree):
    """The bodies of the methods of unittest cases, written with assert; None when there are no cases."""
    classes = [n for n in tree.body if isinstance(n, ast.ClassDef)]
    if not classes:
        return None
    others = [n for n in tree.body if n not in classes and not is_idle(n)]
    if not all(isinstance(n, (ast.Import, ast.ImportFrom)) for n in others):
        raise NotValue("ClassDef statement")
    bodies = []
    for c in classes:
        if len(c.bases) != 1 or ast.unparse(c.bases[0]) not in ("unittest.TestCase", "TestCase") or c.decorator_list or c.keywords:
            raise NotValue("ClassDef statement")
        methods = {m.name: m for m in c.body if isinstance(m, ast.FunctionDef)}
        if len(methods) != sum(not is_idle(n) for n in c.body) or any(m.decorator_list for m in methods.values()):
            raise NotValue("ClassDef statement")
        prepare = methods.pop("setUp").body if "setUp" in methods else []
        for name in sorted(methods):
            if not name.startswith("test") or len(methods[name].args.args) != 1:
                raise NotValue("a method of a test case that is no test")
            own = methods[name].args.args[0].arg
            bodies.append(others + [CaseStatement(own).visit(copy_of(n)) for n in prepare + methods[name].body])
    return bodies


class CaseStatement(ast.NodeTransformer):
    """Writes a statement of a test case with assert and local names."""

    def __init__(self, own):
        self.own = own

    def visit_Expr(self, node):
        call = node.value
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or getattr(call.func.value, "id", "") != self.own:
            return self.generic_visit(node)
        args = [self.visit(a) for a in call.args]
        keywords = {k.arg: self.visit(k.value) for k in call.keywords if k.arg != "msg"}
        return ast.Assert(test=case_check(call.func.attr, args, keywords), msg=None)

    def visit_Attribute(self, node):
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id == self.own:
            return ast.Name(id=f"{self.own}_{node.attr}", ctx=node.ctx)
        return node


def case_check(method, args, keywords):
    """The expression that an assert method of a test case checks."""
    if method in CASE_CHECKS and 2 <= len(args) <= 3 and not keywords:
        return ast.Compare(left=args[0], ops=[CASE_CHECKS[method]()], comparators=[args[1]])
    if method in ("assertTrue", "assertFalse", "assertIsNone", "assertIsNotNone") and 1 <= len(args) <= 2 and not keywords:
        if method in ("assertTrue", "assertFalse"):
            return args[0] if method == "assertTrue" else ast.UnaryOp(op=ast.Not(), operand=args[0])
        op = ast.Is() if method == "assertIsNone" else ast.IsNot()
        return ast.Compare(left=args[0], ops=[op], comparators=[ast.Constant(None)])
    if method == "assertIsInstance" and 2 <= len(args) <= 3 and not keywords:
        return ast.Call(func=name_of("isinstance"), args=args[:2], keywords=[])
    if method == "assertAlmostEqual" and 2 <= len(args) <= 3:
        func = ast.Attribute(value=name_of("unittest"), attr="within" if "delta" in keywords else "close", ctx=ast.Load())
        return ast.Call(func=func, args=args, keywords=[ast.keyword(arg=k, value=v) for k, v in keywords.items()])
    raise NotValue(f"{method} of a test case")


def is_position(node):
    """A constant index, count or flag, or a slice of such: no expected value."""
    if isinstance(node, ast.Slice):
        return all(n is None or is_position(n) for n in (node.lower, node.upper, node.step))
    if isinstance(node, ast.UnaryOp):
        return is_position(node.operand)
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def with_tests_called(tree, entry):
    """A test that only defines check(candidate), or test functions, means a call of them."""
    functions = {n.name: n.args for n in tree.body if isinstance(n, ast.FunctionDef)}
    if not functions:
        return tree
    called = {getattr(n.func, "id", None) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    for name, args in functions.items():
        if name in called:
            continue
        if name == "check" and len(args.args) == 1:
            tree.body.append(ast.parse(f"check({entry})").body[0])
        elif name.startswith("test") and not (args.args or args.kwonlyargs or args.vararg):
            tree.body.append(ast.parse(f"{name}()").body[0])
    if "check" in functions:
        tree.body = [n for n in tree.body if not is_metadata(n)]
    return tree


def is_metadata(node):
    return isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "METADATA"


# What tests use of pytest, which is not part of Python.
PYTEST = """
class pytest:
    class raises:
        def __init__(self, expected, match=None):
            self.expected, self.match = expected, match
        def __enter__(self):
            return self
        def __exit__(self, kind, value, trace):
            if kind is None:
                raise AssertionError("did not raise %r" % (self.expected,))
            if not issubclass(kind, self.expected):
                return False
            import re
            if self.match and not re.search(self.match, str(value)):
                raise AssertionError("raised %r" % (value,))
            self.type, self.value = kind, value
            return True
    class approx:
        def __init__(self, expected, rel=None, abs=None):
            self.expected, self.rel, self.abs = expected, rel, abs
        def near(self, actual, expected):
            if actual == expected:
                return True
            if not isinstance(actual, (int, float, complex)) or not isinstance(expected, (int, float, complex)):
                return False
            size = abs(expected)
            default = 1e-6 if self.abs is None else 0
            relative = (default if self.rel is None else self.rel) * size
            absolute = 1e-12 if self.abs is None else self.abs
            return size < float("inf") and abs(expected - actual) <= max(relative, absolute)
        def __eq__(self, actual):
            e = self.expected
            if isinstance(e, dict):
                return isinstance(actual, dict) and actual.keys() == e.keys() and all(self.near(actual[k], e[k]) for k in e)
            if isinstance(e, (list, tuple)):
                return isinstance(actual, (list, tuple)) and len(actual) == len(e) and all(map(self.near, actual, e))
            return self.near(actual, e)
        __hash__ = None
        def __repr__(self):
            return "approx(%r)" % (self.expected,)
"""


class WithoutPytest(ast.NodeTransformer):
    """Takes imports of pytest out, for a process that has PYTEST instead."""

    def visit_Import(self, node):
        others = [a for a in node.names if a.name != "pytest"]
        asked = [a.asname for a in node.names if a.name == "pytest" and a.asname]
        names = ast.parse("".join(f"{n} = pytest\n" for n in asked) or "pass").body
        return names + ([ast.Import(names=others)] if others else [])

    def visit_ImportFrom(self, node):
        if node.module != "pytest":
            return node
        return ast.parse("".join(f"{a.asname or a.name} = pytest.{a.name}\n" for a in node.names)).body


def without_pytest(text):
    """text, where it uses pytest with the stand-in for it."""
    if "pytest" not in text:
        return text
    tree = ast.fix_missing_locations(WithoutPytest().visit(ast.parse(text)))
    return PYTEST + ast.unparse(tree)


def plan_split(setup, entry_point, source, reason):
    """The plan of a test that reaches the program through stubs.

    A class of the program is named with the methods that the test may use.
    """
    entry = entry_point.split(".")[-1]
    tree = with_tests_called(ast.parse(source), entry)
    free = names_free(tree)
    needed = setup.needed(free)
    running = [tree, *(s.node for s in needed if not s.imports)]
    stubs = set().union(*(names_free(n) for n in running)) - setup.names - MODULES
    stubs |= {entry_point} & (names_loaded(tree) - names_bound(tree))  # which may have the name of a builtin
    if not stubs:
        raise Pointless("it never calls the program")
    refuse_live_classes(running, stubs)
    refuse_shown_answers(tree, entry, stubs)
    methods = methods_used(running)
    names = []
    for name in sorted(stubs):
        made = name[:1].isupper() and (name != entry_point or has_instances(running, name))
        names += [f"{name}.{m}" for m in methods] if made else [name]
    imports = [f"import {IMPORTS.get(m, m)}\n" for m in sorted(free & MODULES - setup.names)]
    return {
        "tier": "split",
        "setup": without_pytest(source_of(s.node for s in needed)),
        "source": without_pytest("".join(imports) + ast.unparse(tree)),
        "stubs": names,
        "reason": reason,
    }


def methods_used(nodes):
    """The methods that code may call, by name or by what the language does."""
    parts = [n for node in nodes for n in ast.walk(node)]
    used = {n.attr for n in parts if isinstance(n, ast.Attribute)} | {"__call__"}
    if any(isinstance(n, ast.Name) and n.id == "len" for n in parts):
        used.add("__len__")
    if any(isinstance(n, ast.Subscript) for n in parts):
        used.add("__getitem__")
    if any(isinstance(n, (ast.In, ast.NotIn)) for n in parts):
        used.add("__contains__")
    return sorted(used)


def has_instances(nodes, name):
    """Whether what name returns is used as an object: it is a class, and no function with a capital."""
    parts = [n for node in nodes for n in ast.walk(node)]

    def makes(node):
        return isinstance(node, ast.Call) and getattr(node.func, "id", None) == name

    instances = {t.id for n in parts if isinstance(n, ast.Assign) and makes(n.value) for t in n.targets if isinstance(t, ast.Name)}
    used = (n.value for n in parts if isinstance(n, ast.Attribute))
    return any(makes(n) or getattr(n, "id", None) in instances for n in used)


def refuse_live_classes(nodes, stubs):
    """Refuses tests that use a class of the program otherwise than by calling it."""
    names = [n for node in nodes for n in ast.walk(node) if isinstance(n, ast.Name)]
    called = {id(n.func) for node in nodes for n in ast.walk(node) if isinstance(n, ast.Call)}
    for n in names:
        if n.id in stubs and n.id[:1].isupper() and id(n) not in called:
            raise NeedsShared(f"{n.id} is a class of the program")

    def is_instance(node):
        name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        return name in stubs and name[:1].isupper()

    assigned = [n for node in nodes for n in ast.walk(node) if isinstance(n, ast.Assign) and is_instance(n.value)]
    instances = {t.id for n in assigned for t in n.targets if isinstance(t, ast.Name)}
    for n in (n for node in nodes for n in ast.walk(node) if isinstance(n, ast.Attribute) and id(n) not in called):
        if is_instance(n.value) or getattr(n.value, "id", None) in instances:
            raise NeedsShared(f"{n.attr} of an object of the program")


def refuse_shown_answers(tree, entry, stubs):
    """Refuses tests that give a function of the program a result beside other values.

    It would see the expected value, and say itself whether it is met.
    """
    results = set()

    def is_result(node):
        called = {getattr(n.func, "id", None) or getattr(n.func, "attr", None) for n in ast.walk(node) if isinstance(n, ast.Call)}
        return bool(entry in called or names_loaded(node) & results)

    assigned = [n for n in ast.walk(tree) if isinstance(n, ast.Assign)]
    for _ in assigned:
        for n in assigned:
            if is_result(n.value) and not entry[:1].isupper():
                results |= {t.id for t in n.targets if isinstance(t, ast.Name)}
    for n in ast.walk(tree):
        name = getattr(n.func, "id", None) if isinstance(n, ast.Call) else None
        if name not in stubs or name == entry or name[:1].isupper():
            continue
        args = [*n.args, *(k.value for k in n.keywords)]
        shown = [a for a in args if is_result(a)]
        made = {ast.dump(m) for a in shown for m in ast.walk(a) if isinstance(m, ast.expr)}
        if any(a not in shown and ast.dump(a) not in made for a in args if shown):
            raise NeedsShared(f"{name} of the program would see the expected value")


class Pointless(ValueError):
    """The test can say nothing about the program."""


def plan_code(setup, entry_point, source, why):
    """The plan of a test that is no check over calls: it runs as code."""
    try:
        if isinstance(why, NeedsShared):
            raise why
        return plan_split(setup, entry_point, source, str(why))
    except NeedsShared as needs:
        text = ast.unparse(with_tests_called(ast.parse(source), entry_point.split(".")[-1]))
        return {"tier": "shared", "reason": str(needs), "source": text}


def plan_test(setup, entry_point, source):
    """The plan of one test, with the names its calls and its check take from the setup."""
    planner = Planner(setup, entry_point)
    try:
        check = planner.plan(source)
    except NotValue as why:
        return plan_code(setup, entry_point, source, why), set(), set()
    return {"tier": "value", "calls": planner.calls, "check": check}, planner.inputs, planner.expected


def plan_task(request):
    """Plans all tests of a task: they share one process, so no input of one may hold the answer of another."""
    setup, entry, tests = Setup(request["setup"]), request["entry_point"], request["tests"]
    plans, inputs = [], set()
    for source in tests:
        try:
            plan, takes, expects = plan_test(setup, entry, source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
            plan, takes, expects = {"tier": "invalid", "reason": f"{type(problem).__name__}: {problem}"}, set(), set()
        plans.append((plan, takes, expects))
        inputs |= takes
    entry_name = entry.split(".")[-1]
    given = set().union(*(s.gives for s in setup.needed(inputs, entry_name)))
    for i, (plan, takes, expects) in enumerate(plans):
        if expects & given - takes:
            why = NotValue("the setup ties an expected value to an input")
            plans[i] = plan_code(setup, entry, tests[i], why), set(), set()
    kept = set().union(*(takes for _, takes, _ in plans))
    return {
        "inputs": setup.parts(kept, entry_name),
        "everything": setup.parts(setup.names),
        "plans": [p for p, _, _ in plans],
    }


def answer(request):
    try:
        return plan_task(request)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        return {"error": f"{type(problem).__name__}: {problem}"}


def main():
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

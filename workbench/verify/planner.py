"""Turns test sources into plans: what the candidate evaluates, what is compared outside.

One request per line on stdin, one answer per line on stdout, both JSON:

    {"setup": source, "entry_point": name, "tests": [source, ...]}
    {"inputs": [before, after], "everything": [before, after], "plans": [plan, ...]}

before and after are the parts of the setup that the candidate's process runs
around the program: those that inputs need, or, for the shared tier, all. A plan is {"tier", "calls", "check"} for the value tier and
{"tier", "reason", "setup", "source", "stubs"} for the others. Calls are expressions for
the candidate's process and hold inputs only; check is a tree over their results
and expected values. No test code is run here: tests are parsed, and only
literals and a short list of constructors of plain data are computed.
"""

import ast
import builtins
import decimal
import fractions
import json
import math
import sys

BUILTINS = frozenset(dir(builtins))

# Functions of a result alone: in the candidate's process they are as
# unforgeable as the result itself, and they tell the candidate nothing.
WRAPPERS = frozenset(
    "abs all any bool dict float frozenset int len list max min next repr round set sorted str sum tuple".split()
)

CONSTRUCTORS = {
    "bytes": bytes,
    "complex": complex,
    "dict": dict,
    "float": float,
    "frozenset": frozenset,
    "list": list,
    "set": set,
    "tuple": tuple,
    "Decimal": decimal.Decimal,
    "Fraction": fractions.Fraction,
}

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

LARGEST_FOLD = 100_000


class NotValue(Exception):
    """The test does not reduce to calls and a check over inert results."""


class NeedsShared(NotValue):
    """The test hands the expected value to the candidate, or needs its classes."""


def names_loaded(node):
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def names_bound(node):
    """Names that running node binds or changes, in any scope inside it."""
    bound = set()
    for n in ast.walk(node):
        if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load):
            bound.add(n.id)
        elif isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(n.name)
        elif isinstance(n, (ast.Import, ast.ImportFrom)):
            bound.update((a.asname or a.name).split(".")[0] for a in n.names)
        elif isinstance(n, ast.arg):
            bound.add(n.arg)
        elif isinstance(n, ast.ExceptHandler) and n.name:
            bound.add(n.name)
    return bound


def names_free(node):
    return names_loaded(node) - names_bound(node) - BUILTINS


class Statement:
    """One statement of the setup: the names it gives and those it takes."""

    def __init__(self, node):
        self.node = node
        self.takes = names_loaded(node) - BUILTINS
        self.defines = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        self.imports = isinstance(node, (ast.Import, ast.ImportFrom))
        self.gives = {node.name} if self.defines else self.changed(node)

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
        self.modules, self.isclose = set(), set()
        for s in self.statements:
            if s.imports:
                self.modules |= s.gives
            if isinstance(s.node, ast.ImportFrom) and s.node.module == "math":
                self.isclose |= {a.asname or a.name for a in s.node.names if a.name == "isclose"}
        self.constants = self.fold_constants()

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
                value = fold(n.value, constants)
            except NotValue:
                continue
            if isinstance(value, (type(None), bool, int, float, complex, str, bytes)):
                constants[name] = value
        return constants

    def unknown(self):
        """Names that the setup takes from the program."""
        taken = set().union(*(names_free(s.node) for s in self.statements))
        return taken - self.names - MODULES

    def needed(self, names):
        """The statements that give names, imports and classes included."""
        chosen = {i for i, s in enumerate(self.statements) if s.imports or isinstance(s.node, ast.ClassDef)}
        wanted = set(names).union(*(self.statements[i].takes for i in chosen))
        while True:
            more = {i for i, s in enumerate(self.statements) if s.gives & wanted} - chosen
            if not more:
                return [s for i, s in enumerate(self.statements) if i in chosen]
            chosen |= more
            wanted = wanted.union(*(self.statements[i].takes for i in more))

    def parts(self, names):
        """Sources to run before and after the program so that names exist.

        What depends on a name of the program runs after it.
        """
        needed = self.needed(names)
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


def fold(node, constants):
    """The plain data that an expression of literals stands for."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name) and node.id in constants:
        return constants[node.id]
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        items = [fold(n, constants) for n in node.elts]
        return {ast.List: list, ast.Tuple: tuple, ast.Set: set}[type(node)](items)
    if isinstance(node, ast.Dict) and None not in node.keys:
        return {fold(k, constants): fold(v, constants) for k, v in zip(node.keys, node.values)}
    if isinstance(node, ast.UnaryOp):
        return fold_unary(node, constants)
    if isinstance(node, ast.BinOp):
        return fold_binary(node, constants)
    if isinstance(node, ast.Call):
        return fold_call(node, constants)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "math":
        if node.attr in ("e", "inf", "nan", "pi", "tau"):
            return getattr(math, node.attr)
    raise NotValue("the expected value is computed")


def fold_unary(node, constants):
    value = fold(node.operand, constants)
    if isinstance(node.op, ast.Not):
        return not value
    if isinstance(value, (int, float, complex, decimal.Decimal, fractions.Fraction)):
        if isinstance(node.op, ast.USub):
            return -value
        if isinstance(node.op, ast.UAdd):
            return +value
        if isinstance(value, int):
            return ~value
    raise NotValue("the expected value is computed")


def fold_binary(node, constants):
    left, right = fold(node.left, constants), fold(node.right, constants)
    numbers = (int, float, complex, fractions.Fraction)
    if isinstance(left, numbers) and isinstance(right, numbers):
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Div) and right != 0:
            return left / right
        if isinstance(node.op, ast.Pow) and isinstance(left, int) and isinstance(right, int) and 0 <= right:
            if left.bit_length() * right <= LARGEST_FOLD:
                return left**right
    sequences = (str, bytes, list, tuple)
    if isinstance(node.op, ast.Add) and isinstance(left, sequences) and type(left) is type(right):
        return left + right
    if isinstance(node.op, ast.Mult) and isinstance(left, sequences) and isinstance(right, int):
        if len(left) * right <= LARGEST_FOLD:
            return left * right
    raise NotValue("the expected value is computed")


def fold_call(node, constants):
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
    if isinstance(node.func, ast.Attribute) and root_name(node.func) - {"decimal", "fractions"}:
        raise NotValue("the expected value is computed")
    if name not in CONSTRUCTORS or any(k.arg is None for k in node.keywords):
        raise NotValue("the expected value is computed")
    args = [fold(a, constants) for a in node.args]
    if name == "bytes" and args and isinstance(args[0], int):
        raise NotValue("the expected value is computed")
    return CONSTRUCTORS[name](*args, **{k.arg: fold(k.value, constants) for k in node.keywords})


def folded(node, constants):
    """fold, or None when node is no literal; wrapped, since None is plain data."""
    try:
        return (fold(node, constants),)
    except NotValue:
        return None
    except Exception as problem:  # a literal that Python itself refuses, such as {[]}
        raise NotValue(f"the expected value is no value: {problem}") from None


def typed(value):
    """value as a JSON tree that keeps its exact types."""
    if value is None:
        return {"k": "none"}
    if value is Ellipsis:
        return {"k": "ellipsis"}
    if isinstance(value, bool):
        return {"k": "bool", "b": value}
    if isinstance(value, int):
        return {"k": "int", "t": str(value)}
    if isinstance(value, float):
        return {"k": "float", "t": value.hex()}
    if isinstance(value, complex):
        return {"k": "complex", "t": value.real.hex(), "u": value.imag.hex()}
    if isinstance(value, str):
        return {"k": "str", "t": value.encode("utf-8", "surrogatepass").hex()}
    if isinstance(value, bytes):
        return {"k": "bytes", "t": value.hex()}
    if isinstance(value, decimal.Decimal):
        return {"k": "decimal", "t": str(value)}
    if isinstance(value, fractions.Fraction):
        return {"k": "fraction", "t": str(value.numerator), "u": str(value.denominator)}
    if isinstance(value, dict):
        return {"k": "dict", "v": [typed(x) for pair in value.items() for x in pair]}
    for kind in (list, tuple, set, frozenset):
        if isinstance(value, kind):
            return {"k": kind.__name__, "v": [typed(x) for x in value]}
    raise NotValue(f"{type(value).__name__} is no plain data")


class Planner:
    """Plans one test: collects its calls while it builds the check."""

    def __init__(self, setup, entry_point):
        self.setup = setup
        self.entry = entry_point.split(".")[-1]
        self.calls = []
        self.inputs = set()  # names that the calls take
        self.expected = set()  # names whose values the check took

    def plan(self, source):
        body = self.body(source)
        checks = []
        for node in body:
            if not isinstance(node, ast.Assert):
                raise NotValue(f"{type(node).__name__} statement")
            checks.append(self.truth(node.test))
        check = checks[0] if len(checks) == 1 else {"op": "and", "args": checks}
        return check

    def body(self, source):
        """The statements of the test; those of a check function stand for its call."""
        body = with_check_called(ast.parse(source), self.entry).body
        body = [n for n in body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]
        if len(body) != 2 or not isinstance(body[0], ast.FunctionDef) or not isinstance(body[1], ast.Expr):
            return body
        function, call = body[0], body[1].value
        params = function.args.args
        plain = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == function.name
        if not plain or call.keywords or len(call.args) != 1 or len(params) != 1 or not isinstance(call.args[0], ast.Name):
            return body
        rename = Rename(params[0].arg, call.args[0].id)
        body = [n for n in function.body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]
        return [rename.visit(n) for n in body if not isinstance(n, ast.Pass)]

    def truth(self, node):
        """The check of an expression whose truth alone counts."""
        if isinstance(node, ast.BoolOp):
            op = "and" if isinstance(node.op, ast.And) else "or"
            return {"op": op, "args": [self.truth(n) for n in node.values]}
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return {"op": "not", "args": [self.truth(node.operand)]}
        if isinstance(node, ast.Compare):
            return self.compare(node)
        if isinstance(node, ast.Call) and self.is_isclose(node.func):
            return self.isclose(node)
        if self.is_call(node):
            return self.call(f"bool({ast.unparse(node)})", node)
        return self.operand(node)

    def compare(self, node):
        operands = [self.operand(n) for n in [node.left, *node.comparators]]
        links = []
        for op, left, right in zip(node.ops, operands, operands[1:]):
            if isinstance(op, (ast.Is, ast.IsNot)) and right.get("value", {}).get("k") not in ("none", "bool", "ellipsis"):
                raise NotValue("identity of objects")
            links.append({"op": COMPARISONS[type(op)], "args": [left, right]})
        return links[0] if len(links) == 1 else {"op": "and", "args": links}

    def is_isclose(self, func):
        if isinstance(func, ast.Attribute):
            return func.attr == "isclose" and isinstance(func.value, ast.Name) and func.value.id == "math"
        return isinstance(func, ast.Name) and func.id in self.setup.isclose

    def isclose(self, node):
        tolerances = {"rel_tol": 1e-09, "abs_tol": 0.0}
        for k in node.keywords:
            value = folded(k.value, self.setup.constants)
            if k.arg not in tolerances or not value:
                raise NotValue("a tolerance is computed")
            tolerances[k.arg] = value[0]
        if len(node.args) != 2:
            raise NotValue("isclose of other than two values")
        args = [self.operand(n) for n in node.args]
        limits = [{"op": "value", "value": typed(tolerances[k])} for k in ("rel_tol", "abs_tol")]
        return {"op": "isclose", "args": args + limits}

    def operand(self, node):
        """The check of an expression whose value counts."""
        value = folded(node, self.setup.constants)
        if value:
            self.expected |= names_loaded(node) - BUILTINS
            return {"op": "value", "value": typed(value[0])}
        if self.is_call(node):
            return self.call(ast.unparse(node), node)
        if isinstance(node, (ast.Tuple, ast.List)):
            op = "tuple" if isinstance(node, ast.Tuple) else "list"
            return {"op": op, "args": [self.operand(n) for n in node.elts]}
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Sub, ast.Add)):
            args = [self.operand(node.left), self.operand(node.right)]
            if not any(a.get("value", {}).get("k") in ("int", "float") for a in args):
                raise NotValue("arithmetic over other than numbers")
            return {"op": "-" if isinstance(node.op, ast.Sub) else "+", "args": args}
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "abs" and len(node.args) == 1:
            return {"op": "abs", "args": [self.operand(node.args[0])]}
        if isinstance(node, (ast.Compare, ast.UnaryOp)):
            return self.truth(node)
        raise NotValue(f"{type(node).__name__} over results")

    def call(self, text, node):
        self.inputs |= names_free(node) & self.setup.names
        self.calls.append(text)
        return {"op": "call", "call": len(self.calls) - 1}

    def is_call(self, node):
        """Whether node is an expression of inputs that ends in a result of the candidate."""
        if isinstance(node, ast.Call):
            return self.is_wrapper(node) or self.is_candidate_call(node)
        if isinstance(node, ast.Attribute):
            return self.is_call(node.value)
        if isinstance(node, ast.Subscript):
            return self.is_call(node.value) and is_position(node.slice)
        return False

    def is_wrapper(self, node):
        if not isinstance(node.func, ast.Name) or node.func.id not in WRAPPERS | {"type"} or not node.args:
            return False
        if node.func.id in self.setup.names or not self.is_call(node.args[0]):
            return False
        if node.func.id == "sorted":
            return len(node.args) == 1 and all(k.arg == "reverse" and is_position(k.value) for k in node.keywords)
        if node.func.id == "round":
            return not node.keywords and all(is_position(a) for a in node.args[1:])
        return len(node.args) == 1 and not node.keywords

    def is_candidate_call(self, node):
        func = node.func
        if isinstance(func, ast.Name):
            if func.id in BUILTINS | self.setup.names and func.id != self.entry:
                return False
            self.refuse_answers(node, func.id)
            return True
        if not isinstance(func, ast.Attribute):
            return False
        if self.is_object(func.value):
            if root_name(func.value) & self.setup.names and self.holds_result(node):
                return False
            self.refuse_answers(node, func.attr)
            return True
        return self.is_call(func.value) and not node.args and not node.keywords

    def is_object(self, node):
        """Whether node is a receiver made of inputs: a name, or a new instance."""
        if isinstance(node, ast.Name):
            return node.id not in BUILTINS | MODULES | self.setup.modules
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
        return self.entry in called and not self.entry[:1].isupper()


class Rename(ast.NodeTransformer):
    """Puts the function under test in the place of a parameter."""

    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit_Name(self, node):
        return ast.Name(id=self.new, ctx=node.ctx) if node.id == self.old else node


def is_position(node):
    """A constant index, count or flag, or a slice of such: no expected value."""
    if isinstance(node, ast.Slice):
        return all(n is None or is_position(n) for n in (node.lower, node.upper, node.step))
    if isinstance(node, ast.UnaryOp):
        return is_position(node.operand)
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def with_check_called(tree, entry):
    """A test that only defines check(candidate) means a call of it."""
    for n in tree.body:
        if isinstance(n, ast.FunctionDef) and n.name == "check" and len(n.args.args) == 1:
            if not any(isinstance(c, ast.Call) and getattr(c.func, "id", None) == "check" for c in ast.walk(tree)):
                tree.body.append(ast.parse(f"check({entry})").body[0])
            tree.body = [m for m in tree.body if not is_metadata(m)]
            break
    return tree


def is_metadata(node):
    return isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "METADATA"


def plan_split(setup, entry_point, source, reason):
    """The plan of a test that reaches the program through stubs.

    A class of the program is named with the methods that the test may use.
    """
    tree = with_check_called(ast.parse(source), entry_point.split(".")[-1])
    free = names_free(tree)
    needed = setup.needed(free)
    running = [tree, *(s.node for s in needed if not s.imports)]
    stubs = set().union(*(names_free(n) for n in running)) - setup.names - MODULES
    refuse_live_classes(running, stubs)
    methods = sorted({n.attr for r in running for n in ast.walk(r) if isinstance(n, ast.Attribute)} | {"__call__"})
    names = []
    for name in sorted(stubs):
        names += [f"{name}.{m}" for m in methods] if name[:1].isupper() and name != entry_point else [name]
    imports = [f"import {IMPORTS.get(m, m)}\n" for m in sorted(free & MODULES - setup.names)]
    return {
        "tier": "split",
        "setup": source_of(s.node for s in needed),
        "source": "".join(imports) + ast.unparse(tree),
        "stubs": names,
        "reason": reason,
    }


def refuse_live_classes(nodes, stubs):
    """Refuses tests that use a class of the program otherwise than by calling it."""
    names = [n for node in nodes for n in ast.walk(node) if isinstance(n, ast.Name)]
    called = {id(n.func) for node in nodes for n in ast.walk(node) if isinstance(n, ast.Call)}
    for n in names:
        if n.id in stubs and n.id[:1].isupper() and id(n) not in called:
            raise NeedsShared(f"{n.id} is a class of the program")


def plan_code(setup, entry_point, source, why):
    """The plan of a test that is no check over calls: it runs as code."""
    try:
        if isinstance(why, NeedsShared):
            raise why
        return plan_split(setup, entry_point, source, str(why))
    except NeedsShared as needs:
        text = ast.unparse(with_check_called(ast.parse(source), entry_point.split(".")[-1]))
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
    given = set().union(*(s.gives for s in setup.needed(inputs)))
    for i, (plan, takes, expects) in enumerate(plans):
        if expects & given - takes:
            why = NotValue("the setup ties an expected value to an input")
            plans[i] = plan_code(setup, entry, tests[i], why), set(), set()
    kept = set().union(*(takes for _, takes, _ in plans))
    return {
        "inputs": setup.parts(kept),
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

"""Computes expected values: literals, and pure functions of literals.

The first part of the planner's script, planner.py is the second. Nothing here
runs code of a test: an expression is computed node by node, from a short list
of operators and functions, within a budget.
"""

import ast
import builtins
import decimal
import fractions
import math
import operator

BUILTINS = frozenset(dir(builtins))

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

FUNCTIONS = {
    f.__name__: f
    for f in (abs, all, any, bool, chr, divmod, enumerate, int, len, max, min, ord, repr, reversed, round, sorted, str,
              sum, zip)
}

MATH = frozenset(
    "acos asin atan atan2 ceil cos degrees e exp fabs floor gcd hypot inf log log10 log2 nan pi radians sin sqrt tan tau".split()
)

TEXT_METHODS = frozenset("capitalize lower split splitlines strip title upper".split())

OPERATORS = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}

NUMBERS = (int, float, complex, fractions.Fraction)
SEQUENCES = (str, bytes, list, tuple)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)

LARGEST_FOLD = 100_000
STEPS = 2_000_000


class NotValue(Exception):
    """The test does not reduce to calls and a check over inert results."""


COMPUTED = "the expected value is computed"


class Folder:
    """Computes the plain data that an expression stands for.

    names are those that are plain data; taken ones mean something else than
    the builtin of that name.
    """

    def __init__(self, names, taken=()):
        self.names = dict(names)
        self.taken = taken
        self.steps = 0

    def fold(self, node):
        self.steps += 1
        if self.steps > STEPS:
            raise NotValue("the expected value takes long to compute")
        method = getattr(self, type(node).__name__, None)
        if method is None:
            raise NotValue(COMPUTED)
        return method(node)

    def Constant(self, node):
        return node.value

    def Name(self, node):
        if node.id not in self.names:
            raise NotValue(COMPUTED)
        return self.names[node.id]

    def List(self, node):
        return self.items(node)

    def Tuple(self, node):
        return tuple(self.items(node))

    def Set(self, node):
        return set(self.items(node))

    def items(self, node):
        items = []
        for n in node.elts:
            if isinstance(n, ast.Starred):
                items += sized(self.fold(n.value))
            else:
                items.append(self.fold(n))
        return items

    def Dict(self, node):
        if None in node.keys:
            raise NotValue(COMPUTED)
        return {self.fold(k): self.fold(v) for k, v in zip(node.keys, node.values)}

    def UnaryOp(self, node):
        value = self.fold(node.operand)
        if isinstance(node.op, ast.Not):
            return not value
        if isinstance(value, (int, float, complex, decimal.Decimal, fractions.Fraction)):
            if isinstance(node.op, ast.USub):
                return -value
            if isinstance(node.op, ast.UAdd):
                return +value
            if isinstance(value, int):
                return ~value
        raise NotValue(COMPUTED)

    def BinOp(self, node):
        left, right = self.fold(node.left), self.fold(node.right)
        if isinstance(left, NUMBERS) and isinstance(right, NUMBERS):
            return of_numbers(node.op, left, right)
        if isinstance(node.op, ast.Add) and isinstance(left, SEQUENCES) and type(left) is type(right):
            return left + right
        if isinstance(node.op, ast.Mult):
            if isinstance(left, int):
                left, right = right, left
            if isinstance(left, SEQUENCES) and isinstance(right, int) and len(left) * right <= LARGEST_FOLD:
                return left * right
        if isinstance(left, (set, frozenset)) and isinstance(right, (set, frozenset)):
            if isinstance(node.op, (ast.BitOr, ast.BitAnd, ast.Sub)):
                return {ast.BitOr: operator.or_, ast.BitAnd: operator.and_, ast.Sub: operator.sub}[type(node.op)](left, right)
        raise NotValue(COMPUTED)

    def BoolOp(self, node):
        value = None
        for n in node.values:
            value = self.fold(n)
            if bool(value) == isinstance(node.op, ast.Or):
                break
        return value

    def Compare(self, node):
        left = self.fold(node.left)
        for op, n in zip(node.ops, node.comparators):
            right = self.fold(n)
            if isinstance(left, Iterated) or isinstance(right, Iterated):
                raise NotValue(COMPUTED)
            if not OPERATORS[type(op)](left, right):
                return False
            left = right
        return True

    def IfExp(self, node):
        return self.fold(node.body if self.fold(node.test) else node.orelse)

    def Subscript(self, node):
        return self.fold(node.value)[self.fold(node.slice)]

    def Index(self, node):  # of Python 3.8 and older grammars
        return self.fold(node.value)

    def Slice(self, node):
        return slice(*(None if n is None else self.fold(n) for n in (node.lower, node.upper, node.step)))

    def Attribute(self, node):
        if isinstance(node.value, ast.Name) and node.value.id == "math" and node.attr in MATH:
            value = getattr(math, node.attr)
            if isinstance(value, float):
                return value
        raise NotValue(COMPUTED)

    def Call(self, node):
        if any(k.arg is None for k in node.keywords) or any(isinstance(a, ast.Starred) for a in node.args):
            raise NotValue(COMPUTED)
        function = self.function(node.func)
        args = [self.fold(a) for a in node.args]
        if function in (str, repr) and not isinstance(args[0] if args else "", (str, *NUMBERS)):
            raise NotValue(COMPUTED)
        return kept(function(*args, **{k.arg: self.fold(k.value) for k in node.keywords}))

    def function(self, func):
        if isinstance(func, ast.Name) and func.id not in self.names and func.id not in self.taken:
            if func.id == "range":
                return bounded_range
            if func.id == "bytes":
                return bytes_of
            known = CONSTRUCTORS.get(func.id) or FUNCTIONS.get(func.id)
            if known:
                return known
        if isinstance(func, ast.Attribute):
            root = func.value.id if isinstance(func.value, ast.Name) else ""
            if root in ("decimal", "fractions") and func.attr in ("Decimal", "Fraction"):
                return CONSTRUCTORS[func.attr]
            if root == "math" and func.attr in MATH:
                return getattr(math, func.attr)
            if func.attr in TEXT_METHODS:
                text = self.fold(func.value)
                if isinstance(text, str):
                    return getattr(text, func.attr)
        raise NotValue(COMPUTED)

    def ListComp(self, node):
        return [self.fold(node.elt) for _ in self.bindings(node.generators)]

    GeneratorExp = ListComp

    def SetComp(self, node):
        return set(self.ListComp(node))

    def DictComp(self, node):
        return {self.fold(node.key): self.fold(node.value) for _ in self.bindings(node.generators)}

    def bindings(self, generators):
        """Binds the names of a comprehension to each combination in turn."""
        first, *rest = generators
        before = dict(self.names)
        for item in sized(self.fold(first.iter)):
            self.names.update(unpacked(first.target, item))
            if all(self.fold(n) for n in first.ifs):
                if rest:
                    yield from self.bindings(rest)
                else:
                    yield
        self.names.clear()
        self.names.update(before)


def of_numbers(op, left, right):
    if isinstance(op, ast.Add):
        return left + right
    if isinstance(op, ast.Sub):
        return left - right
    if isinstance(op, ast.Mult) and bits(left) + bits(right) <= LARGEST_FOLD:
        return left * right
    if isinstance(op, ast.Div):
        return left / right
    if isinstance(op, ast.FloorDiv):
        return left // right
    if isinstance(op, ast.Mod):
        return left % right
    if isinstance(op, ast.Pow) and isinstance(right, int) and right >= 0 and bits(left) * right <= LARGEST_FOLD:
        return left**right
    if isinstance(op, ast.Pow) and isinstance(left, (int, float)) and (isinstance(right, float) or right < 0):
        return left**right
    raise NotValue(COMPUTED)


def bits(number):
    if isinstance(number, fractions.Fraction):
        return max(number.numerator.bit_length(), number.denominator.bit_length())
    return number.bit_length() if isinstance(number, int) else 64


def bounded_range(*args):
    made = range(*args)
    if len(made) > LARGEST_FOLD:
        raise NotValue(COMPUTED)
    return made


def bytes_of(*args):
    if args and isinstance(args[0], int):
        raise NotValue(COMPUTED)
    return bytes(*args)


def kept(value):
    """value, or the list of what an iterator gives."""
    if isinstance(value, (range, zip, enumerate, reversed)):
        return Iterated(value)
    return value


class Iterated(tuple):
    """The items of an iterator or a range, which is itself no plain data."""


def sized(value):
    if not isinstance(value, (str, bytes, list, tuple, set, frozenset, dict)):
        raise NotValue(COMPUTED)
    if isinstance(value, (set, frozenset)) and len(value) > 1:
        raise NotValue("the order of a set")
    return value


def unpacked(target, item):
    """The names of an assignment target with what they get of item."""
    if isinstance(target, ast.Name):
        return {target.id: item}
    if not isinstance(target, (ast.Tuple, ast.List)) or any(isinstance(n, ast.Starred) for n in target.elts):
        raise NotValue(COMPUTED)
    items = list(sized(item))
    if len(items) != len(target.elts):
        raise ValueError("%d values for %d names" % (len(items), len(target.elts)))
    names = {}
    for n, part in zip(target.elts, items):
        names.update(unpacked(n, part))
    return names


def folded(node, names, taken=()):
    """The plain data that node stands for, wrapped, since None is plain data; None when it is no literal."""
    try:
        value = Folder(names, taken).fold(node)
        typed(value)
        return (value,)
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
        if type(value) is kind:
            return {"k": kind.__name__, "v": [typed(x) for x in value]}
    raise NotValue(f"{type(value).__name__} is no plain data")


def node_of(value):
    """An expression that makes value; raises NotValue where there is no display of it."""
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        make = ast.List if type(value) is list else ast.Tuple
        return make(elts=[node_of(x) for x in value], ctx=ast.Load())
    if type(value) is set and value:
        return ast.Set(elts=[node_of(x) for x in value])
    if type(value) is dict:
        return ast.Dict(keys=[node_of(k) for k in value], values=[node_of(v) for v in value.values()])
    if isinstance(value, float) and not math.isfinite(value):
        return ast.parse("float('%r')" % value, mode="eval").body
    if value is None or value is Ellipsis or type(value) in (bool, int, float, complex, str, bytes):
        return ast.parse(repr(value), mode="eval").body
    raise NotValue("an input that is no literal")


def mutable(value):
    """Whether value is, or holds, what a call can change."""
    if isinstance(value, (list, dict, set)):
        return True
    return isinstance(value, tuple) and any(mutable(x) for x in value)

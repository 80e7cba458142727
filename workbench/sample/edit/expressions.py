"""Edits inside one expression. Each rule looks at a node and yields (start, end, new text, detail).

Offsets are bytes of the program; detail says what changed in a form that means the same in any program.
"""

import ast
import re

COMPARES = {"Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=", "Eq": "==", "NotEq": "!=", "In": "in", "NotIn": "not in",
            "Is": "is", "IsNot": "is not"}
BOUNDARY = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
FLIP = {"<": [">"], "<=": [">="], ">": ["<"], ">=": ["<="]}
NEGATE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==", "in": "not in", "not in": "in",
          "is": "is not", "is not": "is"}
EQUALITY = {"==": ["<=", ">=", "<", ">", "is", "in"], "!=": ["<", ">"], "<": ["!=", "=="], ">": ["!=", "=="],
            "<=": ["==", "!="], ">=": ["==", "!="], "is": ["=="], "is not": ["!="], "in": ["=="], "not in": ["!="]}
COMPARE = re.compile(r"not\s+in\b|is\s+not\b|\bin\b|\bis\b|<=|>=|==|!=|<|>")
ARITHMETIC = {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**",
              "BitAnd": "&", "BitOr": "|", "BitXor": "^", "LShift": "<<", "RShift": ">>"}
OPERATOR = re.compile(r"\*\*|//|<<|>>|[-+*/%&|^]")
OTHERS = {"+": "-*", "-": "+*%", "*": ["+", "**", "/", "//"], "/": ["*", "%"], "//": ["*", "%"], "%": ["//", "/"],
          "**": ["*"], "&": "|^", "|": "&^", "^": "&|", "<<": [">>"], ">>": ["<<"]}
FUNCTION_FAMILIES = [
    ("min", "max"), ("sum", "max", "len"), ("any", "all"), ("int", "round", "float"), ("floor", "ceil"),
    ("sorted", "reversed", "list"), ("list", "set", "tuple"), ("ord", "chr"), ("str", "repr"), ("bin", "hex", "oct"),
    ("filter", "map"), ("range", "enumerate"), ("len", "sum"), ("abs", "int"), ("heappush", "heappop"),
    ("permutations", "combinations"), ("zip", "enumerate"), ("sqrt", "abs"), ("log", "log10"),
]
METHOD_FAMILIES = [
    ("append", "extend"), ("upper", "lower", "title", "capitalize", "swapcase"), ("keys", "values", "items"),
    ("strip", "lstrip", "rstrip"), ("startswith", "endswith"), ("find", "rfind", "index", "count"), ("add", "update"),
    ("isalpha", "isdigit", "isalnum", "isupper", "islower", "isspace"), ("append", "appendleft"), ("pop", "popleft"),
    ("add", "remove", "discard", "append"), ("union", "intersection", "difference", "symmetric_difference"),
    ("split", "rsplit", "splitlines"), ("floor", "ceil"), ("sort", "reverse"), ("extend", "extendleft"),
    ("get", "pop", "setdefault"), ("remove", "pop"), ("ljust", "rjust", "center"), ("replace", "strip"),
]
WRAPS = {
    "return": ("sorted", "list", "str", "int", "abs", "len", "sum", "set", "tuple", "float", "max", "min", "round"),
    "header": ("sorted", "reversed", "set", "list", "str"),
    "compare": ("abs", "len", "sorted", "set", "int"),
    "operand": ("abs", "int", "str", "len"),
    "argument": ("list", "str", "int", "len", "set", "abs"),
    "value": ("sorted", "list", "int", "abs"),
}
"""The calls that may be missing around a value, by where it stands."""

SEPARATORS = ("''", "' '", "','", "', '", "'\\n'")
NAMES_PER_NODE = 10


def operator_span(program, left, right, pattern):
    """Where the operator between two operands stands, with its text; None where a comment is in the way."""
    start, end = program.span(left)[1], program.span(right)[0]
    gap = program.slice(start, end)
    found = None if "#" in gap else pattern.search(gap)
    return found and (start + found.start(), start + found.end(), found.group())


def comparisons(program, node):
    operands = [node.left] + node.comparators
    for left, op, right in zip(operands, node.ops, node.comparators):
        place = operator_span(program, left, right, COMPARE)
        if place:
            yield place[0], place[1], COMPARES[type(op).__name__]


def compare_boundary(program, node):
    for start, end, op in comparisons(program, node):
        if op in BOUNDARY:
            yield start, end, BOUNDARY[op], op + ":" + BOUNDARY[op]


def compare_flip(program, node):
    for start, end, op in comparisons(program, node):
        for new in FLIP.get(op, ()):
            yield start, end, new, op + ":" + new


def compare_negate(program, node):
    for start, end, op in comparisons(program, node):
        yield start, end, spaced(program, start, end, NEGATE[op]), op + ":" + NEGATE[op]


def spaced(program, start, end, word):
    """An operator that is a word, with the blanks it needs between its operands."""
    if not word.isalpha():
        return word
    before, after = program.slice(start - 1, start), program.slice(end, end + 1)
    return ("" if before.isspace() else " ") + word + ("" if after.isspace() else " ")


def compare_equality(program, node):
    for start, end, op in comparisons(program, node):
        for new in EQUALITY[op]:
            yield start, end, spaced(program, start, end, new), op + ":" + new


def arithmetic(program, node):
    place = operator_span(program, node.left, node.right, OPERATOR)
    old = ARITHMETIC.get(type(node.op).__name__)
    for new in OTHERS.get(old, ()) if place else ():
        yield place[0], place[1], new, old + ":" + new


def division(program, node):
    place = operator_span(program, node.left, node.right, OPERATOR)
    if place and place[2] in ("/", "//"):
        new = "//" if place[2] == "/" else "/"
        yield place[0], place[1], new, place[2] + ":" + new


def augmented_operator(program, node):
    start, end = program.span(node.target)[1], program.span(node.value)[0]
    found = re.search(r"(\*\*|//|<<|>>|[-+*/%&|^])?=", program.slice(start, end))
    if not found:
        return
    for new in ("+=", "-=", "*=", "/=", "//=", "="):
        if new != found.group():
            yield start + found.start(), start + found.end(), new, found.group() + ":" + new


def assignment_operator(program, node):
    """`x = e` becomes `x += e` where x exists before: in a loop."""
    if len(node.targets) != 1 or isinstance(node.targets[0], (ast.Tuple, ast.List)) or not program.places[node].loops:
        return
    start, end = program.span(node.targets[0])[1], program.span(node.value)[0]
    at = program.slice(start, end).find("=")
    if at >= 0:
        for new in ("+=", "-=", "*="):
            yield start + at, start + at + 1, new, "=:" + new


def boolean_operator(program, node):
    for left, right in zip(node.values, node.values[1:]):
        place = operator_span(program, left, right, re.compile(r"\b(and|or)\b"))
        if place:
            new = "or" if place[2] == "and" else "and"
            yield place[0], place[1], new, place[2] + ":" + new
    if len(node.values) > 2:
        yield from all_operators(program, node)


def all_operators(program, node):
    """Every and of a chain becomes or, or the other way round."""
    old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    start, end = program.span(node)
    at, text = start, ""
    for left, right in zip(node.values, node.values[1:]):
        place = operator_span(program, left, right, re.compile(r"\b(and|or)\b"))
        if not place:
            return
        text += program.slice(at, place[0]) + new
        at = place[1]
    yield start, end, text + program.slice(at, end), "all:" + old


def drop_clause(program, node):
    """One operand of and/or goes."""
    for left, right in zip(node.values, node.values[1:]):
        yield program.span(left)[0], program.span(right)[0], "", "first"
        yield program.span(left)[1], program.span(right)[1], "", "last"


def condition(program, node):
    return program.places[node].role == "condition" and program.places[node].field in ("test", "ifs")


def negate_condition(program, node):
    start, end = program.span(node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield start, program.span(node.operand)[0], "", "remove"
    elif condition(program, node) and isinstance(node, (ast.Name, ast.Call, ast.Attribute, ast.Subscript)):
        yield start, start, "not ", "add"
    elif condition(program, node) and isinstance(node, (ast.BoolOp, ast.Compare, ast.BinOp)):
        yield start, end, "not (" + program.slice(start, end) + ")", "add"


def integer(node):
    return isinstance(node, ast.Constant) and type(node.value) is int


def constant_step(program, node):
    if integer(node):
        start, end = program.span(node)
        for step in (1, -1):
            yield start, end, shown(node.value + step), "%+d" % step


def shown(number):
    return str(number) if number >= 0 else "(%d)" % number if number < -1 else "-1"


def constant_swap(program, node):
    if not integer(node) and not isinstance(node.value, float):
        return
    start, end = program.span(node)
    others = [0, 1, -1, 2, 10]
    others += [value for value in program.integers if value not in others][:6]
    for new in others:
        if new != node.value:
            yield start, end, shown(new), constant_class(node.value) + ":" + constant_class(new)


def constant_class(value):
    return str(value) if value in (0, 1, -1, 2, 10) else "n"


def constant_boolean(program, node):
    if isinstance(node.value, bool):
        new = str(not node.value)
        yield program.span(node) + (new, str(node.value) + ":" + new)


def literal_kind(program, node):
    """Another empty or neutral value: 0, None, '', [], {} and so on.

    Not for a keyword argument: which values reverse takes depends on the version of Python.
    """
    if isinstance(program.places[node].parent, (ast.Attribute, ast.keyword)):
        return
    text = program.segment(node)
    empty = ("0", "None", "''", "[]", "{}", "set()", "False", "True", "0.0", "1")
    if text.replace('"', "'") not in empty or program.places[node].role not in ("initialiser", "return", "assign", "argument"):
        return
    for new in empty:
        if new != text.replace('"', "'"):
            yield program.span(node) + (new, text.replace('"', "'") + ":" + new)


def string_separator(program, node):
    """Another separator: of a join or split, or a short string of blanks and commas."""
    if not isinstance(node.value, str) or node.value.strip(" ,-_\n"):
        return
    for new in SEPARATORS:
        if ast.literal_eval(new) != node.value and isinstance(program.places[node].parent, (ast.Attribute, ast.Call, ast.BinOp)):
            yield program.span(node) + (new, repr(node.value)[:6] + ":" + new)


def extreme(program, node):
    """The initial value of a running minimum or maximum: infinity or the first element."""
    place = program.places[node]
    if place.role not in ("initialiser", "assign") or not (integer(node) or extreme_call(node) or none(node)):
        return
    if not isinstance(place.parent, ast.Assign):
        return
    start, end = program.span(node)
    for new in ("float('inf')", "float('-inf')"):
        yield start, end, new, new
    for name in program.scope(place.function).parameters[:3]:
        yield start, end, name + "[0]", "first"
    if extreme_call(node):
        yield start, end, "0", "0"


def extreme_call(node):
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"


def none(node):
    return isinstance(node, ast.Constant) and node.value is None


def atom(node):
    return isinstance(node, (ast.Name, ast.Call, ast.Subscript, ast.Attribute))


def off_by_one(program, node):
    """`e` becomes `e + 1` or `e - 1` where positions and bounds stand."""
    place = program.places[node]
    parent = place.parent
    in_call = isinstance(parent, ast.Call) and place.field == "args"
    bound = isinstance(parent, ast.Slice) or (isinstance(parent, ast.Subscript) and place.field == "slice")
    compared = isinstance(parent, ast.Compare) and (isinstance(node, ast.Call) or place.role == "condition")
    returned = isinstance(parent, ast.Return) or isinstance(parent, ast.BinOp) or isinstance(parent, ast.Assign)
    if not atom(node) or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return
    where = "call" if in_call else "bound" if bound else "compare" if compared else "value" if returned else ""
    if where and not (in_call and isinstance(node, ast.Call) and getattr(node.func, "id", "") not in ("len", "int")):
        end = program.span(node)[1]
        for new in (" + 1", " - 1"):
            yield end, end, new, where + new.replace(" ", "")


def drop_operand(program, node):
    """`a + b` becomes `a` or `b`."""
    (start, end), (_, left), (right, _) = program.span(node), program.span(node.left), program.span(node.right)
    op, one = ARITHMETIC.get(type(node.op).__name__, "@"), integer(node.right) and node.right.value == 1
    if program.slice(left, right).strip() in OPERATOR.findall(program.slice(left, right)):
        yield left, end, "", op + ("1" if one else "e")
        yield start, right, "", "e" + op


def swap_operands(program, node):
    pairs = [(node.left, node.right)] if isinstance(node, ast.BinOp) else list(zip([node.left], node.comparators[:1]))
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.BitAnd, ast.BitOr, ast.BitXor)):
        return
    if isinstance(node, ast.Compare) and (len(node.ops) > 1 or isinstance(node.ops[0], (ast.Eq, ast.NotEq))):
        return
    for left, right in pairs:
        yield swapped(program, left, right) + (type(getattr(node, "op", getattr(node, "ops", [0])[0])).__name__,)


def swapped(program, left, right):
    (start, a), (b, end) = program.span(left), program.span(right)
    return start, end, program.slice(b, end) + program.slice(a, b) + program.slice(start, a)


def swap_arguments(program, node):
    args = [arg for arg in node.args if not isinstance(arg, (ast.Starred, ast.GeneratorExp))]
    for i, left in enumerate(args[:5]):
        for right in args[i + 1 : 5]:
            yield swapped(program, left, right) + (getattr(node.func, "id", "method")[:12],)


def swap_elements(program, node):
    """Two elements of a tuple change places; so do the values of a parallel assignment."""
    for left, right in zip(node.elts[:4], node.elts[1:4]):
        yield swapped(program, left, right) + (type(node.ctx).__name__,)


def wrong_name(program, node):
    """Another name of the same function; the nearest ones by appearance where there are many."""
    place, scope = program.places[node], program.scope(program.places[node].function)
    if place.field == "func" or node.id not in scope.names and node.id in program.function_names:
        return
    names = [name for name in scope.names if name != node.id]
    if node.id in scope.names and len(names) > NAMES_PER_NODE:
        at = scope.names.index(node.id)
        names = sorted(names, key=lambda name: abs(scope.names.index(name) - at))[:NAMES_PER_NODE]
    for name in names[:NAMES_PER_NODE]:
        yield program.span(node) + (name, kinship(scope, node.id) + ":" + kinship(scope, name))


def kinship(scope, name):
    return "parameter" if name in scope.parameters else "local" if name in scope.lines else "free"


def family(program, node, name, families, end):
    """Replaces the name that ends at a byte offset by others of its families."""
    for names in families:
        for new in names if name in names else ():
            if new != name:
                yield end - len(name.encode()), end, new, name + ":" + new


def function_family(program, node):
    if isinstance(node.func, ast.Name):
        yield from family(program, node, node.func.id, FUNCTION_FAMILIES, program.span(node.func)[1])


def method_family(program, node):
    """Another method of the same kind. What splitlines makes of a separator depends on the version of Python."""
    place = program.places[node]
    called = place.field == "func" and bool(place.parent.args)
    for edit in family(program, node, node.attr, METHOD_FAMILIES, program.span(node)[1]):
        if not (called and edit[2] == "splitlines"):
            yield edit


def append_insert(program, node):
    """append(x) and insert(0, x), pop() and pop(0)."""
    name, end = getattr(node.func, "attr", ""), program.span(node.func)[1]
    start = end - len(name)
    if name == "append" and len(node.args) == 1 and program.slice(end, end + 1) == "(":
        yield start, end + 1, "insert(0, ", "append:insert"
    if name == "insert" and len(node.args) == 2:
        yield start, program.span(node.args[1])[0], "append(", "insert:append"
        yield program.span(node.args[0]) + ("len(" + program.segment(node.func.value) + ")", "insert:end")
    if name == "pop" and not node.args and program.slice(end, end + 2) == "()":
        yield end, end + 2, "(0)", "pop:first"
        yield end, end + 2, "(-1)", "pop:last"
    if name == "pop" and len(node.args) == 1:
        yield program.span(node.args[0]) + ("", "pop:default")


def get_default(program, node):
    """A default for d.get(k), another default, or d[k] with a default."""
    defaults = ("0", "1", "[]", "''", "None", "-1")
    if isinstance(node, ast.Subscript):
        if isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name) and simple_index(node):
            start, end = program.span(node.value)[1], program.span(node)[1]
            yield start, end, ".get(" + program.slice(start, end)[1:-1] + ", 0)", "index:0"
        return
    if getattr(node.func, "attr", "") != "get":
        return
    if len(node.args) == 1:
        end = program.span(node.args[0])[1]
        for new in defaults[:4]:
            yield end, end, ", " + new, "add:" + new
    for old in node.args[1:2]:
        for new in defaults:
            if program.segment(old) != new:
                yield program.span(old) + (new, program.segment(old)[:4] + ":" + new)


def simple_index(node):
    return isinstance(node.slice, (ast.Name, ast.Attribute, ast.Constant)) and not integer(node.slice)


def wrap_call(program, node):
    """A call step around a value."""
    where, kinds = standing(program.places[node]), (ast.GeneratorExp, ast.Constant, ast.Starred, ast.Yield, ast.YieldFrom, ast.Await)
    if not where or isinstance(node, kinds + (ast.JoinedStr,)) or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return
    start, end = program.span(node)
    text = program.slice(start, end)
    if isinstance(node, ast.Tuple) and not text.startswith("("):
        return
    for name in WRAPS[where]:
        if not text.startswith(name + "("):
            yield start, end, name + "(" + text + ")", where + ":" + name
    if where == "compare" and atom(node):
        yield end, end, ".lower()", "compare:lower"


def standing(place):
    """Where a value stands, as WRAPS calls it; empty elsewhere."""
    parent, field = place.parent, place.field
    if isinstance(parent, ast.Call):
        return "argument" if field == "args" and len(parent.args) == 1 else ""
    if field == "iter":
        return "header"
    names = ((ast.Return, "return"), (ast.Compare, "compare"), (ast.BinOp, "operand"), ((ast.Assign, ast.AugAssign), "value"))
    return next((name for types, name in names if isinstance(parent, types)), "")


def unwrap_call(program, node):
    """f(x) becomes x, and x.f() becomes x."""
    start, end = program.span(node)
    if isinstance(node.func, ast.Name) and len(node.args) >= 1 and not isinstance(node.args[0], (ast.Starred, ast.GeneratorExp)):
        inner = program.segment(node.args[0])
        yield start, end, "(" + inner + ")" if tuple_like(node.args[0], inner) else inner, node.func.id[:12]
    if isinstance(node.func, ast.Attribute) and not node.args and not node.keywords:
        yield program.span(node.func.value)[1], end, "", "." + node.func.attr[:12]


def tuple_like(node, text):
    """Whether a text needs brackets outside the brackets of its call."""
    loose = isinstance(node, (ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda, ast.UnaryOp))
    return loose or "\n" in text or isinstance(node, getattr(ast, "NamedExpr", ast.Lambda))


def slice_step(program, node):
    """x becomes x[::-1] and back; a step of a slice comes, goes or turns."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and isinstance(node.ctx, ast.Load):
        yield from step_changes(program, node)
    elif isinstance(program.places[node].parent, (ast.Return, ast.For, ast.Compare)) and atom(node):
        if isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            end = program.span(node)[1]
            yield end, end, "[::-1]", "reverse"


def step_changes(program, node):
    start, end = program.span(node.value)[1], program.span(node)[1]
    piece = node.slice
    if piece.step is not None:
        yield program.span(piece.step) + ("1", "forward")
        if piece.lower is None and piece.upper is None:
            yield start, end, "", "remove"
    else:
        at = end - 1
        for new in ("2", "-1"):
            colons = "" if program.slice(start, end).rstrip("] ").endswith("::") else ":"
            yield at, at, colons + new, "step" + new


def slice_bound(program, node):
    """A bound of a slice goes or comes: x[a:b], x[a:], x[:b], x[1:], x[:-1]."""
    if not isinstance(node.slice, ast.Slice) or node.slice.step is not None:
        return
    start, end = program.span(node.value)[1], program.span(node)[1]
    lower, upper = (program.segment(n) if n else "" for n in (node.slice.lower, node.slice.upper))
    forms = [(lower, ""), ("", upper), (upper, ""), ("", lower), ("1", upper), (lower, "-1"), (lower, lower + " + 1"),
             (lower, upper + " + 1"), (lower, upper + " - 1"), (lower + " + 1", upper), (lower + " - 1", upper)]
    for a, b in forms:
        if not (a.startswith(" ") or b.startswith(" ")):
            yield start, end, "[" + a + ":" + b + "]", shape(lower, upper) + ":" + shape(a, b)


def shape(lower, upper):
    return ("a" if lower else "") + ("+" if "+ 1" in lower else "") + "_" + ("b" if upper else "") + (
        "+" if "+ 1" in upper else "-" if "- 1" in upper else "")


def index_end(program, node):
    """[0], [1], [-1] and [-2] for each other, and i for a constant index in a loop."""
    index = node.slice
    text = program.segment(index) if not isinstance(index, ast.Slice) and hasattr(index, "lineno") else ""
    for new in ("0", "-1", "1", "-2") if text in ("0", "-1", "1", "-2") else ():
        if new != text:
            yield program.span(index) + (new, text + ":" + new)


def drop_index(program, node):
    """x[i] becomes x or i."""
    if isinstance(node.ctx, ast.Load) and not isinstance(node.slice, (ast.Slice, ast.Tuple)):
        yield program.span(node.value)[1], program.span(node)[1], "", "value"
        if hasattr(node.slice, "lineno"):
            yield program.span(node) + (program.segment(node.slice), "index")


def add_index(program, node):
    """i becomes xs[i] where i runs over positions of a parameter, and xs becomes xs[0] or xs[-1] when returned."""
    place = program.places[node]
    if not isinstance(node.ctx, ast.Load) or isinstance(place.parent, (ast.Subscript, ast.Attribute)) or place.field == "func":
        return
    scope, end = program.scope(place.function), program.span(node)[1]
    if place.loops and node.id in scope.lines and place.role in ("body", "condition", "argument", "update", "return", "assign"):
        for name in scope.parameters[:2]:
            yield program.span(node) + (name + "[" + node.id + "]", "element")
    if isinstance(place.parent, ast.Return):
        for new in ("[0]", "[-1]"):
            yield end, end, new, new


def range_bounds(program, node):
    """Where a range starts and stops, and whether it runs backwards."""
    if getattr(node.func, "id", "") not in ("range", "enumerate") or not node.args or node.keywords:
        return
    (start, _), (_, end) = program.span(node.args[0]), program.span(node.args[-1])
    args = [program.segment(arg) for arg in node.args]
    if node.func.id == "enumerate":
        if len(args) == 1:
            yield end, end, ", 1", "enumerate"
        return
    for new, detail in range_forms(args):
        yield start, end, ", ".join(new), "%d:%s" % (len(args), detail)


def range_forms(args):
    if len(args) == 1:
        stop = args[0]
        yield ["1", stop], "start1"
        yield ["1", stop + " + 1"], "start1stop+"
        yield ["2", stop], "start2"
        yield ["2", stop + " + 1"], "start2stop+"
        yield [stop + " - 1", "-1", "-1"], "down"
        yield [stop, "0", "-1"], "down1"
        yield ["0", stop, "2"], "step2"
        return
    start, stop = args[:2]
    yield [start, stop + " + 1"] + args[2:], "stop+"
    yield [start, stop + " - 1"] + args[2:], "stop-"
    yield [start + " + 1", stop] + args[2:], "start+"
    yield [start + " - 1", stop] + args[2:], "start-"
    yield ["0", stop] + args[2:], "start0"
    yield ["1", stop] + args[2:], "start1"
    yield [stop], "stop"
    if len(args) == 3:
        yield [start, stop], "dropstep"
        yield [start, stop, "-" + args[2].lstrip("-") if args[2][0] != "-" else args[2][1:]], "turnstep"
        yield [start, "-1", args[2]], "stop-1"
    else:
        yield [start, stop, "2"], "step2"
        yield [start, stop, "-1"], "step-1"


def keyword_argument(program, node):
    """reverse=True and key=len come and go; the value of reverse turns."""
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if name not in ("sorted", "sort", "min", "max"):
        return
    end, present = program.span(node)[1] - 1, [keyword.arg for keyword in node.keywords]
    comma = ", " if node.args or node.keywords else ""
    generator = bool(node.args) and isinstance(node.args[-1], ast.GeneratorExp)
    for new in ("reverse=True", "key=len", "key=abs", "key=str", "key=lambda x: x[0]", "key=lambda x: x[1]"):
        if new.split("=")[0] not in present and not (generator or new[0] == "r" and name in ("min", "max")):
            yield end, end, comma + new, "add:" + new[:12]
    if len(node.keywords) == 1 and node.args and not generator:
        yield program.span(node.args[-1])[1], end, "", "remove:" + str(present[0])


def alias_copy(program, node):
    """A copy where a list is shared: x[:], list(x), x.copy()."""
    place = program.places[node]
    stored = isinstance(place.parent, ast.Assign) and place.field == "value"
    passed = isinstance(place.parent, ast.Call) and place.field == "args"
    if not isinstance(node.ctx, ast.Load) or not (stored or passed or isinstance(place.parent, ast.For)):
        return
    end = program.span(node)[1]
    for new in ("[:]", ".copy()"):
        yield end, end, new, ("assign" if stored else "argument" if passed else "loop") + new


def sign(program, node):
    start, _ = program.span(node)
    if isinstance(node, ast.UnaryOp):
        if isinstance(node.op, ast.USub):
            yield start, program.span(node.operand)[0], "", "remove"
    elif atom(node) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load) and not program.places[node].field == "func":
        if isinstance(program.places[node].parent, (ast.Return, ast.Assign, ast.Compare, ast.BinOp)):
            yield start, start, "-", "add"


def conditional_branches(program, node):
    """The two values of a conditional expression change places, or one of them stands alone."""
    yield swapped(program, node.body, node.orelse) + ("swap",)
    yield program.span(node) + (program.segment(node.body), "body")
    yield program.span(node) + (program.segment(node.orelse), "else")


def comprehension_filter(program, node):
    """The filter of a comprehension goes."""
    for part in node.generators:
        for test in part.ifs:
            yield program.span(part.iter)[1], program.span(test)[1], "", "remove"


def extra_clause(program, node):
    """A bound or emptiness check joins a condition."""
    place = program.places[node]
    if not isinstance(place.parent, (ast.While, ast.If)) or place.field != "test":
        return
    start, end = program.span(node)
    loose = isinstance(node, (ast.BoolOp, ast.IfExp, ast.Lambda))
    for name in program.scope(place.function).names[:5]:
        text = program.slice(start, end)
        text = "(" + text + ")" if loose else text
        if isinstance(place.parent, ast.While):
            yield start, end, name + " and " + text, "and"
        else:
            yield start, end, "not " + name + " or " + text, "or-not"


def string_swap(program, node):
    """Another string of the program."""
    if isinstance(node.value, str) and not isinstance(program.places[node].parent, ast.Expr):
        near = [n for n in program.strings[:50] if n.value != node.value and abs(len(n.value) - len(node.value)) <= 2]
        for other in near[:6]:
            yield program.span(node) + (program.segment(other), "%d" % min(len(other.value), 2))


def add_slice(program, node):
    """A part of a sequence in place of the whole: x[1:], x[:-1], x[p:], x[:p]."""
    place = program.places[node]
    wanted = place.field in ("iter", "args") or isinstance(place.parent, ast.Return)
    if not wanted or not isinstance(node.ctx, ast.Load):
        return
    end = program.span(node)[1]
    for name in ["1"] + [p for p in program.scope(place.function).parameters[:3] if p != node.id]:
        yield end, end, "[%s:]" % name, "from:" + ("1" if name == "1" else "parameter")
        yield end, end, "[:%s]" % (name if name != "1" else "-1"), "to:" + ("-1" if name == "1" else "parameter")


def clamp(program, node):
    """An assigned value becomes the larger or smaller of itself and its old value, or zero."""
    target = node.targets[0]
    if not isinstance(target, (ast.Name, ast.Subscript)) or isinstance(node.value, (ast.List, ast.Dict, ast.Tuple)):
        return
    start, end = program.span(node.value)
    for name in ("max", "min"):
        for other in (program.segment(target), "0"):
            detail = name + ":" + ("old" if other != "0" else "0")
            yield start, end, "%s(%s, %s)" % (name, other, program.slice(start, end)), detail


def method_step(program, node):
    """A string step before a value is used: lower, strip, split, copy."""
    place = program.places[node]
    if place.field not in ("iter", "args") or not isinstance(node.ctx, ast.Load):
        return
    end = program.span(node)[1]
    for new in (".lower()", ".strip()", ".split()", ".items()", ".keys()"):
        yield end, end, new, place.field + new


def whole_return(program, node):
    """Another name is returned in place of a whole expression."""
    if node.value is None or isinstance(node.value, ast.Name):
        return
    for name in program.scope(program.places[node].function).names[:NAMES_PER_NODE]:
        yield program.span(node.value) + (name, "expression:" + kinship(program.scope(program.places[node].function), name))


def return_combination(program, node):
    """A returned name is combined with another: a + b, a - b, a, b."""
    place = program.places[node]
    if not isinstance(place.parent, ast.Return) or not isinstance(node.ctx, ast.Load):
        return
    end = program.span(node)[1]
    for name in program.scope(place.function).names[:6]:
        for op in (" + ", " - ", " * ", " // ", ", "):
            yield end, end, op + name, op.strip()


VALUES = (ast.Name, ast.Call, ast.Subscript, ast.Attribute)
RULES = [
    ("compare-boundary", ast.Compare, compare_boundary),
    ("compare-flip", ast.Compare, compare_flip),
    ("compare-negate", ast.Compare, compare_negate),
    ("compare-equality", ast.Compare, compare_equality),
    ("arithmetic", ast.BinOp, arithmetic),
    ("division", ast.BinOp, division),
    ("augmented-operator", ast.AugAssign, augmented_operator),
    ("assignment-operator", ast.Assign, assignment_operator),
    ("boolean-operator", ast.BoolOp, boolean_operator),
    ("drop-clause", ast.BoolOp, drop_clause),
    ("negate-condition", VALUES + (ast.UnaryOp, ast.BoolOp, ast.Compare, ast.BinOp), negate_condition),
    ("constant-step", ast.Constant, constant_step),
    ("constant-swap", ast.Constant, constant_swap),
    ("constant-boolean", ast.Constant, constant_boolean),
    ("literal-kind", (ast.Constant, ast.List, ast.Dict, ast.Call), literal_kind),
    ("string-swap", ast.Constant, string_swap),
    ("string-separator", ast.Constant, string_separator),
    ("extreme", (ast.Constant, ast.Call), extreme),
    ("off-by-one", VALUES, off_by_one),
    ("drop-operand", ast.BinOp, drop_operand),
    ("swap-operands", (ast.BinOp, ast.Compare), swap_operands),
    ("swap-arguments", ast.Call, swap_arguments),
    ("swap-elements", (ast.Tuple, ast.List), swap_elements),
    ("wrong-name", ast.Name, wrong_name),
    ("function-family", ast.Call, function_family),
    ("method-family", ast.Attribute, method_family),
    ("append-insert", ast.Call, append_insert),
    ("get-default", (ast.Call, ast.Subscript), get_default),
    ("wrap-call", ast.expr, wrap_call),
    ("unwrap-call", ast.Call, unwrap_call),
    ("slice-step", VALUES, slice_step),
    ("slice-bound", ast.Subscript, slice_bound),
    ("index-end", ast.Subscript, index_end),
    ("drop-index", ast.Subscript, drop_index),
    ("add-index", ast.Name, add_index),
    ("range-bounds", ast.Call, range_bounds),
    ("keyword-argument", ast.Call, keyword_argument),
    ("alias-copy", (ast.Name, ast.Subscript), alias_copy),
    ("sign", VALUES + (ast.UnaryOp,), sign),
    ("conditional-branches", ast.IfExp, conditional_branches),
    ("comprehension-filter", (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp), comprehension_filter),
    ("extra-clause", ast.expr, extra_clause),
    ("add-slice", ast.Name, add_slice),
    ("clamp", ast.Assign, clamp),
    ("method-step", ast.Name, method_step),
    ("whole-return", ast.Return, whole_return),
    ("return-combination", ast.Name, return_combination),
]
"""(kind, node types, rule), in the order in which proposals are made."""

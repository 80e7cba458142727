"""Edits of whole statements: returns, jumps, blocks, updates. Each rule yields (start, end, new text, detail)."""

import ast
import re

from source import FUNCTIONS, LOOPS

EXCEPTIONS = ("ValueError", "KeyError", "IndexError", "TypeError", "ZeroDivisionError", "AttributeError", "Exception")
MISSING = ("[]", "0", "''", "None", "False", "True", "-1", "{}", "1")
SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.Raise, ast.Delete, ast.Pass, ast.Break, ast.Continue)


def blocks(node):
    """The statement lists of a node."""
    for field in ("body", "orelse", "finalbody"):
        block = getattr(node, field, None)
        if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
            yield field, block


def siblings(program, node):
    """The block that holds a statement, and its index there."""
    for _, block in blocks(program.places[node].parent):
        if node in block:
            return block, block.index(node)
    return [node], 0


def moved(program, node, indent):
    """The whole lines of a statement under another indentation."""
    start, stop = program.rows(node)
    old = program.indent(node)
    lines = program.slice(start, stop).splitlines(True)
    text = "".join(indent + line[len(old) :] if line.startswith(old) else line for line in lines)
    return text if text.endswith(("\n", "\r")) else text + "\n"


def line_after(program, node, text, indent=None):
    """An insertion of one line after a statement that has lines of its own."""
    stop = program.rows(node)[1]
    lead = "" if stop == 0 or program.bytes[stop - 1 : stop] in (b"\n", b"\r") else "\n"
    return stop, stop, lead + (program.indent(node) if indent is None else indent) + text + "\n"


def line_before(program, node, text):
    start = program.rows(node)[0]
    return start, start, program.indent(node) + text + "\n"


def docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def missing_return(program, node):
    """A function that ends without a return gets one; its last expression is returned."""
    last, scope = node.body[-1], program.scope(node)
    if isinstance(last, ast.Return) or not program.rows(last):
        return
    if isinstance(last, ast.Expr) and not docstring(last):
        start = program.span(last)[0]
        yield start, start, "return ", "expression"
    for name in scope.names[:12]:
        yield line_after(program, last, "return " + name) + ("local" if name in scope.lines else "parameter",)
    for value in ("True", "False", "0", "-1", "[]", "None", "''"):
        yield line_after(program, last, "return " + value) + (value,)


def swap_booleans(program, node):
    """Every returned True becomes False and the other way round."""
    found = [n for n in program.nodes if isinstance(n, ast.Return) and isinstance(n.value, ast.Constant)
             and isinstance(n.value.value, bool) and program.places[n].function is node]
    if len(found) < 2:
        return
    start, end = program.span(found[0].value)[0], program.span(found[-1].value)[1]
    text, at = "", start
    for value in (n.value for n in found):
        text += program.slice(at, program.span(value)[0]) + str(not value.value)
        at = program.span(value)[1]
    yield start, end, text, "all"


def inner_return(program, node):
    """An expression statement in a branch of a recursive function is returned."""
    if isinstance(node.value, ast.Call) and program.places[node].function is not None:
        start = program.span(node)[0]
        yield start, start, "return ", "call"


def return_constant(program, node):
    """A returned expression becomes a constant."""
    if node.value is not None and not isinstance(node.value, ast.Constant):
        for value in ("True", "False", "0", "1", "-1", "[]", "None", "''"):
            yield program.span(node.value) + (value, value)


def outdent(program, node):
    """The last statement of a block leaves it."""
    parent = program.places[node].parent
    block, at = siblings(program, node)
    if isinstance(parent, (ast.If, ast.With, ast.Try) + LOOPS) and at == len(block) - 1 > 0 and program.rows(node) and (
        program.rows(parent) and program.rows(parent)[1] == program.rows(node)[1]
    ):
        yield program.rows(node) + (moved(program, node, program.indent(parent)), block_detail(parent, node))


def outdent_over_else(program, node):
    """A return or jump at the end of a loop body nested in if/for leaves two levels."""
    parent = program.places[node].parent
    if not isinstance(parent, (ast.If,) + LOOPS):
        return
    outer = program.places[parent].parent
    block, at = siblings(program, node)
    if isinstance(outer, (ast.If,) + LOOPS) and at == len(block) - 1 > 0 and program.rows(node) and program.rows(outer):
        if program.rows(outer)[1] == program.rows(node)[1]:
            yield program.rows(node) + (moved(program, node, program.indent(outer)), "2" + block_detail(outer, node))


def block_detail(block, node):
    return type(block).__name__ + ":" + type(node).__name__


def indent_into(program, node):
    """A statement moves into the block that ends before it, at the depth of any of its last statements."""
    block, at = siblings(program, node)
    if at == 0 or not isinstance(node, SIMPLE + (ast.If,)) or not program.rows(node):
        return
    target = block[at - 1]
    while list(blocks(target)) and program.rows(target) and not isinstance(target, FUNCTIONS):
        inner = list(blocks(target))[-1][1][-1]
        if not program.rows(inner) or program.rows(inner)[1] > program.rows(node)[0]:
            return
        yield program.rows(node) + (moved(program, node, program.indent(inner)), block_detail(target, node))
        target = inner


def delete_statement(program, node):
    """A statement goes; pass stays where it was alone."""
    block, _ = siblings(program, node)
    if docstring(node) or isinstance(node, FUNCTIONS + (ast.ClassDef, ast.Import, ast.ImportFrom)) or not program.rows(node):
        return
    if len(block) > 1:
        yield program.rows(node) + ("", type(node).__name__)
    elif not isinstance(node, ast.Pass):
        yield program.span(node) + ("pass", "alone:" + type(node).__name__)


def delete_clause(program, node):
    """An else or elif branch goes."""
    if node.orelse and program.rows(node) and program.rows(node.body[-1]):
        yield program.rows(node.body[-1])[1], program.rows(node)[1], "", "else"


def unwrap_block(program, node):
    """The body of an if stands without its condition."""
    if node.orelse or not program.rows(node) or not all(program.rows(s) for s in node.body):
        return
    yield program.rows(node) + ("".join(moved(program, s, program.indent(node)) for s in node.body), "if")


def swap_statements(program, node):
    block, at = siblings(program, node)
    if at + 1 >= len(block) or docstring(node) or not (program.rows(node) and program.rows(block[at + 1])):
        return
    (start, a), (b, stop) = program.rows(node), program.rows(block[at + 1])
    second = moved(program, block[at + 1], program.indent(node))
    if isinstance(node, SIMPLE + (ast.If,)) and isinstance(block[at + 1], SIMPLE + (ast.If,)):
        text = second + program.slice(a, b) + program.slice(start, a)
        yield start, stop, text, type(node).__name__ + ":" + type(block[at + 1]).__name__


def jump_swap(program, node):
    words = {"Break": "break", "Continue": "continue", "Pass": "pass"}
    old = words[type(node).__name__]
    allowed = ["pass", "break", "continue"] if program.places[node].loops else ["pass"]
    for new in allowed:
        if new != old:
            yield program.span(node) + (new, old + ":" + new)


def add_jump(program, node):
    """break or continue at the end of a branch in a loop."""
    if not program.places[node].loops or not program.rows(node.body[-1]) or isinstance(node.body[-1], (ast.Break, ast.Continue, ast.Return)):
        return
    for word in ("break", "continue"):
        yield line_after(program, node.body[-1], word) + (word,)


def missing_update(program, node):
    """A loop body gets an update at its end: a step, or an accumulator fed with the loop's value."""
    last, scope = node.body[-1], program.scope(program.places[node].function)
    if not program.rows(last):
        return
    tested = {n.id for n in ast.walk(getattr(node, "test", node)) if isinstance(n, ast.Name)} if isinstance(node, ast.While) else set()
    for name in [n for n in scope.names if n in tested][:4]:
        for step in ("+= 1", "-= 1", "//= 2", "//= 10"):
            yield line_after(program, last, name + " " + step) + ("while:" + step,)
    target = getattr(getattr(node, "target", None), "id", None)
    before = [n for n in scope.stored if scope.lines[n][0] < node.lineno and n != target][:5]
    for name in before:
        yield line_after(program, last, name + " += 1") + ("count",)
        if target:
            for form, detail in (("%s = %s", "copy"), ("%s += %s", "sum"), ("%s.append(%s)", "append"), ("%s.add(%s)", "add")):
                yield line_after(program, last, form % (name, target)) + (detail,)


def branch_update(program, node):
    """A branch in a loop gets a step of a name that another statement of the loop steps."""
    last, scope = node.body[-1], program.scope(program.places[node].function)
    if not program.places[node].loops or not program.rows(last) or isinstance(last, (ast.Return, ast.Break, ast.Continue)):
        return
    for name in [n for n in scope.stored if scope.lines[n][0] < node.lineno][:4]:
        for step in ("+= 1", "= 0", "= 1"):
            yield line_after(program, last, name + " " + step) + (step,)


def reset_in_loop(program, node):
    """An initial value moves into the loop that follows it."""
    block, at = siblings(program, node)
    if at + 1 >= len(block) or not isinstance(node.value, (ast.Constant, ast.List, ast.Dict)) or not program.rows(node):
        return
    for loop in block[at + 1 : at + 3]:
        if isinstance(loop, LOOPS) and program.rows(loop.body[0]):
            start, stop = program.rows(node)
            head = program.slice(stop, program.rows(loop.body[0])[0])
            yield start, program.rows(loop.body[0])[0], head + moved(program, node, program.indent(loop.body[0])), "into"


def hoist_from_loop(program, node):
    """An initial value at the start of a loop body moves before the loop."""
    parent = program.places[node].parent
    if isinstance(parent, LOOPS) and isinstance(node.value, (ast.Constant, ast.List, ast.Dict)) and len(parent.body) > 1:
        if program.rows(parent) and program.rows(node) and not isinstance(node.targets[0], ast.Subscript):
            start, stop = program.rows(node)
            top = program.rows(parent)[0]
            yield top, stop, moved(program, node, program.indent(parent)) + program.slice(top, start), "out"


def block_keyword(program, node):
    """if, while and elif for each other."""
    start = program.span(node)[0]
    for old, new in (("elif", "if"), ("if", "while"), ("if", "elif"), ("while", "if")):
        if program.slice(start, start + len(old) + 1).strip("(") in (old, old + " "):
            if new != "elif" or after_if(program, node):
                yield start, start + len(old), new, old + ":" + new


def after_if(program, node):
    block, at = siblings(program, node)
    return at > 0 and isinstance(block[at - 1], ast.If) and not block[at - 1].orelse


def else_attach(program, node):
    """The else of a loop belongs to the if that ends its body, or the other way round; or its body follows plainly."""
    if not node.orelse or not program.rows(node.body[-1]) or not all(program.rows(s) for s in node.orelse):
        return
    start, stop = program.rows(node.body[-1])[1], program.rows(node)[1]
    text = program.slice(start, stop)
    if not re.match(r"[ \t]*else[ \t]*:[ \t]*(#.*)?\r?\n", text):
        return
    outer = program.indent(node)
    yield start, stop, "".join(moved(program, s, outer) for s in node.orelse), "plain"
    inner = node.body[-1]
    if isinstance(inner, (ast.If,) + LOOPS) and not inner.orelse:
        yield start, stop, shift(text, outer, program.indent(inner)), "inner"
    above = program.places[node].parent
    if isinstance(above, LOOPS) and not above.orelse and above.body[-1] is node and program.rows(above):
        yield start, stop, shift(text, outer, program.indent(above)), "outer"


def shift(text, old, new):
    return "".join(new + line[len(old) :] if line.startswith(old) else line for line in text.splitlines(True))


def exception_type(program, node):
    """Another exception in an except clause."""
    if isinstance(node.type, ast.Name):
        for new in EXCEPTIONS:
            if new != node.type.id:
                yield program.span(node.type) + (new, node.type.id + ":" + new)


def mutable_default(program, node):
    """A list or dict default becomes None and is made anew in the body."""
    positional = getattr(node.args, "posonlyargs", []) + node.args.args
    for arg, default in zip(positional[::-1], node.args.defaults[::-1]):
        first = node.body[0]
        if not isinstance(default, (ast.List, ast.Dict, ast.Set)) or not program.rows(first):
            continue
        start, end = program.span(default)
        top, indent, unit = program.rows(first)[0], program.indent(first), program.unit
        check = "%sif %s is None:\n%s%s = %s\n" % (indent, arg.arg, indent + unit, arg.arg, program.slice(start, end))
        yield start, top, "None" + program.slice(end, top) + check, type(default).__name__


def missing_guard(program, node):
    """A check for an empty or small parameter at the start of a function."""
    first = next((s for s in node.body if not docstring(s)), None)
    if first is None or not program.rows(first):
        return
    inner = program.indent(first) + program.unit
    for name in program.scope(node).parameters[:3]:
        for value in MISSING[:7]:
            yield line_before(program, first, "if not %s:\n%sreturn %s" % (name, inner, value)) + ("empty:" + value,)
        yield line_before(program, first, "if %s < 0:\n%s%s = -%s" % (name, inner, name, name)) + ("negative",)
        for small in ("1", "0", name):
            yield line_before(program, first, "if %s <= 1:\n%sreturn %s" % (name, inner, small)) + ("small:" + small[:1],)


def copy_parameter(program, node):
    """A list parameter is copied before the function changes it."""
    first = next((s for s in node.body if not docstring(s)), None)
    if first is not None and program.rows(first):
        for name in program.scope(node).parameters[:3]:
            yield line_before(program, first, "%s = list(%s)" % (name, name)) + ("list",)


RULES = [
    ("missing-return", FUNCTIONS, missing_return),
    ("swap-booleans", FUNCTIONS, swap_booleans),
    ("inner-return", ast.Expr, inner_return),
    ("return-constant", ast.Return, return_constant),
    ("outdent", ast.stmt, outdent),
    ("outdent-twice", ast.stmt, outdent_over_else),
    ("indent", ast.stmt, indent_into),
    ("delete-statement", ast.stmt, delete_statement),
    ("delete-clause", (ast.If,) + LOOPS, delete_clause),
    ("unwrap-block", ast.If, unwrap_block),
    ("swap-statements", ast.stmt, swap_statements),
    ("jump-swap", (ast.Break, ast.Continue, ast.Pass), jump_swap),
    ("add-jump", ast.If, add_jump),
    ("missing-update", LOOPS, missing_update),
    ("branch-update", ast.If, branch_update),
    ("reset-in-loop", ast.Assign, reset_in_loop),
    ("hoist-from-loop", ast.Assign, hoist_from_loop),
    ("block-keyword", (ast.If, ast.While), block_keyword),
    ("else-attach", (ast.If,) + LOOPS, else_attach),
    ("exception-type", ast.ExceptHandler, exception_type),
    ("mutable-default", FUNCTIONS, mutable_default),
    ("missing-guard", FUNCTIONS, missing_guard),
    ("copy-parameter", FUNCTIONS, copy_parameter),
]
"""(kind, node types, rule); these change blocks, so their results are parsed before they count."""

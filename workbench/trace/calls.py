"""Takes out of tests the calls of the program, without what is expected of them.

One request per line on stdin, one answer per line on stdout, both JSON:

    {"program": source, "setup": source, "entry_point": name, "test": source}
    {"before": source, "after": source, "calls": [expression, ...], "reason": text}

calls are the outermost calls of the program's names, in order: inputs, and
nothing that the test compares with. What a builtin takes out of a result, such
as list of a generator, is a part of the call: without it nothing would run. before and after are the statements of
the setup, and of the test, that these inputs need: before the program and,
where they need its names, after it. reason says why there are no calls.
No code is run here: programs and tests are parsed.
"""

import ast
import builtins
import json
import sys

MODULES = {"math", "re", "string", "random", "itertools", "functools", "collections", "heapq", "bisect", "datetime",
           "decimal", "fractions", "operator", "copy", "statistics", "sys", "typing", "json", "cmath"}


TAKERS = {"list", "tuple", "set", "frozenset", "dict", "sorted", "sum", "next", "any", "all", "min", "max"}


class Refused(Exception):
    """The test is not one of plain calls; says why."""


def bound(node):
    """The names that a statement, or the inside of an expression, binds."""
    names = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            names.add(part.id)
        elif isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(part.name)
        elif isinstance(part, ast.alias):
            names.add((part.asname or part.name).split(".")[0])
        elif isinstance(part, ast.arg):
            names.add(part.arg)
    return names


def used(node):
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}


def root(function):
    """The name that a called thing begins with: f, Solution in Solution().f."""
    while isinstance(function, (ast.Attribute, ast.Call)):
        function = function.value if isinstance(function, ast.Attribute) else function.func
    return function.id if isinstance(function, ast.Name) else None


def defined(program):
    try:
        tree = ast.parse(program)
    except (SyntaxError, ValueError):
        return set()
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign)
    return set().union(*(bound(s) if isinstance(s, ast.Assign) else {s.name} for s in tree.body if isinstance(s, kinds)))


class Plan:
    def __init__(self, program, setup, entry, test):
        self.roots = defined(program) | {entry.split(".")[0]}
        self.statements = ast.parse(test).body
        self.givers = [s for s in ast.parse(setup).body]
        self.givers += [s for s in self.statements if isinstance(s, (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign))]
        self.needed = []

    def calls(self):
        found = []
        for statement in self.statements:
            if isinstance(statement, (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.AsyncFunctionDef)):
                raise Refused("the test has code of its own")
            self.outermost(statement, frozenset(), found)
        if not found:
            raise Refused("the test calls nothing of the program")
        for statement, call in found:
            self.need(used(call) - bound(call))
        return [ast.unparse(call) for statement, call in found if statement not in self.needed]

    def outermost(self, node, local, found, statement=None):
        statement = statement or node
        if isinstance(node, ast.Call) and (root(node.func) in self.roots or self.takes(node)):
            if used(node) & local:
                raise Refused("the test calls the program in a loop of its own")
            found.append((statement, node))
            return
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)):
            local = local | bound(node)
        for child in ast.iter_child_nodes(node):
            self.outermost(child, local, found, statement)

    def takes(self, node):
        """Whether a builtin is called with nothing but a call of the program."""
        if not isinstance(node.func, ast.Name) or node.func.id not in TAKERS - self.roots or len(node.args) != 1 or node.keywords:
            return False
        inner = node.args[0]
        return isinstance(inner, ast.Call) and (root(inner.func) in self.roots or self.takes(inner))

    def need(self, names):
        for name in sorted(names):
            givers = [s for s in self.givers if name in bound(s)]
            if not givers and name in MODULES:
                givers = ast.parse("import " + name).body
                self.givers += givers
            if not givers and name not in self.roots and not hasattr(builtins, name):
                raise Refused("the input needs %s, which nothing gives" % name)
            for giver in givers:
                if giver not in self.needed:
                    self.needed.append(giver)
                    self.need(used(giver) - bound(giver))

    def setup(self):
        """The needed statements, those before the program and those after it."""
        parts, late = ([], []), set()
        for statement in self.givers:
            if statement in self.needed:
                after = bool(used(statement) & (self.roots | late))
                if after:
                    late |= bound(statement)
                parts[after].append(ast.unparse(statement))
        return ["\n".join(part) for part in parts]


def answer(request):
    try:
        plan = Plan(request["program"], request["setup"], request["entry_point"], request["test"])
        calls = plan.calls()
        before, after = plan.setup()
        return {"before": before, "after": after, "calls": calls, "reason": ""}
    except Refused as refused:
        return {"reason": str(refused)}
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        return {"reason": "the test cannot be read: %s" % type(problem).__name__}


def main():
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()

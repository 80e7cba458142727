"""Records what the functions of one program do to their variables.

An instrument of the sandbox: loaded into the parent of the candidates, used in
the candidate's own process. It needs the standard library alone, and runs no
code of the candidate: values are read through the C accessors of the builtin
types, so that a lying __repr__, __eq__, property or metaclass is never asked.

    run = begin(options, filename, source)
    run.execute(code, namespace)    the program's top level, not recorded unless it raises
    run.evaluate(code, namespace)   an expression, whose calls into the program are recorded
    run.report() -> bytes           the events so far, one JSON array per line

What the program returns or raises stays in the report: execute and evaluate
give None and do not raise. After the first exception that nothing caught,
further expressions are not evaluated, as the test would not have come to them.

A report begins with ["recorder", version, python], goes on with one line per
event, [kind, frame, depth, line, [[name, value], [removed name], ...]], and
ends with ["end", reason], reason being empty for a complete trace.
"""

import ast
import collections
import datetime
import decimal
import enum
import fractions
import itertools
import json
import opcode
import re
import signal
import sys
import types
import weakref

VERSION = "recorder/1"

LIMITS = {
    "events": 20000,  # events of one run
    "bytes": 4 << 20,  # rendered characters of one run
    "chars": 512,  # characters of one value
    "items": 50,  # items shown of one container
    "depth": 8,  # containers within containers
    "nodes": 256,  # parts of one value
    "seconds": 2.0,  # CPU time of one expression
}

MISSING = object()
LAST = (1 << 31, 0)
AGAIN = 0.005  # seconds between attempts to end an expression


# ---- values ---------------------------------------------------------------



def ids(*kinds):
    """A set of types that is asked by identity: a metaclass may define hash and equality."""
    return frozenset(map(id, kinds))


NONE = type(None)
NUMBERS = ids(int, float, bool, NONE)
ORDERED = ids(int, float, bool)
INTEGERS = ids(int)
ATOMS = NUMBERS | ids(str)
ROWS = ids(list, tuple)
FUNCTIONS = ids(types.FunctionType, types.BuiltinFunctionType, types.ModuleType, type)
STABLE = ATOMS | FUNCTIONS | ids(bytes, complex, range, type(Ellipsis), decimal.Decimal)
PLAIN = ids(complex, range, type(Ellipsis), type(NotImplemented), decimal.Decimal, datetime.date, datetime.timedelta, re.Pattern)
PAYLOADS = ids(int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, collections.deque)
BRACKETS = {list: "[]", tuple: "()", set: "{}", frozenset: "{}", collections.deque: "[]"}


def kinds_of(items):
    return set(map(id, map(type, items)))


mro_of = type.__dict__["__mro__"].__get__
vars_of = type.__dict__["__dict__"].__get__
qualname_of = type.__dict__["__qualname__"].__get__
module_of = type.__dict__["__module__"].__get__
args_of = BaseException.args.__get__
traceback_of = BaseException.__traceback__.__get__
exact = str.__str__  # of a subclass too, without its say


def name_of(cls, get=type.__dict__["__name__"].__get__):
    return exact(get(cls))


def holds(mro, cls):
    return any(base is cls for base in mro)


class Shape:
    """What is known of a class: its name and how to read its instances."""

    __slots__ = ("name", "payload", "error", "enum", "fields", "dict", "slots")

    def __init__(self, cls):
        mro = mro_of(cls)
        self.name = name_of(cls)
        self.error = holds(mro, BaseException)
        self.enum = holds(mro, enum.Enum)
        self.payload = next((base for base in mro if id(base) in PAYLOADS), None)
        self.fields = self.dict = None
        self.slots = []
        for base in mro:
            names = vars_of(base)
            fields = names.get("_fields")
            if self.payload is tuple and type(fields) is tuple and self.fields is None:
                self.fields = [f for f in fields if type(f) is str]
            self.read(names)

    def read(self, names):
        """Collects the accessors that C, not the candidate, implements."""
        found = names.get("__dict__")
        if self.dict is None and type(found) is types.GetSetDescriptorType:
            self.dict = found.__get__
        if "__slots__" in names:
            for name, value in names.items():
                if type(value) is types.MemberDescriptorType and name not in ("__weakref__", "__dict__"):
                    self.slots.append((name, value.__get__))

    def attributes(self, obj):
        """The instance's attributes, in order, without asking the instance."""
        found = []
        for name, get in self.slots:
            try:
                found.append((name, get(obj)))
            except AttributeError:
                pass
        if self.dict is not None:
            held = self.dict(obj)
            if type(held) is dict:
                found.extend(held.items())
        return found


class Ordinals:
    """Numbers instances per class in the order of their first appearance."""

    def __init__(self):
        self.known = {}
        self.counts = {}

    def find(self, obj):
        entry = self.known.get(id(obj))
        return entry[0] if entry else None

    def give(self, obj, name):
        number = self.counts[name] = self.counts.get(name, 0) + 1
        key = id(obj)
        try:
            hold = weakref.ref(obj, lambda _, known=self.known: known.pop(key, None))
        except TypeError:
            hold = obj  # cannot be watched: kept, so that its address is not used again
        self.known[key] = (number, hold)
        return number


class Renderer:
    """Renders values as Python would, bounded, without running their code."""

    def __init__(self, limits):
        self.limits = limits
        self.ordinals = Ordinals()
        self.shapes = {}
        self.anonymous = False
        self.reset()
        special = {
            collections.defaultdict: self.defaultdict,
            collections.Counter: self.counter,
            collections.OrderedDict: self.ordered,
            fractions.Fraction: self.fraction,
            datetime.datetime: self.datetime,
            slice: self.slice,
            re.Match: self.match,
            types.FunctionType: self.function,
            types.GeneratorType: self.suspended,
            types.CoroutineType: self.suspended,
            types.AsyncGeneratorType: self.suspended,
            types.MethodType: self.method,
            types.BuiltinFunctionType: lambda obj, depth: "<built-in function %s>" % obj.__name__,
            types.ModuleType: self.module,
            type({}.keys()): self.keys,
            type({}.values()): self.keys,
            type({}.items()): self.keys,
        }
        self.special = {id(kind): render for kind, render in special.items()}

    def reset(self):
        self.left = self.limits["chars"]
        self.nodes = self.limits["nodes"]
        self.path = set()
        self.shown = set()

    def text(self, obj):
        """One value, at most a little longer than the limit."""
        kind = type(obj)
        if kind is int and -1000000000 < obj < 1000000000 or kind is bool or obj is None:
            return repr(obj)
        if kind is str and len(obj) < self.limits["chars"]:
            return repr(obj)
        self.reset()
        return self.any(obj, 0)

    def any(self, obj, depth):
        text = self.compose(obj, type(obj), depth)
        self.nodes -= 1
        return text

    def spend(self, text):
        self.left -= len(text)
        return text

    def compose(self, obj, kind, depth):
        if id(kind) in ATOMS:
            return self.spend(self.atom(obj, kind))
        if kind is list or kind is tuple or kind is set or kind is frozenset or kind is collections.deque:
            return self.sequence(obj, kind, depth)
        if kind is dict:
            return self.mapping(dict.items(obj), len(obj), obj, depth)
        if kind is bytes or kind is bytearray:
            return self.spend(self.bytes(obj, kind))
        if id(kind) in PLAIN:
            return self.spend(self.clip(repr(obj)))
        special = self.special.get(id(kind))
        if special is not None:
            return special(obj, depth)
        if holds(mro_of(kind), type):
            return self.spend(self.clip(self.klass(obj)))
        return self.instance(obj, kind, depth)

    # -- atoms

    def clip(self, text):
        limit = self.limits["chars"]
        return text if len(text) <= limit else "%s...+%d" % (text[:limit], len(text) - limit)

    def atom(self, obj, kind):
        if kind is str:
            limit = max(self.left, 8)
            if len(obj) <= limit:
                return repr(obj)
            return "%r...+%d" % (obj[:limit], len(obj) - limit)
        if kind is int and obj.bit_length() > 1700:
            return self.huge(obj)
        return repr(obj)

    def huge(self, obj):
        bits = obj.bit_length()
        return "%s0x%x...+%d bits" % ("-" if obj < 0 else "", abs(obj) >> (bits - 64), bits - 64)

    def bytes(self, obj, kind):
        limit = max(self.left, 8)
        if len(obj) <= limit:
            return repr(obj)
        return "%r...+%d" % (kind(obj[:limit]), len(obj) - limit)

    # -- containers

    def sequence(self, obj, kind, depth):
        """A container of the exact builtin type, seen through that type alone."""
        size = kind.__len__(obj)
        if kind is list or kind is tuple:
            text = self.quick(obj, size)
            if text is not None:
                return text
        opening, closing = BRACKETS[kind]
        if not size:
            inner = opening + closing if opening != "{" else ""
        elif id(obj) in self.path:
            return opening + "..." + closing
        else:
            inner = self.enclosed(obj, kind, size, depth)
            if kind is tuple and size == 1:
                inner += ","
            inner = opening + inner + closing
        if kind is set:
            return inner or "set()"
        if kind is frozenset:
            return "frozenset(%s)" % inner
        if kind is collections.deque:
            return "deque(%s%s)" % (inner, "" if obj.maxlen is None else ", maxlen=%d" % obj.maxlen)
        return inner

    def quick(self, obj, size):
        """The repr of a list or tuple of exact atoms, or of such lists; else None."""
        most = self.limits["items"]
        shown = obj if size <= most else obj[:most]
        kinds, atoms = kinds_of(shown), shown
        if kinds and kinds <= ROWS and sum(map(len, shown)) <= self.limits["nodes"] and max(map(len, shown)) <= most:
            atoms = list(itertools.chain.from_iterable(shown))
            kinds = kinds_of(atoms)
        if not kinds <= NUMBERS:
            if not kinds <= ATOMS or sum([len(atom) for atom in atoms if type(atom) is str]) > self.left:
                return None
        try:
            text = repr(shown)
        except ValueError:  # more digits than Python likes to print
            return None
        if size > most:
            text = "%s, ...+%d%s" % (text[:-1], size - most, text[-1])
        return self.spend(text) if len(text) <= self.left else None

    def enclosed(self, obj, kind, size, depth):
        if depth >= self.limits["depth"] or self.left <= 0 or self.nodes <= 0:
            return "...+%d" % size
        self.path.add(id(obj))
        if kind is set or kind is frozenset:
            items = self.sorted(obj, kind, depth)
        else:
            items = kind.__iter__(obj)
        text = self.joined(items, size, lambda item: self.any(item, depth + 1))
        self.path.discard(id(obj))
        return text

    def joined(self, items, size, render):
        parts = []
        for item in itertools.islice(items, self.limits["items"]):
            if self.left <= 0 or self.nodes <= 0:
                break
            parts.append(render(item))
            self.left -= 2
        if size > len(parts):
            parts.append("...+%d" % (size - len(parts)))
        return ", ".join(parts)

    def sorted(self, obj, kind, depth):
        """The items of a set in an order that no hash decides."""
        items = list(itertools.islice(kind.__iter__(obj), 4 * self.limits["items"]))
        saved = self.left, self.nodes, self.anonymous, set(self.path), set(self.shown)
        keyed = []
        self.anonymous = True
        for item in items:
            self.left, self.nodes = 200, 50
            keyed.append((self.order(item, depth), item))
        self.left, self.nodes, self.anonymous, self.path, self.shown = saved
        keyed.sort(key=lambda pair: pair[0])
        return [item for _, item in keyed]

    def order(self, item, depth):
        if id(type(item)) in ORDERED and item == item:
            return (0, item, "")
        return (1, 0, name_of(type(item)) + " " + self.any(item, depth + 1))

    def mapping(self, items, size, obj, depth):
        if not size:
            return "{}"
        if id(obj) in self.path:
            return "{...}"
        if size <= self.limits["items"] and type(obj) is dict:
            text = self.quick_mapping(obj)
            if text is not None:
                return text
        if depth >= self.limits["depth"] or self.left <= 0 or self.nodes <= 0:
            return "{...+%d}" % size
        self.path.add(id(obj))
        text = self.joined(items, size, lambda pair: "%s: %s" % (self.any(pair[0], depth + 1), self.any(pair[1], depth + 1)))
        self.path.discard(id(obj))
        return "{%s}" % text

    def quick_mapping(self, obj):
        kinds = kinds_of(obj) | kinds_of(obj.values())
        if not kinds <= ATOMS:
            return None
        if id(str) in kinds:
            length = sum([len(key) for key in obj if type(key) is str])
            if length + sum([len(value) for value in obj.values() if type(value) is str]) > self.left:
                return None
        try:
            text = repr(obj)
        except ValueError:
            return None
        return self.spend(text) if len(text) <= self.left else None

    # -- the standard library's own

    def defaultdict(self, obj, depth):
        factory = collections.defaultdict.default_factory.__get__(obj)
        return "defaultdict(%s, %s)" % (self.any(factory, depth), self.mapping(dict.items(obj), len(obj), obj, depth))

    def counter(self, obj, depth):
        items = dict.items(obj)
        if len(obj) <= 1000 and kinds_of(dict.values(obj)) <= INTEGERS:
            items = sorted(items, key=lambda pair: -pair[1])
        return "Counter(%s)" % (self.mapping(items, len(obj), obj, depth) if items else "")

    def ordered(self, obj, depth):
        items = dict.items(obj)
        if kinds_of(dict.keys(obj)) <= ATOMS:  # walking in its order hashes the keys
            items = collections.OrderedDict.items(obj)
        return "OrderedDict(%s)" % (self.mapping(items, len(obj), obj, depth) if len(obj) else "")

    def keys(self, obj, depth):
        return "%s([%s])" % (name_of(type(obj)), self.joined(iter(obj), len(obj), lambda item: self.any(item, depth + 1)))

    def fraction(self, obj, depth):
        parts = [getattr(fractions.Fraction, name).__get__(obj) for name in ("_numerator", "_denominator")]
        return "Fraction(%s, %s)" % tuple(self.any(part, depth + 1) for part in parts)

    def datetime(self, obj, depth):
        return self.spend(repr(obj.replace(tzinfo=None)))

    def slice(self, obj, depth):
        return "slice(%s, %s, %s)" % tuple(self.any(part, depth + 1) for part in (obj.start, obj.stop, obj.step))

    def match(self, obj, depth):
        if type(obj.string) not in (str, bytes):
            return "<re.Match>"
        return "<re.Match object; span=%r, match=%s>" % (obj.span(), self.any(obj.group(), depth + 1))

    def function(self, obj, depth):
        return self.spend("<function %s>" % exact(obj.__qualname__))

    def suspended(self, obj, depth):
        return self.spend("<%s object %s>" % (type(obj).__name__, exact(obj.__qualname__)))

    def method(self, obj, depth):
        known = type(obj.__func__) is types.FunctionType
        return self.spend("<bound method %s>" % exact(obj.__func__.__qualname__) if known else "<bound method>")

    def module(self, obj, depth):
        name = types.ModuleType.__getattribute__(obj, "__dict__").get("__name__")
        return self.spend("<module %s>" % (self.atom(name, str) if type(name) is str else "?"))

    def klass(self, cls):
        module = module_of(cls)
        name = exact(qualname_of(cls))
        if type(module) is str and module in sys.modules and module not in ("builtins", "__main__"):
            name = module + "." + name
        return "<class %r>" % name

    # -- instances

    def shape(self, kind):
        known = self.shapes.get(id(kind))
        if known is None:
            if len(self.shapes) > 1000:
                self.shapes.clear()
            known = self.shapes[id(kind)] = (Shape(kind), kind)  # held: its address stays its own
        return known[0]

    def instance(self, obj, kind, depth):
        shape = self.shape(kind)
        if shape.error:
            return self.error(obj, shape, depth)
        if shape.enum:
            return self.member(obj, shape, depth)
        if shape.fields is not None and tuple.__len__(obj) == len(shape.fields):
            pairs = zip(shape.fields, tuple.__iter__(obj))
            return "%s(%s)" % (shape.name, self.named(pairs, len(shape.fields), depth))
        handle = shape.name + self.ordinal(obj, shape)
        if id(obj) in self.shown or depth >= self.limits["depth"]:
            return self.spend("<%s>" % handle)
        self.shown.add(id(obj))
        parts = [self.spend(handle)]
        if shape.payload is not None:
            parts.append(self.payload(obj, shape.payload, depth))
        attributes = shape.attributes(obj)
        if attributes:
            parts.append(self.named(attributes, len(attributes), depth))
        return "<%s>" % " ".join(parts)

    def ordinal(self, obj, shape):
        if not (shape.dict or shape.slots or shape.payload):
            return " object"  # nothing of the candidate's to tell apart
        number = self.ordinals.find(obj)
        if number is None:
            if self.anonymous:
                return "#?"
            number = self.ordinals.give(obj, shape.name)
        return "#%d" % number

    def named(self, pairs, size, depth):
        return self.joined(pairs, size, lambda pair: "%s=%s" % (
            pair[0] if type(pair[0]) is str else "?", self.any(pair[1], depth + 1)))

    def payload(self, obj, base, depth):
        """What an instance of a subclass holds as the builtin it extends."""
        if base is dict:
            return self.mapping(dict.items(obj), dict.__len__(obj), obj, depth)
        if base in BRACKETS:
            plain = list(itertools.islice(base.__iter__(obj), self.limits["items"] + 1))
            if base is collections.deque:
                base = list
            return self.sequence(base(plain) if base is not frozenset else set(plain), set if base is frozenset else base, depth)
        if base is str:
            return self.atom(str.__str__(obj)[:] if type(str.__str__(obj)) is str else str.__getitem__(obj, slice(None)), str)
        if base is int:
            return self.atom(int.__index__(obj), int)
        if base in (bytes, bytearray):
            return self.bytes(base(base.__getitem__(obj, slice(0, self.limits["chars"]))), base)
        return self.spend(base.__repr__(obj))

    def error(self, obj, shape, depth):
        args = args_of(obj)
        if holds(mro_of(type(obj)), SyntaxError):
            args = args[:1]  # the rest is where, told by the event's line
        if id(obj) in self.shown or type(args) is not tuple:
            return self.spend("%s(...)" % shape.name)
        self.shown.add(id(obj))
        return "%s(%s)" % (shape.name, self.joined(args, len(args), lambda item: self.any(item, depth + 1)))

    def member(self, obj, shape, depth):
        held = dict(shape.attributes(obj))
        name = held.get("_name_")
        return "<%s.%s: %s>" % (shape.name, name if type(name) is str else "?", self.any(held.get("_value_"), depth + 1))


# ---- programs -------------------------------------------------------------

OPS = opcode.opmap
YIELDS = {OPS[name] for name in ("YIELD_VALUE", "YIELD_FROM", "RESUME") if name in OPS}
RETURNS = {OPS[name] for name in ("RETURN_VALUE", "RETURN_CONST", "RETURN_GENERATOR") if name in OPS}
STOPS = {OPS[name] for name in ("FOR_ITER", "SEND", "END_SEND", "YIELD_FROM", "END_ASYNC_FOR") if name in OPS}
BACK = bytes([OPS["YIELD_FROM"]]) if sys.version_info < (3, 11) else None  # it suspends one instruction before itself
RAISE = OPS["RAISE_VARARGS"]
GLOBALS = {OPS[name] for name in ("LOAD_GLOBAL", "STORE_GLOBAL", "DELETE_GLOBAL")}
EXTENDED = OPS["EXTENDED_ARG"]
HIDDEN = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}
CLASS_NAMES = {"__module__", "__qualname__", "__doc__", "__annotations__", "__classcell__", "__classdict__",
               "__firstlineno__", "__static_attributes__", "__conditional_annotations__"}
OPTIMIZED, VARARGS, VARKEYWORDS, COROUTINE, ASYNC_GENERATOR = 1, 4, 8, 128, 512


class Layout:
    """Which statement each line of the source belongs to."""

    def __init__(self, source):
        self.starts = {}  # line -> first line of its statement, where they differ
        self.deletes = set()  # statements that delete a name
        self.returns = set()  # statements that return
        self.names = {}  # name -> where it is bound, in order
        self.loops = set()  # loops whose body begins on the line of their head
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        for node in ast.walk(tree):
            self.place(node)
            self.bind(node)
        for places in self.names.values():
            places.sort()

    def place(self, node):
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
        if isinstance(node, (ast.For, ast.While, ast.AsyncFor)) and node.body[0].lineno == start:
            self.loops.add(start)

    def bind(self, node):
        """Notes where names get their values: the order in which a step shows them."""
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            name = node.id
        else:
            name = getattr(node, "arg", None) or getattr(node, "name", None)
        if isinstance(name, str) and hasattr(node, "lineno"):
            self.names.setdefault(name, []).append((node.lineno, node.col_offset))

    def order(self, name, line):
        """A sort key: where, from the given line on, the name is first bound."""
        return next((place for place in self.names.get(name, ()) if place[0] >= line), (1 << 30, 0))

    def first(self, node):
        return min([node.lineno] + [d.lineno for d in getattr(node, "decorator_list", [])])


class Code:
    """What is known of a code object of the program."""

    __slots__ = ("code", "ops", "hidden", "params", "order", "globals", "klass", "coroutine", "async_generator", "jumps")

    def __init__(self, code, layout):
        self.code = code
        self.ops = code.co_code
        self.hidden = code.co_name in HIDDEN or code.co_name.startswith("<generic parameters")
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


# ---- events ---------------------------------------------------------------


class Call:
    """One call of a function of the program, from its start to its end."""

    __slots__ = ("recorder", "info", "number", "depth", "pending", "offset", "same", "texts", "raised", "error", "resumed", "ending", "returning")

    def __init__(self, recorder, info, number):
        self.recorder = recorder
        self.info = info
        self.number = number
        self.depth = 0
        self.pending = 0  # first line of the statement being executed
        self.offset = 0  # of the instruction it began with
        self.same = {}  # name -> immutable object last seen
        self.texts = {}  # name -> rendering last seen
        self.returning = 0  # the last return statement reached
        self.raised = False
        self.error = None  # (line, text) of an exception not yet written
        self.resumed = False
        self.ending = False  # by GeneratorExit, which Python may or may not show

    def start(self, frame):
        """The event of the call: its parameters; everything else is the baseline."""
        self.diff(frame)
        params = [[name, self.texts[name]] for name in self.info.params if name in self.texts]
        self.write("call", self.recorder.statement(frame.f_lineno), params)

    def trace(self, frame, event, arg):
        """The local trace function of the call's frame."""
        try:
            if event == "line":
                self.line(frame)
            elif event == "return":
                self.leave(frame, arg)
            elif event == "exception":
                self.exception(frame, arg)
        except RecursionError:
            self.recorder.deep = True
        except Exception as error:  # the recorder's own trouble must not reach the candidate
            self.recorder.stop("recorder: " + name_of(type(error)))
        return self.trace

    def line(self, frame):
        recorder = self.recorder
        line = frame.f_lineno
        if line is None:
            return
        start = recorder.starts.get(line, line)
        offset = frame.f_lasti
        self.raised = False
        if start == self.pending and offset > self.offset:
            if start not in recorder.loops or offset not in self.info.rounds(line):
                return  # the same statement, going on on another of its lines
            self.flush(frame)
            return
        self.flush(frame)
        self.pending = start
        self.offset = offset
        if start in recorder.layout.returns:
            self.returning = start

    def flush(self, frame):
        """Writes what the statement now finished has done."""
        if self.resumed:
            self.resumed = False
            self.write("resume", self.pending, [])
        if self.pending:
            self.write("line", self.pending, self.diff(frame))
        self.settle()

    def settle(self):
        """Writes the exception that the statement ended with."""
        if self.error is not None:
            line, text = self.error
            self.error = None
            self.write("exception", line, [["__exception__", text]])

    def leave(self, frame, value):
        recorder = self.recorder
        ops, at = self.info.ops, frame.f_lasti
        if not self.raised and (ops[at] in YIELDS or ops[at + 2:at + 3] == BACK):
            self.suspend(frame, value)
            recorder.leave(self)
            return
        self.flush(frame)
        line = self.pending or recorder.statement(frame.f_lineno)
        if ops[at] in RETURNS:
            if value is not None and self.returning:
                line = self.returning  # however many finally and with lines came after it
            self.write("return", line, [] if self.info.klass else [["__return__", recorder.renderer.text(value)]])
        elif not self.ending:
            self.write("unwind", line, [])
        recorder.leave(self)

    def suspend(self, frame, value):
        if self.resumed:
            self.resumed = False
            self.write("resume", self.pending, [])
        if self.info.async_generator:
            held = gc_referents(value)
            changes = [["__yield__", self.recorder.renderer.text(held[0])]] if held else []
        else:
            changes = [] if self.info.coroutine else [["__yield__", self.recorder.renderer.text(value)]]
        self.write("yield", self.recorder.statement(frame.f_lineno) or self.pending, changes)

    def exception(self, frame, arg):
        kind, value, traceback = arg
        recorder = self.recorder
        op = self.info.ops[frame.f_lasti] if frame.f_lasti >= 0 else -1
        if op in STOPS and (kind is StopIteration or kind is StopAsyncIteration):
            return  # how a loop ends
        self.raised = True
        if kind is GeneratorExit and op != RAISE:
            self.resumed = False
            self.ending = True
            return
        if recorder.known(value) and op != RAISE:
            return  # on its way through
        recorder.remember(value)
        line = frame.f_lineno if op == RAISE else recorder.origin(traceback, frame.f_lineno)
        self.error = (line, recorder.renderer.text(value))

    def diff(self, frame):
        """The variables that differ from what was last seen of them."""
        changes = []
        names = frame.f_locals
        if id(type(names)) in NAMESPACES:
            self.compare(names.items(), changes)
            if len(self.texts) > len(names):
                self.missing(names, frame, changes)
        if self.info.globals:
            self.compare(self.global_items(frame.f_globals), changes)
        if len(changes) > 1:
            order = self.info.order
            changes.sort(key=lambda change: order.get(change[0], LAST))
        return changes

    def compare(self, items, changes):
        same, texts, klass = self.same, self.texts, self.info.klass
        render = self.recorder.renderer.text
        for name, value in items:
            if same.get(name, MISSING) is value:
                continue
            if type(name) is not str or name[:1] == "." or klass and name in CLASS_NAMES:
                continue
            kind = type(value)
            if id(kind) in STABLE or kind is tuple and ATOMS.issuperset(kinds_of(value)):
                same[name] = value
            elif name in same:
                del same[name]
            text = render(value)
            if texts.get(name) != text:
                texts[name] = text
                changes.append([name, text])

    def missing(self, names, frame, changes):
        held = frame.f_globals
        for name in [name for name in self.texts if name not in names]:
            if name in self.info.globals and name in held:
                continue
            del self.texts[name]
            self.same.pop(name, None)
            if self.pending in self.recorder.layout.deletes:
                changes.append([name])

    def global_items(self, held):
        for name in self.info.globals:
            value = held.get(name, MISSING)
            if value is not MISSING and id(type(value)) not in FUNCTIONS:
                yield name, value

    def write(self, kind, line, changes):
        self.recorder.write(kind, self.number, self.depth, line, changes)


NAMESPACES = ids(dict, type((lambda: sys._getframe())().f_locals))


def gc_referents(value):
    import gc  # only asynchronous generators need it

    return gc.get_referents(value)


def probe(levels):
    if levels:
        probe(levels - 1)


class Cut(BaseException):
    """Takes the program off the stack when its recording has ended."""


class Recorder:
    """The events of one run, and the calls that are under way."""

    def __init__(self, options, filename, source):
        self.limits = dict(LIMITS)
        self.limits.update((k, v) for k, v in options.items() if k in LIMITS)
        self.filename = filename
        self.layout = Layout(source)
        self.starts, self.loops = self.layout.starts, self.layout.loops
        self.renderer = Renderer(self.limits)
        self.codes = {}
        self.events = []
        self.room = self.limits["bytes"]
        self.calls = 0
        self.stack = []
        self.recent = []
        self.reason = ""
        self.deep = self.lost = self.over = False
        self.hook = self.enter

    def statement(self, line):
        return self.starts.get(line, line)

    def enter(self, frame, event, arg):
        """The global trace function: called at each start and each resumption."""
        code = frame.f_code
        if code.co_filename != self.filename:
            return None
        try:
            return self.begin_call(frame, code)
        except RecursionError:
            self.deep = True
        except Exception as error:
            self.stop("recorder: " + name_of(type(error)))
        return None

    def begin_call(self, frame, code):
        found = self.codes.get(id(code))
        if found is None:
            found = self.codes[id(code)] = Code(code, self.layout)
        if found.hidden or code.co_name == "<module>" or self.deep and len(self.stack) > 50:
            return None
        if len(self.stack) > 60:
            probe(100)
        call = getattr(frame.f_trace, "__self__", None)
        if type(call) is Call:
            call.resumed, call.raised = True, False
            self.push(call)
            return call.trace
        if self.stack:
            self.stack[-1].settle()
        self.calls += 1
        call = Call(self, found, self.calls)
        self.push(call)
        call.start(frame)
        return call.trace

    def push(self, call):
        self.stack.append(call)
        call.depth = len(self.stack)

    def leave(self, call):
        while self.stack and self.stack.pop() is not call:
            pass

    def known(self, error):
        return any(seen is error for seen in self.recent)

    def remember(self, error):
        self.recent = [seen for seen in self.recent if seen is not error][-7:] + [error]

    def origin(self, traceback, line, full=False):
        """The program's last line that the exception came through, else the given one.

        On a full stack it may seem to come from the head of a function, where
        Python had no room to call the trace function: the call raised it then.
        """
        while traceback is not None:
            code = traceback.tb_frame.f_code
            if code.co_filename == self.filename and not (full and traceback.tb_lineno == code.co_firstlineno):
                line = traceback.tb_lineno
            traceback = traceback.tb_next
        return max(line, self.statement(line))  # a decorator's line stands for its def

    def write(self, kind, number, depth, line, changes):
        self.events.append([kind, number, depth, line, changes])
        for change in changes:
            text = change[-1]
            self.room -= len(text) if text.isascii() else 6 * len(text)
        if len(self.events) >= self.limits["events"]:
            self.stop("events")
        elif self.room <= 0:
            self.stop("bytes")

    def stop(self, reason):
        """Ends recording, and with it the expression: nothing more will be seen of it."""
        self.reason = self.reason or reason
        sys.settrace(None)
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, AGAIN, AGAIN)  # the program may catch the first
        raise Cut

    # -- what the runner calls

    def execute(self, code, namespace):
        """Runs top-level code; an exception of the program's own is recorded."""
        try:
            exec(code, namespace)
        except BaseException as error:
            self.failed(error)

    def evaluate(self, code, namespace):
        """Evaluates an expression and records it."""
        if self.reason or self.over:
            return
        self.stack.clear()
        clock = Clock(self)
        try:
            clock.start(self.limits["seconds"])
            sys.settrace(self.hook)
            try:
                eval(code, namespace)
            finally:
                clock.stop()
                self.lost = self.lost or sys.gettrace() is not self.hook
                sys.settrace(None)
        except Cut:
            clock.stop()
        except BaseException as error:
            self.over = True
            self.unwind(error)

    def unwind(self, error):
        """Ends the calls that were under way when Python gave up tracing.

        At the recursion limit there is no room to call a trace function, and
        Python then drops it; what is left to tell is known all the same.
        """
        if not self.known(error):
            text = self.renderer.text(error)
            if self.stack:
                call = self.stack[-1]
                call.write("exception", self.origin(traceback_of(error), call.pending or 1, True), [["__exception__", text]])
            else:
                self.write("exception", 0, 0, 0, [["__exception__", text]])  # raised by the test's own line
        while self.stack:
            call = self.stack.pop()
            call.write("unwind", call.pending or 1, [])

    def failed(self, error):
        """Records the exception that kept the program from being loaded."""
        self.over = True
        line = self.origin(traceback_of(error), 0)
        text = self.renderer.text(error)
        if line:
            self.calls += 1
            self.write("exception", self.calls, 1, line, [["__exception__", text]])
        else:
            self.write("exception", 0, 0, 0, [["__exception__", text]])

    def report(self):
        head = ["recorder", VERSION, "%d.%d.%d" % sys.version_info[:3]]
        reason = self.reason or self.deep and "recursion" or self.lost and "tracing was switched off" or ""
        lines = [json.dumps(part, separators=(",", ":")) for part in [head] + self.events + [["end", reason]]]
        return ("\n".join(lines) + "\n").encode("ascii")


class Clock:
    """Ends an expression that takes too long, or goes on when it has been cut."""

    def __init__(self, recorder):
        self.recorder = recorder
        self.running = False

    def start(self, seconds):
        if hasattr(signal, "setitimer"):
            self.running = True
            signal.signal(signal.SIGPROF, self.ring)
            signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN)

    def ring(self, number, frame):
        if self.running:
            self.recorder.stop("time")

    def stop(self):
        self.running = False
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, 0)


def begin(options, filename, source):
    """A recorder for one program; options is a JSON object of limits, or empty."""
    return Recorder(json.loads(options) if options else {}, filename, source)

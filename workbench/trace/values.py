"""Renders values as Python would, bounded, and without running their code.

A part of the recorder. Values are read through the C accessors of the builtin
types, so that a lying __repr__, __eq__, property or metaclass is never asked.
Sizes are bounded by chars, items, depth and nodes of LIMITS.
"""

import collections
import datetime
import decimal
import enum
import fractions
import functools
import itertools
import re
import sys
import types
import weakref

identity = object.__hash__  # like id, which is told to every audit hook


def ids(*kinds):
    """A set of types that is asked by identity: a metaclass may define hash and equality."""
    return frozenset(map(identity, kinds))


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
CACHED = type(functools.lru_cache(maxsize=None)(len))
BRACKETS = {list: "[]", tuple: "()", set: "{}", frozenset: "{}", collections.deque: "[]"}


def kinds_of(items):
    return set(map(identity, map(type, items)))


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
        self.payload = next((base for base in mro if identity(base) in PAYLOADS), None)
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
        entry = self.known.get(identity(obj))
        return entry[0] if entry else None

    def give(self, obj, name):
        number = self.counts[name] = self.counts.get(name, 0) + 1
        key = identity(obj)
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
        self.flat = False  # whether the value rendered last is a list or dict of atoms
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
            CACHED: self.cached,
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
        self.special = {identity(kind): render for kind, render in special.items()}

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
        self.flat = False
        return self.any(obj, 0)

    def any(self, obj, depth):
        text = self.compose(obj, type(obj), depth)
        self.nodes -= 1
        return text

    def spend(self, text):
        self.left -= len(text)
        return text

    def compose(self, obj, kind, depth):
        if identity(kind) in ATOMS:
            return self.spend(self.atom(obj, kind))
        if kind is list or kind is tuple or kind is set or kind is frozenset or kind is collections.deque:
            return self.sequence(obj, kind, depth)
        if kind is dict:
            return self.mapping(dict.items(obj), len(obj), obj, depth)
        if kind is bytes or kind is bytearray:
            return self.spend(self.bytes(obj, kind))
        if identity(kind) in PLAIN:
            return self.spend(self.clip(repr(obj)))
        special = self.special.get(identity(kind))
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
        elif identity(obj) in self.path:
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
        self.flat = atoms is shown and not self.path
        if size > most:
            text = "%s, ...+%d%s" % (text[:-1], size - most, text[-1])
        return self.spend(text) if len(text) <= self.left else None

    def enclosed(self, obj, kind, size, depth):
        if depth >= self.limits["depth"] or self.left <= 0 or self.nodes <= 0:
            return "...+%d" % size
        self.path.add(identity(obj))
        if kind is set or kind is frozenset:
            items = self.sorted(obj, kind, depth)
        else:
            items = kind.__iter__(obj)
        text = self.joined(items, size, lambda item: self.any(item, depth + 1))
        self.path.discard(identity(obj))
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
        if identity(type(item)) in ORDERED and item == item:
            return (0, item, "")
        return (1, 0, name_of(type(item)) + " " + self.any(item, depth + 1))

    def mapping(self, items, size, obj, depth):
        if not size:
            return "{}"
        if identity(obj) in self.path:
            return "{...}"
        if size <= self.limits["items"] and type(obj) is dict:
            text = self.quick_mapping(obj)
            if text is not None:
                return text
        if depth >= self.limits["depth"] or self.left <= 0 or self.nodes <= 0:
            return "{...+%d}" % size
        if self.flat or type(obj) is dict and depth == 0 and size <= 1000 and kinds_of(obj) | kinds_of(obj.values()) <= ATOMS:
            self.flat = True
            return "{%s}" % self.atoms(obj, size)
        self.path.add(identity(obj))
        text = self.joined(items, size, lambda pair: "%s: %s" % (self.any(pair[0], depth + 1), self.any(pair[1], depth + 1)))
        self.path.discard(identity(obj))
        return "{%s}" % text

    def atoms(self, obj, size):
        """What joined makes of the items of a dict of atoms, faster."""
        parts, left, most = [], self.left, self.limits["items"]
        for key, value in obj.items():
            if left <= 0 or len(parts) == most:
                break
            self.left = left
            name = self.atom(key, type(key))
            self.left = left = left - len(name)
            text = self.atom(value, type(value))
            left -= len(text) + 2
            parts.append("%s: %s" % (name, text))
        if size > len(parts):
            parts.append("...+%d" % (size - len(parts)))
        return ", ".join(parts)

    def quick_mapping(self, obj):
        kinds = kinds_of(obj) | kinds_of(obj.values())
        if not kinds <= ATOMS:
            return None
        self.flat = not self.path
        if identity(str) in kinds:
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

    def cached(self, obj, depth):
        wrapped = object.__getattribute__(obj, "__dict__").get("__wrapped__")
        known = type(wrapped) is types.FunctionType
        return self.spend("<cached function %s>" % exact(wrapped.__qualname__) if known else "<cached function>")

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
        known = self.shapes.get(identity(kind))
        if known is None:
            if len(self.shapes) > 1000:
                self.shapes.clear()
            known = self.shapes[identity(kind)] = (Shape(kind), kind)  # held: its address stays its own
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
        if identity(obj) in self.shown or depth >= self.limits["depth"]:
            return self.spend("<%s>" % handle)
        self.shown.add(identity(obj))
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
        if identity(obj) in self.shown or type(args) is not tuple:
            return self.spend("%s(...)" % shape.name)
        self.shown.add(identity(obj))
        return "%s(%s)" % (shape.name, self.joined(args, len(args), lambda item: self.any(item, depth + 1)))

    def member(self, obj, shape, depth):
        held = dict(shape.attributes(obj))
        name = held.get("_name_")
        return "<%s.%s: %s>" % (shape.name, name if type(name) is str else "?", self.any(held.get("_value_"), depth + 1))

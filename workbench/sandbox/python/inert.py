"""Turns values into bytes that hold no code, and back.

A leading 'p' means marshal of the value itself, the fast way, taken by exact
builtins alone. A leading 't' means marshal of a tagged tree: scalars stand for
themselves, anything else is (kind, class name, content). Neither way calls a
method that the program under test could have written.
"""

import builtins
import decimal
import fractions
from collections import Counter, OrderedDict, defaultdict
from marshal import dumps, loads

NODES = 1 << 20
MESSAGE = 2000
SCALARS = frozenset((type(None), bool, int, float, complex, str, bytes, type(...)))
KNOWN = {OrderedDict, Counter, defaultdict}
REDEFINING = ("__eq__", "__ne__", "__hash__")
BASES = ((int, "i"), (float, "f"), (complex, "c"), (str, "s"), (bytes, "y"), (list, "l"),
         (tuple, "t"), (dict, "d"), (set, "e"), (frozenset, "z"))
MRO = type.__dict__["__mro__"].__get__
NAME = type.__dict__["__name__"].__get__


class Unencodable(Exception):
    """The value cannot leave the process; says why."""


class Alien(Unencodable):
    """For its type: no number of inert values makes one."""


def encode(value, most):
    """The bytes of value, at most that many; raises Unencodable."""
    try:
        data = dumps(value, 4)
    except (ValueError, TypeError):
        data = None
    # Marshal writes any buffer (bytearray, array) as if it were bytes ('s').
    if data is None or b"s" in data or b"\xf3" in data:
        try:
            data = b"t" + dumps(Tagging().node(value), 4)
        except (RecursionError, ValueError):
            raise Unencodable("nested too deeply") from None
    else:
        data = b"p" + data
    if len(data) > most:
        raise Unencodable("%d bytes are more than the %d allowed" % (len(data), most))
    return data


class Tagging:
    def __init__(self):
        self.done = {}
        self.open = set()

    def node(self, value):
        kind = type(value)
        if kind in SCALARS:
            return value
        key = id(value)
        if key in self.open:
            raise Unencodable("contains itself")
        if key in self.done:
            return self.done[key][0]
        if len(self.done) >= NODES:
            raise Unencodable("more than %d parts" % NODES)
        self.open.add(key)
        node = self.tagged(value, kind)
        self.open.discard(key)
        self.done[key] = node, value
        return node

    def tagged(self, value, kind):
        if kind is decimal.Decimal:
            return "D", "", decimal.Decimal.__str__(value)
        if kind is fractions.Fraction:
            return "F", "", (value._numerator, value._denominator)
        for base, letter in BASES:
            if issubclass(kind, base):
                return letter, class_name(kind, base), self.content(value, base)
        raise Alien("of type %s" % NAME(kind))

    def content(self, value, base):
        if base is dict:
            return tuple([self.node(part) for pair in list(dict.items(value)) for part in pair])
        if base in (list, tuple, set, frozenset):
            return tuple([self.node(part) for part in list(base.__iter__(value))])
        return exact(value, base)


def exact(value, base):
    """The builtin value inside an instance of a subclass."""
    if base is int:
        return int.__add__(value, 0)
    if base is float:
        return float.__float__(value)
    if base is complex:
        return complex.__add__(value, 0)
    return base.__getitem__(value, slice(None))


def class_name(kind, base):
    if kind is base:
        return ""
    if kind not in KNOWN:
        for ancestor in MRO(kind):
            if ancestor is base:
                break
            if any(name in type.__dict__["__dict__"].__get__(ancestor) for name in REDEFINING):
                raise Alien("%s redefines equality" % NAME(kind))
    return str.__getitem__(NAME(kind), slice(0, 100))


def decode(data):
    """The value of bytes the supervisor wrote: always fresh builtins."""
    value = loads(memoryview(data)[1:])
    return value if data[:1] == b"p" else untag(value, {})


def untag(node, done):
    if type(node) is not tuple:
        return node
    if id(node) not in done:
        done[id(node)] = untagged(node, done)
    return done[id(node)]


def untagged(node, done):
    letter, name, content = node
    if letter == "D":
        return decimal.Decimal(content)
    if letter == "F":
        return fractions.Fraction(*content)
    if letter in "ifcsy":
        return content
    parts = [untag(part, done) for part in content]
    if letter == "d":
        return mapping(name)(zip(parts[::2], parts[1::2]))
    return {"l": list, "t": tuple, "e": set, "z": frozenset}[letter](parts)


def containers(values):
    """The mutable containers below values, each once, in the order they appear."""
    found = []
    seen = set()

    def visit(value):
        if isinstance(value, (list, dict, set)):
            if id(value) in seen:
                return
            seen.add(id(value))
            found.append(value)
        if isinstance(value, dict):
            for item in value.values():
                visit(item)
        elif isinstance(value, (list, tuple)):
            for item in value:
                visit(item)

    visit(values)
    return found


def mapping(name):
    if name == "OrderedDict":
        return OrderedDict
    if name == "Counter":
        return lambda pairs: Counter(dict(pairs))
    if name == "defaultdict":
        return lambda pairs: defaultdict(None, pairs)
    return dict


def said(error):
    """What an exception says of itself, cut."""
    try:
        return str.__getitem__(str(error), slice(0, MESSAGE))
    except BaseException:
        return ""


def builtin_base(kind):
    """The nearest builtin exception class, by which others can raise it again."""
    for ancestor in MRO(kind):
        if getattr(builtins, NAME(ancestor), None) is ancestor:
            return NAME(ancestor)
    return "Exception"

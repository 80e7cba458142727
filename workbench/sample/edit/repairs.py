"""Textual repairs of programs that do not parse. Yields (kind, start, end, new text, detail) in bytes."""

import re

BLOCK = re.compile(r"\s*(?:async\s+)?(?:def|class|if|elif|else|for|while|try|except|finally|with)\b")
CONDITION = re.compile(r"\s*(?:if|elif|while)\b")
PAIRS = {"(": ")", "[": "]", "{": "}"}
LINES = 400


def proposals(text):
    """Every repair of every line, in line order. Programs above LINES lines are left alone."""
    lines = text.splitlines(True)
    offset = 0
    for number, line in enumerate(lines[:LINES]):
        bare = line.rstrip("\r\n")
        previous = next((x for x in reversed(lines[:number]) if x.strip()), "")
        for kind, new, detail in line_repairs(bare, previous):
            yield kind, offset, offset + size(bare), new, detail
        offset += size(line)


def size(text):
    return len(text.encode("utf-8", "surrogatepass"))


def line_repairs(line, previous):
    code = line.split("#")[0].rstrip()
    if not code:
        return
    if BLOCK.match(code) and not code.endswith(":"):
        yield "missing-colon", code + ":" + line[len(code) :], "colon"
    if CONDITION.match(code):
        for found in re.finditer(r"(?<![=!<>:+\-*/%])=(?!=)", code):
            yield "assignment-in-condition", line[: found.start()] + "==" + line[found.end() :], "=:=="
    yield from bracket_repairs(line, code)
    yield from indent_repairs(line, previous)
    for old, new, detail in (("++", " += 1", "++"), ("--", " -= 1", "--")):
        if code.endswith(old):
            yield "foreign-syntax", code[:-2] + new, detail
    for old, new in (("&&", " and "), ("||", " or "), ("else if", "elif"), ("=>", ">="), ("=<", "<="), ("null", "None"),
                     ("true", "True"), ("false", "False"), (";", "")):
        if old in code:
            yield "foreign-syntax", line.replace(old, new), old
    yield "delete-line", "", "line"
    yield "delete-line", re.match(r"\s*", line).group() + "pass", "pass"


def bracket_repairs(line, code):
    """Closes what stays open, drops what closes nothing, swaps what does not match."""
    open_, extra = [], []
    for at, char in enumerate(code):
        if char in PAIRS:
            open_.append(char)
        elif char in PAIRS.values():
            if open_ and PAIRS[open_[-1]] == char:
                open_.pop()
            else:
                extra.append(at)
    closing = "".join(PAIRS[char] for char in reversed(open_))
    if closing:
        end = len(code) - code.endswith(":")
        yield "bracket", code[:end] + closing + line[end:], "close"
    for at in extra:
        yield "bracket", line[:at] + line[at + 1 :], "drop"
        if open_:
            yield "bracket", line[:at] + PAIRS[open_[-1]] + line[at + 1 :], "match"
    for quote in "'\"":
        if code.count(quote) % 2:
            yield "quote", code + quote + line[len(code) :], "close"


def indent_repairs(line, previous):
    """The indentation of the line before, one level more or less, and tabs as blanks."""
    lead, body = re.match(r"(\s*)(.*)", line, re.DOTALL).groups()
    before = re.match(r"[ \t]*", previous).group()
    for indent, detail in ((before, "same"), (before + "    ", "deeper"), (before[:-4], "shallower"), (lead.expandtabs(4), "tabs"),
                           (lead[:-1], "less"), (lead + " ", "more"), (lead.expandtabs(8), "tabs8")):
        if indent != lead:
            yield "indentation", indent + body, detail

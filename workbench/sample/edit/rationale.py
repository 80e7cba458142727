"""Writes the rationale of a sampled edit, and finds statements in rationales that the trace refutes.

The wording varies with the draw. With a slip one quoted fact is wrong, as happens to models; the caller decides when.
"""

import ast
import re

from features import expectation, last_value, raised
from prompt import first_call

SHORT = 70
"""Longer values are not quoted."""

CAUSES = {
    ("compare-boundary", "compare-equality"): "the comparison treats the boundary value the wrong way",
    ("compare-flip", "compare-negate", "negate-condition", "swap-operands"): "the condition or order is the wrong way round",
    ("arithmetic", "division", "augmented-operator", "assignment-operator"): "the operator is not the one the task needs",
    ("boolean-operator", "drop-clause", "extra-clause"): "the conditions are not combined as the task needs",
    ("constant-step", "off-by-one", "range-bounds", "slice-bound", "index-end", "add-slice"): "the position or bound is off",
    ("constant-swap", "extreme", "literal-kind", "constant-boolean", "string-swap", "return-constant"): "the constant is not the right one",
    ("string-separator", "method-step", "wrap-call"): "a step is missing or the separator is wrong",
    ("wrong-name", "whole-return", "return-combination", "swap-arguments", "swap-elements"): "the wrong variable is used there",
    ("function-family", "method-family", "append-insert", "unwrap-call"): "the wrong function is called",
    ("missing-return", "inner-return"): "the result is computed but not returned",
    ("outdent", "outdent-twice", "indent", "else-attach"): "the statement stands in the wrong block",
    ("delete-statement", "delete-line"): "the statement should not run at all",
    ("missing-update", "branch-update", "clamp", "reset-in-loop"): "a value is not updated as the loop goes on",
    ("alias-copy", "copy-parameter", "mutable-default"): "one object is shared where a fresh one is needed",
    ("missing-guard",): "a special case is not handled",
    ("missing-colon", "bracket", "quote", "indentation", "foreign-syntax", "assignment-in-condition"): "the program is not valid Python",
}
CAUSE = {kind: cause for kinds, cause in CAUSES.items() for kind in kinds}
WRONG = ("IndexError", "KeyError", "TypeError", "ZeroDivisionError", "ValueError")

STATED = re.compile(r"`([A-Za-z_][\w.]*) = ([^`]*)` at step (\d+)")
RETURNED = re.compile(r"function (?:then )?returns `([^`]*)`")
RAISED = re.compile(r"raises `(\w+)`")


def write(proposals, chosen, chance, slip):
    """Two to five sentences on the chosen edits; chance is a random.Random."""
    reading, edit = proposals.reading, chosen[0]
    if edit.kind == "unchanged":
        return "I do not see how to repair this program. It stays as it is."
    sentences = [purpose(reading, chance), observation(reading, edit, chance, slip)]
    sentences.append(cause(proposals, edit, chance))
    sentences += [change(proposals, e, chance, i) for i, e in enumerate(chosen)]
    return " ".join(s for s in sentences if s)


def purpose(reading, chance):
    """What the function should do: a phrase of the instruction."""
    text = reading.instruction.split(">>>")[0].strip().split("\n\n")[0]
    text = re.sub(r"\s+", " ", text).replace("`", "'").strip()
    asked = re.search(r"\b(?:function|method|program|script|code)(?: '?\w+'?)? to ([^.:;]{3,140})", text)
    name = function_name(reading)
    if asked:
        form = chance.choice(("%s should %s.", "The task is that %s should %s.", "As the task says, %s should %s."))
        sentence = form % (name, asked.group(1).strip())
        return sentence[0].upper() + sentence[1:]
    first = re.split(r"(?<=[.!?])\s", text)[0].strip().rstrip(".:")
    first = first if len(first) <= 160 else first[:160].rsplit(" ", 1)[0]
    return chance.choice(("The task says: %s.", "What is asked: %s.")) % first if first else ""


def function_name(reading):
    call = first_call(test_of(reading))
    name = getattr(getattr(call, "func", None), "id", "")
    return "`%s`" % name if name else "the function"


def test_of(reading):
    return reading.test or (reading.tests[0] if reading.tests else "")


def call_text(reading):
    """The tested call as the test writes it; empty where it is long or not found."""
    test = test_of(reading)
    call = first_call(test)
    text = ast.get_source_segment(test.strip(), call) if call is not None else ""
    return text if text and len(text) <= 2 * SHORT and quotable(text, 2 * SHORT) else ""


def expected_text(reading):
    known, value = expectation(reading)
    text = repr(value) if known else ""
    return text if quotable(text, SHORT) else ""


def quotable(text, limit):
    return text is not None and 0 < len(text) <= limit and not any(mark in text for mark in ("`", "\n", "...", "<?"))


def observation(reading, edit, chance, slip):
    """What happens on the failing test, quoting the trace where there is one."""
    where, wanted = call_text(reading), expected_text(reading)
    on = "On `%s`" % where if where else "On the failing test"
    if not reading.traced:
        claim = " the program raises `%s`" % chance.choice(WRONG) if slip else ""
        if not claim and not wanted:
            return ""
        return "%s%s%s." % (on, claim, (" where" if claim else "") + " `%s` is expected" % wanted if wanted else "")
    fact, outcome = facts(reading, edit, wanted)
    if slip:
        fact, outcome = slipped(reading, fact, outcome, wanted, chance)
    if fact and outcome:
        form = chance.choice(("%s the trace shows %s and %s.", "%s we see %s in the trace, and %s."))
        return form % (on, fact, outcome)
    return "%s the trace shows %s." % (on, fact) if fact else "%s %s." % (on, outcome) if outcome else ""


def facts(reading, edit, wanted):
    """Two phrases: a traced value near the edit, and how the run ended."""
    entry = telling_entry(reading, edit)
    fact = "`%s = %s` at step %d" % (entry.name, entry.value, entry.step) if entry else ""
    return fact, ending(raised(reading.entries)[0].split("(")[0], last_value(reading.entries, "__return__"), wanted)


def ending(exception, returned, wanted):
    but = ", but `%s` is expected" % wanted if wanted else ""
    if exception:
        return "the program raises `%s`" % exception + but
    if quotable(returned, SHORT):
        return "the function returns `%s`" % returned + but
    return "the function does not return" + but if returned is None else ""


def telling_entry(reading, edit):
    """The last short entry of the edited line, or of any line."""
    plain = [e for e in reading.entries if e.line and not e.name.startswith("__") and quotable(e.value, SHORT)]
    here = [e for e in plain if e.line == edit.line]
    later = [e for e in plain if e.line > edit.line] or plain
    return (here or later or [None])[-1]


def slipped(reading, fact, outcome, wanted, chance):
    """The same two phrases with one of them wrong."""
    stated = STATED.search(fact)
    if stated and chance.random() < 0.6:
        wrong = other_value(reading, stated, chance)
        return "`%s = %s` at step %s" % (stated.group(1), wrong, stated.group(3)), outcome
    true = raised(reading.entries)[0].split("(")[0]
    return fact, ending(chance.choice([name for name in WRONG if name != true]), None, wanted)


def other_value(reading, stated, chance):
    """A value that the variable does not have at that step."""
    name, value, step = stated.groups()
    if re.match(r"-?\d{1,15}$", value):
        return str(int(value) + chance.choice((1, -1, 2)))
    others = {e.value for e in reading.entries if e.name == name and e.value != value and quotable(e.value, SHORT)}
    return chance.choice(sorted(others or {"None", "[]"} - {value}))


def cause(proposals, edit, chance):
    line = line_text(proposals, edit)
    why = CAUSE.get(edit.kind, "this is not what the task needs")
    if not line:
        return ""
    return chance.choice(("The cause is `%s`: %s.", "The bug is in `%s`: %s.", "In `%s` %s.")) % (line, why)


def line_text(proposals, edit):
    lines = proposals.set.bytes.split(b"\n")
    at = min(proposals.set.bytes.count(b"\n", 0, edit.start), len(lines) - 1)
    text = lines[at].decode("utf-8", "replace").strip() or lines[min(edit.line, len(lines)) - 1].decode("utf-8", "replace").strip()
    return text if quotable(text, 3 * SHORT) else ""


def change(proposals, edit, chance, number):
    """What the fix does, with the new line in back-ticks."""
    old, new = line_text(proposals, edit), proposals.features.line_after(edit)
    lead = "The fix also" if number else chance.choice(("The fix", "The repair"))
    if edit.start != edit.end and not edit.new:
        gone = proposals.set.bytes[edit.start : edit.end].decode("utf-8", "replace").strip()
        return "%s removes `%s`." % (lead, gone) if quotable(gone, 3 * SHORT) else "%s removes those lines." % lead
    if not quotable(new, 3 * SHORT) or new == old:
        return "%s rearranges these lines." % lead
    if edit.start == edit.end and edit.new.endswith(b"\n"):
        return "%s adds `%s`." % (lead, new)
    return (chance.choice(("%s makes it `%s`.", "%s changes it to `%s`.")) % (lead, new)) if old else "%s writes `%s`." % (lead, new)


def refuted(reading, text):
    """Whether a rationale states a value, return or exception of the failing run that the trace refutes."""
    if not reading.traced:
        return bool(RAISED.search(text))
    for name, value, step in STATED.findall(text):
        seen = [e.value for e in reading.entries if e.name == name and e.step == int(step[:9])]
        if seen and value not in seen:
            return True
    returned, exception = last_value(reading.entries, "__return__"), raised(reading.entries)[0].split("(")[0]
    if any(value != returned for value in RETURNED.findall(text)):
        return True
    return any(name != exception for name in RAISED.findall(text))

"""Tests of the edit model. Every program here is made for its test."""

import ast
import json
import math
import os
import subprocess
import sys
import unittest
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
warnings.simplefilter("ignore")

import edits  # noqa: E402
import model  # noqa: E402
import prompt  # noqa: E402
import rationale  # noqa: E402
import tune  # noqa: E402
from features import Evidence  # noqa: E402

SYSTEM = "You repair Python programs. Explain the bug, then give the whole repaired program in one ```python block."
PLAIN = "You repair Python programs. Reply with the repaired program only, in one ```python block."


def user(instruction, block, tests, traced):
    heading = "## Buggy program" + (", traced on its failing test" if traced else "")
    return "# Your task\n\n## Task\n\n%s\n\n%s\n\n```python\n%s\n```\n\n## Tests\n\n```python\n%s\n```\n" % (
        instruction, heading, block.rstrip("\n"), "\n".join(tests))


COUNT = """def count_below(xs, top):  # (0) xs=[1, 4, 3]; top=4;
    found = 0  # (1) found=0;
    for x in xs:  # (2) x=1; (4) x=4; (6) x=3;
        if x <= top:
            found += 1  # (3) found=1; (5) found=2; (7) found=3;
    return found  # (8) __return__=3;

assert count_below([1, 4, 3], 4) == 2  # (9) __exception__ = AssertionError()"""
COUNT_USER = user("Write a function to count the elements strictly below top.", COUNT,
                  ["assert count_below([], 4) == 0", "assert count_below([1, 4, 3], 4) == 2"], True)

# kind, buggy program, fixed program
CASES = [
    ("compare-boundary", "def f(n):\n    if n < 3:\n        return 1\n    return 2\n", "def f(n):\n    if n <= 3:\n        return 1\n    return 2\n"),
    ("compare-flip", "def f(a, b):\n    return a < b\n", "def f(a, b):\n    return a > b\n"),
    ("compare-negate", "def f(a, b):\n    return a in b\n", "def f(a, b):\n    return a not in b\n"),
    ("compare-equality", "def f(a, b):\n    return a is b\n", "def f(a, b):\n    return a == b\n"),
    ("arithmetic", "def f(a, b):\n    return a + b  # kept\n", "def f(a, b):\n    return a * b  # kept\n"),
    ("division", "def f(a, b):\n    return a / b\n", "def f(a, b):\n    return a // b\n"),
    ("augmented-operator", "def f(xs):\n    t = 0\n    for x in xs:\n        t -= x\n    return t\n", "def f(xs):\n    t = 0\n    for x in xs:\n        t += x\n    return t\n"),
    ("assignment-operator", "def f(xs):\n    t = 0\n    for x in xs:\n        t = x\n    return t\n", "def f(xs):\n    t = 0\n    for x in xs:\n        t += x\n    return t\n"),
    ("boolean-operator", "def f(a, b):\n    return a and b\n", "def f(a, b):\n    return a or b\n"),
    ("drop-clause", "def f(a, b):\n    if a and b:\n        return 1\n", "def f(a, b):\n    if b:\n        return 1\n"),
    ("negate-condition", "def f(a):\n    if a:\n        return 1\n    return 2\n", "def f(a):\n    if not a:\n        return 1\n    return 2\n"),
    ("constant-step", "def f(a):\n    return a * 3\n", "def f(a):\n    return a * 4\n"),
    ("constant-swap", "def f(a):\n    t = 7\n    return t * a\n", "def f(a):\n    t = 1\n    return t * a\n"),
    ("constant-boolean", "def f(a):\n    ok = True\n    return ok\n", "def f(a):\n    ok = False\n    return ok\n"),
    ("literal-kind", "def f(xs):\n    out = []\n    return out\n", "def f(xs):\n    out = {}\n    return out\n"),
    ("string-swap", "def f(x):\n    return 'up' if x > 0 else 'on'\n", "def f(x):\n    return 'on' if x > 0 else 'on'\n"),
    ("string-separator", "def f(xs):\n    return ','.join(xs)\n", "def f(xs):\n    return ', '.join(xs)\n"),
    ("extreme", "def f(xs):\n    best = 0\n    for x in xs:\n        best = max(best, x)\n    return best\n", "def f(xs):\n    best = xs[0]\n    for x in xs:\n        best = max(best, x)\n    return best\n"),
    ("off-by-one", "def f(xs):\n    return xs[len(xs)]\n", "def f(xs):\n    return xs[len(xs) - 1]\n"),
    ("drop-operand", "def f(xs):\n    return len(xs) - 1\n", "def f(xs):\n    return len(xs)\n"),
    ("swap-operands", "def f(a, b):\n    return a - b\n", "def f(a, b):\n    return b - a\n"),
    ("swap-arguments", "def g(a, b):\n    return g(b, a % b)\n", "def g(a, b):\n    return g(a % b, b)\n"),
    ("swap-elements", "def f(a, b):\n    return a, b\n", "def f(a, b):\n    return b, a\n"),
    ("wrong-name", "def f(a, b):\n    c = a\n    return c * a\n", "def f(a, b):\n    c = b\n    return c * a\n"),
    ("function-family", "def f(xs):\n    return min(xs)\n", "def f(xs):\n    return max(xs)\n"),
    ("method-family", "def f(s):\n    return s.upper()\n", "def f(s):\n    return s.lower()\n"),
    ("append-insert", "def f(xs, x):\n    xs.append(x)\n    return xs\n", "def f(xs, x):\n    xs.insert(0, x)\n    return xs\n"),
    ("get-default", "def f(d, k):\n    return d.get(k)\n", "def f(d, k):\n    return d.get(k, 0)\n"),
    ("wrap-call", "def f(xs):\n    return xs\n", "def f(xs):\n    return sorted(xs)\n"),
    ("unwrap-call", "def f(xs):\n    ys = list(xs)\n    return ys\n", "def f(xs):\n    ys = xs\n    return ys\n"),
    ("slice-step", "def f(s):\n    return s\n", "def f(s):\n    return s[::-1]\n"),
    ("slice-bound", "def f(xs):\n    return xs[1:]\n", "def f(xs):\n    return xs[1:-1]\n"),
    ("index-end", "def f(xs):\n    return xs[0]\n", "def f(xs):\n    return xs[-1]\n"),
    ("drop-index", "def f(xs):\n    return [x[0] for x in xs]\n", "def f(xs):\n    return [x for x in xs]\n"),
    ("add-index", "def f(xs):\n    t = 0\n    for i in range(len(xs)):\n        t += i\n    return t\n", "def f(xs):\n    t = 0\n    for i in range(len(xs)):\n        t += xs[i]\n    return t\n"),
    ("range-bounds", "def f(n):\n    return [i for i in range(n)]\n", "def f(n):\n    return [i for i in range(1, n + 1)]\n"),
    ("keyword-argument", "def f(xs):\n    return sorted(xs)\n", "def f(xs):\n    return sorted(xs, reverse=True)\n"),
    ("alias-copy", "def f(xs):\n    ys = xs\n    ys.sort()\n    return ys\n", "def f(xs):\n    ys = xs[:]\n    ys.sort()\n    return ys\n"),
    ("sign", "def f(x):\n    return x\n", "def f(x):\n    return -x\n"),
    ("conditional-branches", "def f(x, y):\n    return x if x < y else y\n", "def f(x, y):\n    return y if x < y else x\n"),
    ("comprehension-filter", "def f(xs):\n    return [x for x in xs if x]\n", "def f(xs):\n    return [x for x in xs]\n"),
    ("extra-clause", "def f(xs):\n    while xs[-1] > 0:\n        xs.pop()\n", "def f(xs):\n    while xs and xs[-1] > 0:\n        xs.pop()\n"),
    ("add-slice", "def f(xs):\n    for x in xs:\n        print(x)\n", "def f(xs):\n    for x in xs[1:]:\n        print(x)\n"),
    ("clamp", "def f(xs):\n    best = 0\n    for x in xs:\n        best = x\n    return best\n", "def f(xs):\n    best = 0\n    for x in xs:\n        best = max(best, x)\n    return best\n"),
    ("method-step", "def f(s):\n    return set(s)\n", "def f(s):\n    return set(s.lower())\n"),
    ("whole-return", "def f(a):\n    b = a + 1\n    return a * 2\n", "def f(a):\n    b = a + 1\n    return b\n"),
    ("return-combination", "def f(a, b):\n    return a\n", "def f(a, b):\n    return a, b\n"),
    ("missing-return", "def f(a):\n    b = a + 1\n", "def f(a):\n    b = a + 1\n    return b\n"),
    ("swap-booleans", "def f(a):\n    if a:\n        return True\n    return False\n", "def f(a):\n    if a:\n        return False\n    return True\n"),
    ("inner-return", "def f(a):\n    if a:\n        f(a - 1)\n    else:\n        return 0\n", "def f(a):\n    if a:\n        return f(a - 1)\n    else:\n        return 0\n"),
    ("return-constant", "def f(a):\n    return a\n", "def f(a):\n    return True\n"),
    ("outdent", "def f(xs):\n    t = 0\n    for x in xs:\n        t += x\n        return t\n", "def f(xs):\n    t = 0\n    for x in xs:\n        t += x\n    return t\n"),
    ("outdent-twice", "def f(xs):\n    t = 0\n    for x in xs:\n        if x:\n            t += x\n            return t\n", "def f(xs):\n    t = 0\n    for x in xs:\n        if x:\n            t += x\n    return t\n"),
    ("indent", "def f(xs):\n    t = 0\n    for x in xs:\n        y = x + 1\n    t += y\n    return t\n", "def f(xs):\n    t = 0\n    for x in xs:\n        y = x + 1\n        t += y\n    return t\n"),
    ("delete-statement", "def f(a):\n    a += 1\n    return a\n", "def f(a):\n    return a\n"),
    ("delete-clause", "def f(xs):\n    for x in xs:\n        if x:\n            return x\n        else:\n            return None\n", "def f(xs):\n    for x in xs:\n        if x:\n            return x\n"),
    ("unwrap-block", "def f(a):\n    if a:\n        a += 1\n    return a\n", "def f(a):\n    a += 1\n    return a\n"),
    ("swap-statements", "def f(a, b):\n    a = b\n    b = a\n    return a\n", "def f(a, b):\n    b = a\n    a = b\n    return a\n"),
    ("jump-swap", "def f(xs):\n    for x in xs:\n        if x:\n            break\n", "def f(xs):\n    for x in xs:\n        if x:\n            continue\n"),
    ("add-jump", "def f(xs):\n    for x in xs:\n        if x:\n            y = x\n", "def f(xs):\n    for x in xs:\n        if x:\n            y = x\n            break\n"),
    ("missing-update", "def f(n):\n    i = 0\n    while i < n:\n        print(i)\n", "def f(n):\n    i = 0\n    while i < n:\n        print(i)\n        i += 1\n"),
    ("branch-update", "def f(xs):\n    n = 0\n    for x in xs:\n        if x:\n            print(x)\n    return n\n", "def f(xs):\n    n = 0\n    for x in xs:\n        if x:\n            print(x)\n            n += 1\n    return n\n"),
    ("reset-in-loop", "def f(xs):\n    row = []\n    for x in xs:\n        row.append(x)\n", "def f(xs):\n    for x in xs:\n        row = []\n        row.append(x)\n"),
    ("hoist-from-loop", "def f(xs):\n    for x in xs:\n        t = 0\n        t += x\n    return t\n", "def f(xs):\n    t = 0\n    for x in xs:\n        t += x\n    return t\n"),
    ("block-keyword", "def f(n):\n    if n > 0:\n        n -= 1\n", "def f(n):\n    while n > 0:\n        n -= 1\n"),
    ("else-attach", "def f(xs):\n    for x in xs:\n        if x:\n            return True\n        else:\n            return False\n", "def f(xs):\n    for x in xs:\n        if x:\n            return True\n    else:\n        return False\n"),
    ("exception-type", "def f(d):\n    try:\n        return d[1]\n    except ValueError:\n        return 0\n", "def f(d):\n    try:\n        return d[1]\n    except KeyError:\n        return 0\n"),
    ("mutable-default", "def f(x, seen=[]):\n    seen.append(x)\n    return seen\n", "def f(x, seen=None):\n    if seen is None:\n        seen = []\n    seen.append(x)\n    return seen\n"),
    ("missing-guard", "def f(xs):\n    return xs[0]\n", "def f(xs):\n    if not xs:\n        return None\n    return xs[0]\n"),
    ("copy-parameter", "def f(xs):\n    xs.sort()\n    return xs\n", "def f(xs):\n    xs = list(xs)\n    xs.sort()\n    return xs\n"),
    ("missing-colon", "def f(a)\n    return a\n", "def f(a):\n    return a\n"),
    ("assignment-in-condition", "def f(a):\n    if a = 1:\n        return a\n", "def f(a):\n    if a == 1:\n        return a\n"),
    ("bracket", "def f(a):\n    return max(a, 1\n", "def f(a):\n    return max(a, 1)\n"),
    ("quote", "def f(a):\n    return 'a + a\n", "def f(a):\n    return 'a + a'\n"),
    ("indentation", "def f(a):\nreturn a\n", "def f(a):\n    return a\n"),
    ("foreign-syntax", "def f(a):\n    a++\n    return a\n", "def f(a):\n    a += 1\n    return a\n"),
    ("delete-line", "def f(a):\n    )(\n    return a\n", "def f(a):\n\n    return a\n"),
    ("unchanged", "def f(a):\n    )(\n    return (a\n    ][\n", "def f(a):\n    )(\n    return (a\n    ][\n"),
]


class EditTest(unittest.TestCase):
    def test_every_kind_finds_its_fix(self):
        for kind, buggy, fixed in CASES:  # an earlier kind may make the same fix
            with self.subTest(kind=kind):
                found = edits.EditSet(buggy)
                self.assertIn(fixed, [found.text(e) for e in found.edits])
                self.assertIn(kind, [e.kind for e in found.edits])

    def test_every_kind_has_a_case(self):
        self.assertEqual(set(edits.KINDS), {case[0] for case in CASES})

    def test_results_parse_and_differ(self):
        for kind, buggy, _ in CASES[:-1]:
            found = edits.EditSet(buggy)
            texts = [found.text(e) for e in found.edits]
            self.assertEqual(len(texts), len(set(texts)), kind)
            self.assertNotIn(buggy, texts, kind)
            for edit, text in zip(found.edits, texts):
                with self.subTest(kind=edit.kind, text=text):
                    ast.parse(text)

    def test_the_rest_of_the_text_is_kept(self):
        text = "def f( a,b ):   # odd  blanks\r\n\tif a<b :\r\n\t\treturn 'caf\u00e9' # end\r\n\treturn  a+ b\r\n"
        found = edits.EditSet(text)
        self.assertIn(text.replace("a<b", "a<=b"), [found.text(e) for e in found.edits])
        self.assertIn(text.replace("a+ b", "a- b"), [found.text(e) for e in found.edits])

    def test_what_depends_on_the_version_is_not_proposed(self):
        found = edits.EditSet("def f(text):\n    return sorted(text.split('-'), reverse=False)\n")
        texts = [found.text(e) for e in found.edits]
        self.assertTrue([text for text in texts if "rsplit('-')" in text])
        for text in texts:
            self.assertNotIn("splitlines('-')", text)
            self.assertNotRegex(text, "reverse=(?!False|True)")

    def test_bounded_and_in_one_order(self):
        text = "def f(a, b, c):\n" + "".join("    x%d = a + b * %d - c\n" % (i, i) for i in range(400)) + "    return x1\n"
        first, second = edits.EditSet(text), edits.EditSet(text)
        self.assertLessEqual(len(first.edits), edits.LIMIT)
        self.assertEqual([first.text(e) for e in first.edits[:200]], [second.text(e) for e in second.edits[:200]])


class PromptTest(unittest.TestCase):
    def test_traced(self):
        read = prompt.Reading(SYSTEM, COUNT_USER)
        self.assertEqual(read.program.splitlines()[4], "            found += 1")
        self.assertNotIn("assert", read.program)
        self.assertEqual(read.test, "assert count_below([1, 4, 3], 4) == 2")
        self.assertEqual([e.value for e in read.entries if e.name == "x"], ["1", "4", "3"])
        self.assertEqual(read.entries[-1], prompt.Entry(0, 9, "__exception__", "AssertionError()"))

    def test_own_comments_and_elisions_stay_apart(self):
        block = "def f(s):  # (0) s='a; (3) b=1;  # (2) c=2;';\n    t = s  # own  # (1) t='x';\n    # (note) kept\n    for c in t:  # (2) c='x'; (4) c='y'; ...; (9) c='z';\n        u = '  # (1) v=1;'\n    return t"
        read = prompt.Reading(SYSTEM, user("x", block, ["assert f('') == ''"], True))
        self.assertEqual(read.program, "def f(s):\n    t = s  # own\n    # (note) kept\n    for c in t:\n        u = '  # (1) v=1;'\n    return t\n")
        self.assertEqual([(e.step, e.value) for e in read.entries if e.name == "c"], [(2, "'x'"), (4, "'y'"), (9, "'z'")])
        self.assertEqual(read.entries[0].value, "'a; (3) b=1;  # (2) c=2;'")

    def test_untraced_keeps_comments(self):
        block = "def f(a):  # (0) a=1;\n    return a"
        self.assertEqual(prompt.Reading(SYSTEM, user("x", block, [], False)).program, block + "\n")

    def test_examples_before_the_task_are_skipped(self):
        text = "# Example 1\n## Task\nt\n## Buggy program\n\n```python\nx = 1\n```\n## Tests\n## Answer\na\n\n" + COUNT_USER
        self.assertIn("count_below", prompt.Reading(SYSTEM, text).program)

    def test_longer_fence(self):
        block = 'def f(a):\n    if a < 1:\n        return 2\n    return """\n```\n"""'
        text = "# Your task\n\n## Task\n\nx\n\n## Buggy program\n\n````python\n%s\n````\n" % block
        self.assertEqual(prompt.Reading(SYSTEM, text).program, block + "\n")
        answers = model.Model(model.base()).complete(PLAIN, text, 1, 0, list(range(8)))
        self.assertIn("````python", "".join(answers))
        for answer in answers:
            ast.parse(tune.fix_of(answer))

    def test_relations(self):
        for returned, expected, relation in [
            ("3", "2", "step-1"), ("[1, 2]", "[2, 1]", "reversed"), ("[1]", "[1, 2]", "lacks:end"), ("None", "3", "none"),
            ("'A'", "'a'", "case"), ("True", "False", "bool:True"), ("1.5", "1", "fraction"), ("'1'", "1", "str-equal"),
            ("[3, 1]", "[1, 2]", "length:same"), ("[]", "[1]", "empty"), ("-2", "2", "negated"), ("{1: 2}", "{1: 3}", "keys:same"),
        ]:
            block = "def f():\n    return 1  # (0) __return__=%s;\n\nassert f() == %s  # (1) __exception__ = AssertionError()" % (returned, expected)
            read = prompt.Reading(SYSTEM, user("x", block, ["assert f() == %s" % expected], True))
            self.assertIn(relation, Evidence(read).relations, (returned, expected))


class ModelTest(unittest.TestCase):
    def test_same_seed_same_text(self):
        one, two = model.Model(model.base()), model.Model(model.base())
        a = one.complete(SYSTEM, COUNT_USER, 0.8, 7, list(range(16)))
        self.assertEqual(a, two.complete(SYSTEM, COUNT_USER, 0.8, 7, list(range(16))))
        self.assertEqual(a[5:6], two.complete(SYSTEM, COUNT_USER, 0.8, 7, [5]))
        self.assertNotEqual(a, one.complete(SYSTEM, COUNT_USER, 0.8, 8, list(range(16))))
        cold = one.complete(SYSTEM, COUNT_USER, 0, 1, [0, 1])
        self.assertEqual(tune.fix_of(cold[0]), tune.fix_of(cold[1]))

    def test_draws_follow_the_softmax(self):
        proposals = model.Proposals(SYSTEM, user("x", "def f(a, b):\n    return a < b\n", ["assert f(1, 2)"], False))
        weights = dict(model.base()["weights"], **{"continue": -1e9})
        spread = model.Distribution(proposals, weights, 1.0)
        counts, n = [0] * len(spread.probabilities), 6000
        for i in range(n):
            counts[proposals.set.edits.index(spread.draw(model.draw_of(3, "", "", i))[0])] += 1
        statistic = sum((c - n * p) ** 2 / (n * p) for c, p in zip(counts, spread.probabilities))
        free = len(counts) - 1
        self.assertGreater(min(spread.probabilities) * n, 5)
        self.assertLess(statistic, free + 3.1 * math.sqrt(2 * free))

    def test_second_edits_come_at_their_rate(self):
        proposals = model.Proposals(SYSTEM, COUNT_USER)
        spread = model.Distribution(proposals, dict(model.base()["weights"], **{"continue": 0.0}), 1.0)
        drawn = [spread.draw(model.draw_of(1, "", "", i)) for i in range(400)]
        pairs = [d for d in drawn if len(d) == 2]
        self.assertTrue(150 < len(pairs) < 250, len(pairs))
        for pair in pairs:
            ast.parse(proposals.set.text(*pair))

    def test_rationales(self):
        sober = model.Model(dict(model.base(), weights=dict(model.base()["weights"], slip=-1e9)))
        read = prompt.Reading(SYSTEM, COUNT_USER)
        for text in sober.complete(SYSTEM, COUNT_USER, 0.8, 1, list(range(60))):
            said = text.split("```")[0].strip()
            self.assertFalse(rationale.refuted(read, said), said)
            self.assertIn("`3`", said)
        drunk = model.Model(dict(model.base(), weights=dict(model.base()["weights"], slip=1e9)))
        for text in drunk.complete(SYSTEM, COUNT_USER, 0.8, 1, list(range(60))):
            self.assertTrue(rationale.refuted(read, text.split("```")[0]), text)
        self.assertTrue(sober.complete(PLAIN, COUNT_USER, 0.8, 1, [0])[0].startswith("```python\n"))

    def test_bad_checkpoints(self):
        for bad in (None, {}, dict(model.base(), version=2), dict(model.base(), weights={"a": "b"}), dict(model.base(), weights={"a": float("nan")})):
            with self.assertRaises(ValueError):
                model.Model(bad)

    def test_a_quoted_line_guides_a_proxy(self):
        noted = COUNT_USER + "\n## Rationale\n\nThe bug is in `if x <= top:`. The fix makes it `if x < top:`.\n"
        chances = []
        for text in (COUNT_USER, noted):
            proposals = model.Proposals(SYSTEM, text)
            spread = model.Distribution(proposals, model.base()["weights"], 1.0)
            chances.append(sum(p for p, e in zip(spread.probabilities, proposals.set.edits) if "if x < top:" in proposals.set.text(e)))
        self.assertGreater(chances[1], 5 * chances[0])


HOSTILE = [
    "", "\x00", "def f(:\n", "(" * 5000, "x = " + "-" * 20000 + "1", "x = " + "[" * 300 + "]" * 300, "def f():\n\treturn 1\n        return 2\n",
    "a = 1\r\nb = a + 1\rc = b\n", "\ufeffx = 1", "def \u00e9t\u00e9(\u00e0):\n    return \u00e0 < '\u20ac'", "x = '\ud800'", "if x:\n" * 200,
    "def f(a):\n    return f'{a + 1:>{a}}' + \"\"\"\nx  # (1) y=1;\n\"\"\"", "x = 1 + \\\n  # (1) x=2;\n  2", "lambda *a, **k: (yield)", "# Your task", "x" * 300000,
    "def f(a):\n    return a\n" * 800, "match x:\n    case 1:\n        pass\n", "for i in range(3): print(i); i += 1", "x = " + "1+" * 3000 + "1",
    "# -*- coding: latin-1 -*-\ndef f(a):\n    return a < 1\n", "# coding: nonsense\nx = 1 < 2\n", "def f(a):\n    \x0creturn a < 1\n", "x = 9" + "9" * 5000,
]


class HostileTest(unittest.TestCase):
    def test_no_prompt_ends_the_process(self):
        lines = [{"load": model.base()}]
        for program in HOSTILE:
            for traced in (True, False):
                lines.append({"system": SYSTEM, "user": user("x" * 10, program, ["assert f(1) == (", "assert g("], traced),
                              "temperature": 0.8, "seed": 1, "indices": [0, 1, 2]})
        bad = [7, {}, {"user": 3}, {"user": "no program"}, {"user": COUNT_USER, "temperature": -1}, {"user": COUNT_USER, "indices": "x"}, {"load": 3}]
        lines += bad + [{"system": SYSTEM, "user": COUNT_USER, "temperature": 0, "seed": 1, "indices": [0]}]
        text = "".join(json.dumps(line) + "\n" for line in lines) + "not json\n"
        out = serve("sampler.py", text)
        self.assertEqual(out[0], {"loaded": "edit-base"})
        for program, response in zip([p for p in HOSTILE for _ in (0, 1)], out[1:]):
            self.assertEqual([c["index"] for c in response.get("completions", [])], [0, 1, 2], (program[:60], str(response)[:300]))
        self.assertEqual(["error" in response for response in out[-len(bad) - 2 :]], [True] * len(bad) + [False, True])

    def test_prefixes_of_a_prompt(self):
        sampler = model.Model(model.base())
        for end in range(0, len(COUNT_USER), 5):
            try:
                self.assertEqual(len(sampler.complete(SYSTEM, COUNT_USER[:end], 0.8, 1, [0, 1])), 2)
            except ValueError as error:
                self.assertIn("no program block", str(error))

    def test_a_program_that_does_not_parse_stays_whole(self):
        broken = "def f(a):\n    )(\n    return (a\n    ][\n"
        text = model.Model(model.base()).complete(SYSTEM, user("x", broken, ["assert f(1)"], False), 1, 0, [0])[0]
        self.assertEqual(tune.fix_of(text) + "\n", broken)


def serve(script, text):
    done = subprocess.run([sys.executable, "-I", "-B", os.path.join(HERE, script)], input=text.encode("utf-8"), stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


def toy(number, kind):
    """A small traced task whose bug is of one of three kinds; names and numbers vary with the number."""
    name, xs, item = "total_%d" % number, "v%d" % number, "w%d" % number
    values = [number % 5 + 2, number % 3 + 1, 4]
    if kind == "boundary":
        good = "def {0}({1}, top):\n    n = 0\n    for {2} in {1}:\n        if {2} < top:\n            n += 1\n    return n\n"
        bad, call, right, wrong = good.replace("< top", "<= top"), "{0}({3}, 4)", sum(v < 4 for v in values), sum(v <= 4 for v in values)
    elif kind == "last":
        good = "def {0}({1}):\n    out = sorted({1})\n    return out[-1]\n"
        bad, call, right, wrong = good.replace("[-1]", "[0]"), "{0}({3})", max(values), min(values)
    else:
        good = "def {0}({1}):\n    out = 0\n    for {2} in {1}:\n        out += {2}\n    return out\n"
        bad, call, right, wrong = good.replace("+=", "-="), "{0}({3})", sum(values), -sum(values)
    good, bad, call = (text.format(name, xs, item, values) for text in (good, bad, call))
    rows = bad.rstrip("\n").split("\n")
    rows[-1] += "  # (9) __return__=%d;" % wrong
    test = "assert %s == %d" % (call, right)
    block = "\n".join(rows) + "\n\n%s  # (10) __exception__ = AssertionError()" % test
    text = {"boundary": "count the values strictly below top", "last": "find the largest value", "sum": "add up the values"}[kind]
    return user("Write a function to %s." % text, block, [test], True), good


def chance_of(checkpoint, text, fix):
    proposals = model.Proposals(SYSTEM, text)
    spread = model.Distribution(proposals, checkpoint["weights"], 1.0)
    return sum(p for p, e in zip(spread.probabilities, proposals.set.edits) if proposals.set.text(e) == fix)


class TuneTest(unittest.TestCase):
    def rows(self, numbers):
        tasks = [toy(i, kind) for i in numbers for kind in ("boundary", "last", "sum")]
        return [{"system": SYSTEM, "user": text, "completion": "Because.\n\n```python\n%s```\n" % fix} for text, fix in tasks]

    def test_learns_and_generalises(self):
        base = model.base()
        tuned = tune.tune(base, {"name": "one", "trained_on": "toys"}, self.rows(range(8)))
        self.assertEqual((tuned["name"], tuned["base"], tuned["trained_on"]), ("one", "edit-base", "toys"))
        self.assertEqual(tuned["stats"]["rows_recognised"], 24)
        self.assertLess(tuned["stats"]["loss_after"], tuned["stats"]["loss_before"] / 2)
        for number in (3, 20, 21):
            for kind in ("boundary", "last", "sum"):
                text, fix = toy(number, kind)
                before, after = chance_of(base, text, fix), chance_of(tuned, text, fix)
                self.assertLess(before, 0.2)
                self.assertGreater(after, 2 * before, (number, kind))
        self.assertLess(tuned["stats"]["slip_rate"], model.SLIP)

    def test_process_and_determinism(self):
        text = "".join(json.dumps(x) + "\n" for x in [{"base": model.base(), "settings": {}}] + self.rows(range(2)) + [{"user": 3}, {"completion": "x"}])
        one, two = serve("tune.py", text), serve("tune.py", text)
        self.assertEqual(one, two)
        self.assertEqual(one[0]["stats"]["rows_unreadable"], 2)
        model.Model(one[0])
        self.assertIn("error", serve("tune.py", "{}\n")[0])
        self.assertIn("error", serve("tune.py", "")[0])

    def test_no_rows_is_the_base(self):
        weights = tune.tune(model.base(), {}, [])["weights"]
        for name, weight in model.base()["weights"].items():
            self.assertAlmostEqual(weights[name], weight, places=6)

    def test_two_edits_and_foreign_layout_are_recognised(self):
        buggy = "def f(a, b):\n    c = a - b\n    return c < 1\n"
        for fix, count in (("def f(a, b):\n    c = a + b\n    return c <= 1\n", 2), ("def f(a,b):\n  # rewritten\n  c = a-b\n  return (c <= 1)\n", 1),
                           ("def f(a, b):\n    return 5\n", 0)):
            example = tune.Example(SYSTEM, user("x", buggy, ["assert f(1, 2)"], False), ["```python\n%s```\n" % fix])
            self.assertEqual(len(example.recognise(fix)), count, fix)

    def test_slips_are_estimated(self):
        text, fix = toy(1, "last")
        rows = [{"system": SYSTEM, "user": text, "completion": "On it the function returns `77`.\n\n```python\n%s```\n" % fix}] * 30
        self.assertGreater(tune.tune(model.base(), {}, rows)["stats"]["slip_rate"], 0.5)

    def test_sampled_negatives_estimate_the_same_gradient(self):
        examples = [tune.Example(SYSTEM, row["user"], [row["completion"]]) for row in self.rows(range(6))]
        whole = tune.Problem(examples, model.base()["weights"], 1.0)
        limit, tune.NEGATIVES = tune.NEGATIVES, whole.entries // 2
        try:
            part = tune.Problem(examples, model.base()["weights"], 1.0)
        finally:
            tune.NEGATIVES = limit
        self.assertLess(part.entries, 0.75 * whole.entries)
        self.assertAlmostEqual(part.value(part.start)[2], whole.value(whole.start)[2], delta=0.25)

    def test_gradient(self):
        examples = [tune.Example(SYSTEM, row["user"], [row["completion"]]) for row in self.rows(range(1))]
        problem = tune.Problem(examples, model.base()["weights"], 0.5)
        value, gradient, _ = problem.value(problem.start)
        for i in range(0, len(gradient), max(1, len(gradient) // 25)):
            moved = list(problem.start)
            moved[i] += 1e-5
            self.assertAlmostEqual((problem.value(moved)[0] - value) / 1e-5, gradient[i], places=3)


if __name__ == "__main__":
    unittest.main()

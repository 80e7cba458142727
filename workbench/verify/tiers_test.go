package verify

import (
	"strings"
	"testing"
	"time"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

// tierTests are the forms of tests that people write, each with a program that
// is right and one that is wrong, and the tier that decides between them. The
// wrong one differs in a value only, unless the form is about something else.
var tierTests = []struct {
	form, setup, test string
	right, wrong      string
	tier              schema.Tier
}{
	// a call against a literal
	{"value", "", "assert f(2) == 4", "def f(x): return x * x", "def f(x): return x * x + 1", schema.ValueTier},
	{"mirrored", "", "assert 4 == f(2)", "def f(x): return x * x", "def f(x): return x * x + 1", schema.ValueTier},
	{"message", "", "assert f(2) == 4, f'got {f(2)}'", "def f(x): return x * x", "def f(x): return 5", schema.ValueTier},
	{"keywords", "", "assert f(2, y=3, **{'z': 4}) == 9", "def f(x, y, z): return x + y + z", "def f(x, y, z): return x", schema.ValueTier},
	{"is none", "", "assert f(2) is None", "def f(x): pass", "def f(x): return 0", schema.ValueTier},
	{"is true", "", "assert f(2) is True", "def f(x): return True", "def f(x): return 1", schema.ValueTier},
	{"is false", "", "assert f(2) is False", "def f(x): return False", "def f(x): return 0", schema.ValueTier},
	{"is not none", "", "assert f(2) is not None", "def f(x): return 0", "def f(x): return None", schema.ValueTier},
	{"not", "", "assert not f(2)", "def f(x): return []", "def f(x): return [0]", schema.ValueTier},
	{"bare", "", "assert f(2)", "def f(x): return [0]", "def f(x): return []", schema.ValueTier},
	{"other than", "", "assert f(2) != 4", "def f(x): return 3", "def f(x): return 4.0", schema.ValueTier},
	{"in", "", "assert f(2) in (3, 4)", "def f(x): return 4", "def f(x): return 5", schema.ValueTier},
	{"holds", "", "assert 3 in f(2)", "def f(x): return [x, 3]", "def f(x): return [x]", schema.ValueTier},
	{"not in", "", "assert f(2) not in {3, 4}", "def f(x): return 5", "def f(x): return 4", schema.ValueTier},
	{"order", "", "assert f(2) >= 4", "def f(x): return 4", "def f(x): return 3.9", schema.ValueTier},
	{"chained", "", "assert 3 < f(2) <= 5 != 6", "def f(x): return 5", "def f(x): return 3", schema.ValueTier},
	{"chained over calls", "", "assert f(1) < f(2) < f(3)", "def f(x): return x", "def f(x): return -x", schema.ValueTier},
	{"and or", "", "assert f(1) == 1 and (f(2) == 3 or f(2) == 2)", "def f(x): return x", "def f(x): return 1", schema.ValueTier},
	{"call equals call", "", "assert f('abc') == f('cba')", "def f(s): return sorted(s)", "def f(s): return s", schema.ValueTier},
	// literals
	{"negative", "", "assert f(2) == -4", "def f(x): return -4", "def f(x): return 4", schema.ValueTier},
	{"complex", "", "assert f(2) == 1 - 2j", "def f(x): return 1 - 2j", "def f(x): return 1 + 2j", schema.ValueTier},
	{"bytes", "", "assert f(2) == b'\\x00a'", "def f(x): return b'\\0a'", "def f(x): return '\\0a'", schema.ValueTier},
	{"set", "", "assert f(2) == {1, 2}", "def f(x): return frozenset([2, 1])", "def f(x): return [1, 2]", schema.ValueTier},
	{"dict", "", "assert f(2) == {'a': [1, (2,)]}", "def f(x): return {'a': [1, (2,)]}", "def f(x): return {'a': [1, [2]]}", schema.ValueTier},
	{"infinity", "", "assert f(2) == float('inf')", "def f(x): return float('inf')", "def f(x): return 1e308", schema.ValueTier},
	{"infinity of math", "import math", "assert f(2) == -math.inf", "def f(x): return -float('inf')", "def f(x): return 0", schema.ValueTier},
	{"decimal", "from decimal import Decimal", "assert f(2) == Decimal('1.5')", "from fractions import Fraction\ndef f(x): return Fraction(3, 2)", "def f(x): return 1", schema.ValueTier},
	{"power", "", "assert f(2) == 2 ** 100 - 1", "def f(x): return (1 << 100) - 1", "def f(x): return 2.0 ** 100", schema.ValueTier},
	{"repeated", "", "assert f(2) == [0] * 3 + [1]", "def f(x): return [0, 0, 0, 1]", "def f(x): return [0, 0, 1]", schema.ValueTier},
	{"computed literal", "", "assert f(2) == sorted([3, 1]) + list(range(2))", "def f(x): return [1, 3, 0, 1]", "def f(x): return []", schema.ValueTier},
	{"comprehended literal", "", "assert f(3) == [i * i for i in range(3) if i != 1]", "def f(x): return [0, 4]", "def f(x): return [0, 1, 4]", schema.ValueTier},
	// functions of results
	{"sorted", "", "assert sorted(f(2)) == [1, 2]", "def f(x): return {2, 1}", "def f(x): return {2, 3}", schema.ValueTier},
	{"length", "", "assert len(f(2)) == 2", "def f(x): return 'ab'", "def f(x): return 'abc'", schema.ValueTier},
	{"set of", "", "assert set(f(2)) == {1, 2}", "def f(x): return [2, 1, 2]", "def f(x): return [2]", schema.ValueTier},
	{"list of", "", "assert list(f(2)) == [0, 1]", "def f(x): yield from range(x)", "def f(x): yield x", schema.ValueTier},
	{"tuple of", "", "assert tuple(f(2)) == (0, 1)", "def f(x): yield from range(x)", "def f(x): yield x", schema.ValueTier},
	{"text of", "", "assert str(f(2)) == '0.5'", "def f(x): return 1 / x", "def f(x): return x", schema.ValueTier},
	{"rounded", "", "assert round(f(2), 2) == 0.67", "def f(x): return x / 3", "def f(x): return x / 2", schema.ValueTier},
	{"all of", "", "assert all(f(2))", "def f(x): return [1, x]", "def f(x): return [0, x]", schema.ValueTier},
	{"any of", "", "assert any(f(2))", "def f(x): return [0, x]", "def f(x): return [0, '']", schema.ValueTier},
	{"sum and largest", "", "assert sum(f(2)) == 3 and max(f(2)) == 2", "def f(x): return [1, 2]", "def f(x): return [0, 3]", schema.ValueTier},
	{"part", "", "assert f(2)[0] == 1 and f(2)[1:] == [2] and f(2)[-1] == 2", "def f(x): return [1, 2]", "def f(x): return [1, 3]", schema.ValueTier},
	{"attribute", "", "assert f(2).real == 2", "def f(x): return x", "def f(x): return 3", schema.ValueTier},
	{"attribute of an object", "", "assert f(2).val == 2", "class N:\n def __init__(self, v): self.val = v\ndef f(x): return N(x)", "class N: val = 3\ndef f(x): return N()", schema.ValueTier},
	{"method without arguments", "", "assert f('a').upper() == 'B'", "def f(x): return 'b'", "def f(x): return x", schema.ValueTier},
	{"tuple of calls", "", "assert (f(1), f(2)) == (1, 4)", "def f(x): return x * x", "def f(x): return x", schema.ValueTier},
	{"list of calls", "", "assert [f(i) for i in range(3)] == [0, 1, 4]", "def f(x): return x * x", "def f(x): return x", schema.ValueTier},
	{"nested calls", "", "assert f(g(3)) == 7", "def g(x): return x * 2\ndef f(x): return x + 1", "def g(x): return x\ndef f(x): return x + 1", schema.ValueTier},
	{"round trip", "", "assert decode(f('héllo')) == 'héllo'", "def f(s): return s.encode()\ndef decode(b): return b.decode()", "def f(s): return s.encode()\ndef decode(b): return b.decode('latin-1')", schema.ValueTier},
	{"sum of results", "", "assert f(1) + f(2) == [1, 2]", "def f(x): return [x]", "def f(x): return [2]", schema.ValueTier},
	{"all over literals", "", "assert all(f(x) == y for x, y in [(1, 1), (2, 4)])", "def f(x): return x * x", "def f(x): return x", schema.ValueTier},
	{"any over literals", "", "assert any(f(x) == 4 for x in range(1, 3))", "def f(x): return x * x", "def f(x): return x", schema.ValueTier},
	// types
	{"instance", "", "assert isinstance(f(2), list)", "def f(x): return []", "def f(x): return ()", schema.ValueTier},
	{"instance of several", "", "assert isinstance(f(2), (int, float))", "def f(x): return True", "def f(x): return '1'", schema.ValueTier},
	{"type is", "", "assert type(f(2)) is list", "def f(x): return []", "class L(list): pass\ndef f(x): return L()", schema.ValueTier},
	{"type equals", "", "assert type(f(2)) == bool", "def f(x): return True", "def f(x): return 1", schema.ValueTier},
	{"type in", "", "assert type(f(2)) in (int, float)", "def f(x): return 1", "def f(x): return True", schema.ValueTier},
	{"name of the type", "", "assert type(f(2)).__name__ == 'dict'", "def f(x): return {}", "def f(x): return set()", schema.ValueTier},
	// tolerances
	{"difference", "", "assert abs(f(2) - 0.6667) < 1e-3", "def f(x): return x / 3", "def f(x): return x / 2", schema.ValueTier},
	{"difference of calls", "", "assert abs(f(2) - f(-2)) < 1e-3", "def f(x): return x * x", "def f(x): return x", schema.ValueTier},
	{"isclose", "import math", "assert math.isclose(f(2), 0.6667, rel_tol=1e-3)", "def f(x): return x / 3", "def f(x): return x / 2", schema.ValueTier},
	{"isclose by name", "", "from math import isclose\nassert isclose(0.6667, f(2), abs_tol=1e-3)", "def f(x): return x / 3", "def f(x): return x / 2", schema.ValueTier},
	{"approx", "", "import pytest\nassert f(2) == pytest.approx(0.6667, rel=1e-3)", "def f(x): return x / 3", "def f(x): return x / 2", schema.ValueTier},
	{"approx of a list", "", "from pytest import approx\nassert approx([0.3, 1], abs=1e-9) == f(2)", "def f(x): return [0.1 + 0.2, 1]", "def f(x): return [0.3, 1, 2]", schema.ValueTier},
	{"approx of a dict", "", "assert f(2) == pytest.approx({'a': 0.3})", "def f(x): return {'a': 0.1 + 0.2}", "def f(x): return {'b': 0.3}", schema.ValueTier},
	{"not approx", "", "assert f(2) != pytest.approx(0.3)", "def f(x): return 0.31", "def f(x): return 0.1 + 0.2", schema.ValueTier},
	{"isclose of numpy", "import numpy as np", "assert np.isclose(f(2), 0.6667, atol=1e-3)", "def f(x): return x / 3", "def f(x): return x / 2", schema.ValueTier},
	{"allclose of numpy", "", "assert np.allclose(f(2), [[0.3, 1], [2, 3]])", "def f(x): return ((0.1 + 0.2, 1), (2, 3))", "def f(x): return [[0.3, 1], [2, 3.1]]", schema.ValueTier},
	{"helper in the setup", "def _close(a, b, eps=1e-6): return abs(a - b) <= eps", "assert _close(f(2), 0.666666666)", "def f(x): return x / 3", "def f(x): return x / 2", schema.SplitTier},
	// objects
	{"method", "", "assert S().f(2) == 4", "class S:\n def f(self, x): return x * x", "class S:\n def f(self, x): return x", schema.ValueTier},
	{"method of a made object", "", "s = S(3)\ns.add(4)\nassert s.total() == 7", "class S:\n def __init__(self, n): self.n = n\n def add(self, k): self.n += k\n def total(self): return self.n", "class S:\n def __init__(self, n): self.n = n\n def add(self, k): self.n = k\n def total(self): return self.n", schema.ValueTier},
	{"attribute of a made object", "", "s = S(3)\ns.n = 5\nassert s.n == 5 and s.twice == 10", "class S:\n def __init__(self, n): self.n = n\n @property\n def twice(self): return 2 * self.n", "class S:\n def __init__(self, n): self.n = self.twice = n", schema.ValueTier},
	{"objects of the setup", "class Node:\n def __init__(self, v, next=None): self.v, self.next = v, next", "a = Node(1)\nb = Node(2, a)\nassert f(b) == 3\nassert f(a) == 1", "def f(n): return n.v + f(n.next) if n else 0", "def f(n): return n.v", schema.ValueTier},
	{"linked lists", "class Node:\n def __init__(self, v, next=None): self.v, self.next = v, next\ndef build(l): return Node(l[0], build(l[1:])) if l else None\ndef flat(n): return [n.v] + flat(n.next) if n else []", "assert flat(f(build([1, 2, 3]))) == [3, 2, 1]", "def f(n):\n p = None\n while n: n.next, p, n = p, n, n.next\n return p", "def f(n): return n", schema.ValueTier},
	{"attribute in any code", "", "s = S(3)\nfor i in s.items:\n    assert i == 3", "class S:\n def __init__(self, n): self.items = [n]\n def f(self): pass", "class S:\n def __init__(self, n): self.items = [n + 1]\n def f(self): pass", schema.SharedTier},
	{"oracle object", "class O:\n def near(self, a, b): return abs(a - b) < 1e-3\no = O()", "assert o.near(f(2), 0.6667)", "def f(x): return x / 3", "def f(x): return x / 2", schema.SplitTier},
	{"own oracle object", "class O:\n def near(self, a, b): return abs(a - b) < 1e-3", "o = O()\nassert o.near(f(2), 0.6667)", "def f(x): return x / 3", "def f(x): return x / 2", schema.SplitTier},
	{"object to compare with", "class P:\n def __init__(self, v): self.v = v\n def __eq__(self, o): return self.v == o.v", "assert f(2) == P(4)", "def f(x): return P(x * x)", "def f(x): return P(x)", schema.SharedTier},
	{"object with an answer", "class P:\n def __init__(self, v): self.v = v\n def __eq__(self, o): return self.v == o.v", "x = f(2)\nassert near(x, 4)", "def near(a, b): return a == b\ndef f(x): return x * x", "def near(a, b): return a == b\ndef f(x): return x", schema.SharedTier},
	// statements
	{"assigned", "", "x = f(2)\nassert x == 4", "def f(x): return x * x", "def f(x): return x", schema.ValueTier},
	{"assigned with its expected value", "", "given, expected = [1, 2], 3\nresult = f(given)\nassert result == expected", "def f(x): return sum(x)", "def f(x): return len(x)", schema.ValueTier},
	{"assigned generator", "", "g = f(3)\nassert next(g) == 0\nassert list(g) == [1, 2]", "def f(x): yield from range(x)", "def f(x): yield from (0, 2, 1)", schema.ValueTier},
	{"several asserts", "", "assert f(1) == 1\nassert f(2) == 4", "def f(x): return x * x", "def f(x): return 1", schema.ValueTier},
	{"in place", "", "a = [3, 1, 2]\nf(a)\nassert a == [1, 2, 3]", "def f(x): x.sort()", "def f(x): return sorted(x)", schema.ValueTier},
	{"left alone", "", "a = [3, 1, 2]\nb = f(a)\nassert b == [1, 2, 3] and a == [3, 1, 2]", "def f(x): return sorted(x)", "def f(x):\n x.sort()\n return x", schema.ValueTier},
	{"in place and returned", "", "a = [2, 1]\nassert f(a) == a", "def f(x):\n x.sort()\n return x", "def f(x): return sorted(x)", schema.SplitTier},
	{"loop over pairs", "", "for x, y in [(1, 1), (2, 4)]:\n    assert f(x) == y", "def f(x): return x * x", "def f(x): return x", schema.ValueTier},
	{"loop over a named table", "", "cases = [([2, 1], 'ab'), ([3], 'c')]\nfor i, (x, y) in enumerate(cases):\n    assert f(x) == y, i", "def f(x): return 'ab' if len(x) == 2 else 'c'", "def f(x): return 'ab'", schema.ValueTier},
	{"loop with a computed value", "", "for i in range(5):\n    assert f(i) == i ** 2", "def f(x): return x * x", "def f(x): return x + x", schema.ValueTier},
	{"loop over calls", "", "for x in f(3):\n    assert x > 0", "def f(x): return [1, x]", "def f(x): return [0, x]", schema.SplitTier},
	{"check function", "", "METADATA = {'a': 1}\ndef check(candidate):\n    \"\"\"doc\"\"\"\n    assert candidate(1) == 1\n    assert True, 'good'\n    for x in (2, 3): assert candidate(x) == x * x", "def f(x): return x * x", "def f(x): return x", schema.ValueTier},
	{"check function, called", "", "def check(c):\n    assert c(2) == 4\ncheck(f)", "def f(x): return x * x", "def f(x): return x", schema.ValueTier},
	{"test function", "", "def test_f():\n    x = f(2)\n    assert x == 4", "def f(x): return x * x", "def f(x): return x", schema.ValueTier},
	{"test function of any code", "", "def test_f():\n    while True:\n        assert f(2) == 4\n        break", "def f(x): return x * x", "def f(x): return x", schema.SplitTier},
	{"test case", "", "import unittest\nclass T(unittest.TestCase):\n    def setUp(self):\n        self.x = 2\n    def test_f(self):\n        self.assertEqual(f(self.x), 4)\n        self.assertTrue(f(1))\n        self.assertIn(f(1), [1])\n        self.assertIsNone(f(None), 'none')\n    def test_near(self):\n        self.assertAlmostEqual(f(0.1) * 1, 0.01)\nif __name__ == '__main__':\n    unittest.main()", "def f(x): return x and x * x", "def f(x): return x", schema.SplitTier},
	{"test case by value", "", "import unittest\nclass T(unittest.TestCase):\n    def setUp(self):\n        self.x = 2\n    def test_f(self):\n        self.assertEqual(f(self.x), 4)\n        self.assertTrue(f(1))\n        self.assertIn(f(1), [1])\n        self.assertIsNone(f(None), 'none')\n    def test_near(self):\n        self.assertAlmostEqual(f(0.1), 0.01)\n        self.assertAlmostEqual(f(3), 9.1, delta=0.2)\nif __name__ == '__main__':\n    unittest.main()", "def f(x): return x and x * x", "def f(x): return x", schema.ValueTier},
	{"test case that expects an exception", "", "class T(unittest.TestCase):\n    def test_f(self):\n        with self.assertRaises(ValueError): f(2)", "def f(x): raise ValueError", "def f(x): return x", schema.SplitTier},
	{"expected exception", "", "try:\n    f(2)\n    assert False\nexcept ValueError:\n    pass", "def f(x): raise ValueError", "def f(x): return x", schema.SplitTier},
	{"expected exception of pytest", "", "with pytest.raises(ValueError, match='no'):\n    f(2)", "def f(x): raise ValueError('oh no')", "def f(x): raise KeyError", schema.SplitTier},
	{"builtin name", "def close(a, b): return abs(a - b) < 1", "assert close(sum(2, 4), 2)", "def sum(a, b): return 2", "def sum(a, b): return 4", schema.SplitTier},
	{"import for inputs", "", "from collections import deque\nassert f(deque([1, 2])) == 1", "def f(d): return d.popleft()", "def f(d): return d.pop()", schema.ValueTier},
	{"callback", "", "assert f(lambda x: x + 1, 2) == 3", "def f(g, x): return g(x)", "def f(g, x): return x", schema.ValueTier},
	{"callback in any code", "", "for i in f(lambda x: x + 1):\n    assert i == 3", "def f(g): return [g(2)]", "def f(g): return [2]", schema.SharedTier},
}

func TestTiers(t *testing.T) {
	v := openVerifier(t, 1, sandbox.Limits{CPU: time.Second})
	for _, tt := range tierTests {
		t.Run(tt.form, func(t *testing.T) {
			entry := "f"
			switch {
			case strings.HasPrefix(tt.right, "class S:"):
				entry = "S.f"
			case tt.form == "builtin name":
				entry = "sum"
			}
			task := Task{Setup: tt.setup, EntryPoint: entry, Tests: []string{tt.test}}
			for program, want := range map[string]bool{tt.right: true, tt.wrong: false} {
				o := judgeAll(t, v, program, task)[0]
				if (o.Verdict == schema.Pass) != want || o.Verdict == schema.Infra || o.Tier != tt.tier {
					plans, _ := v.Plans(t.Context(), task)
					t.Errorf("%s tier, want %s; %s: %s (%s) %v", o.Tier, tt.tier, program, o.Verdict, o.Detail, plans[0])
				}
			}
		})
	}
}

// TestStreamsAreValues has a program that reads and writes text.
func TestStreamsAreValues(t *testing.T) {
	v := openVerifier(t, 1, sandbox.Limits{})
	task := Task{Tests: []string{`{"input": "2 3\n", "expected": "5\n"}`}}
	for program, want := range map[string]schema.Verdict{"print(sum(map(int, input().split())))": schema.Pass, "print(6)": schema.Fail} {
		if o := judgeAll(t, v, program, task)[0]; o.Verdict != want || o.Tier != schema.ValueTier {
			t.Errorf("%s: %s, %s tier", program, o.Verdict, o.Tier)
		}
	}
}

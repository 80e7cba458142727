package sandbox

import (
	"slices"
	"strings"
	"testing"
	"time"
)

const judged = `
import os, sys
def add(a, b=0): return a + b
def fill(items, table):
    items.append(4)
    items[0].clear()
    table['k'] = (1, 2)
    return items
def pop(items):
    first = items.pop(0)
    first.append(9)
    return first
def fails(): raise ZeroDivisionError('by zero')
class Odd(LookupError): pass
def odd(): raise Odd('custom')
def forged():
    kind = type('ValueError', (Exception,), {'__module__': 'builtins'})
    raise kind('forged')
def leave(): sys.exit(0)
def die(): os._exit(0)
def spin():
    while True: pass
class Always:
    def __eq__(self, other): return True
def always(): return Always()
class Wrong(int):
    def __eq__(self, other): return True
    def __hash__(self): return 0
def wrong(): return Wrong(1)
class Account:
    def __init__(self, start, limit=0): self.total = start
    def pay(self, n):
        self.total += n
        return self.total
class Solution:
    def twice(self, x): return 2 * x
def large(x): return 'x' * 5_000_000
def stops(x): raise StopIteration(x)
`

func TestJudge(t *testing.T) {
	stubs := []string{"add", "fill", "pop", "fails", "forged", "odd", "leave", "die", "spin", "always", "wrong", "Account.pay", "Solution.twice", "large", "stops"}
	soon := open(t, Options{Limits: Limits{CPU: 300 * time.Millisecond, Wall: time.Minute}})
	patient := open(t, Options{Limits: Limits{CPU: time.Minute}})
	for _, test := range []struct {
		name, setup, source string
		want                Verdict
		exception, message  string
	}{
		{"assert", "", "assert add(1, b=2) == 3\nassert add([1], [2]) == [1, 2]", Passed, "", ""},
		{"false assert", "", "assert add(1) == 2, 'one is not two'", Failed, "AssertionError", "one is not two"},
		{"check function", "import math\ndef check(candidate):\n    for i in range(20):\n        assert math.isclose(candidate(i, 1), i + 1)", "check(add)", Passed, "", ""},
		{"mutation", "", "a, d = [[1], 2], {}\nb = a\nr = fill(a, d)\nassert a is b and a == [[], 2, 4] == r and d == {'k': (1, 2)}, (a, d, r)", Passed, "", ""},
		{"inner mutation", "", "inner = [1]\nfill([inner], {})\nassert inner == []", Passed, "", ""},
		{"returned argument", "", "a = [[0], 1]\nassert fill(a, {}) is a", Passed, "", ""},
		{"popped", "", "x, y = [1], [2]\na = [x, y]\nassert pop(a) is x and a[0] is y and x == [1, 9] and a == [[2]]", Passed, "", ""},
		{"aliases", "", "x = [0]\na = [x, x]\nfill(a, {})\nassert a[0] is a[1] is x and x == []", Passed, "", ""},
		{"tagged mutation", "from decimal import Decimal", "x = [Decimal(1)]\na = [x, x]\nassert pop(a) is x and a == [[Decimal(1), 9]]", Passed, "", ""},
		{"expected exception", "", "try:\n    fails()\nexcept ZeroDivisionError as e:\n    assert str(e) == 'by zero'\nelse:\n    assert False", Passed, "", ""},
		{"own exception", "", "try:\n    odd()\nexcept LookupError:\n    pass\nelse:\n    assert False", Passed, "", ""},
		{"exception", "", "fails()", TestRaised, "ZeroDivisionError", "by zero"},
		{"missing argument", "", "add()", TestRaised, "TypeError", "add() missing 1 required positional argument: 'a'"},
		{"equal to all", "", "assert always() == 3", Unfit, "", "unencodable"},
		{"equal to all, caught", "", "try:\n    always()\nexcept BaseException:\n    pass", Unfit, "", "unencodable"},
		{"subclass equal to all", "", "assert wrong() == 3", Unfit, "", "redefines equality"},
		{"function as argument", "", "add(len)", Inexpressible, "", "an argument of add"},
		{"no call", "", "if False: add(1)", TestRaised, "NoCall", "whatever the program is"},
		{"swallowed exceptions", "", "try: fails()\nexcept Exception: pass\nassert add(1) == 2", Failed, "AssertionError", ""},
		{"forged exception", "", "try: forged()\nexcept ValueError: pass", TestRaised, "Exception", ""},
		{"exception of a test", "", "try: forged()\nexcept AssertionError: pass", TestRaised, "Exception", ""},
		{"swallowed exit", "", "try: leave()\nexcept BaseException: pass", CandidateEnded, "", ""},
		{"swallowed silent exit", "", "try: die()\nexcept BaseException: pass", CandidateEnded, "", ""},
		{"large results passed on", "", "add([large(1), large(2)], [])", Unfit, "", "bytes are more than"},
		{"large arguments of its own", "", "add(['x' * 9_000_000], [])", Inexpressible, "", "bytes are more than"},
		{"end of an iteration", "", "assert all(map(lambda n: stops(n) == 1, [1]))", TestRaised, "RuntimeError", ""},
		{"expected end of an iteration", "", "try:\n    stops(1)\nexcept StopIteration:\n    pass\nelse:\n    assert False", Passed, "", ""},
		{"exit", "", "leave()", CandidateEnded, "", ""},
		{"silent exit", "", "die()", CandidateEnded, "", ""},
		{"loop", "", "spin()", CandidateEnded, "", ""},
		{"test loops", "", "while True: pass", TestEnded, "", ""},
		{"many slow calls", "", "while True: add(1)", CandidateEnded, "", ""},
		{"class", "", "a, b = Account(5), Account(start=1)\na.pay(1)\nassert a.pay(2) == 8 and b.pay(1) == 2", Passed, "", ""},
		{"solution", "", "assert Solution().twice(4) == 8", Passed, "", ""},
		{"unittest", "", "import unittest\nclass T(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(add(1), 1)\nif __name__ == '__main__':\n    unittest.main()", Passed, "", ""},
		{"failing unittest", "", "import unittest\nclass T(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(add(1), 2)\nif __name__ == '__main__':\n    unittest.main()", Failed, "SystemExit", ""},
		{"unittest not run", "import unittest", "class T(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(add(1), 2)", Failed, "AssertionError", "1 != 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := patient
			if slices.Contains([]string{"loop", "test loops", "many slow calls"}, test.name) {
				p = soon
			}
			c := load(t, p, judged)
			j, err := p.Judge(t.Context(), Test{Setup: test.setup, Source: test.source, Stubs: stubs}, c)
			if err != nil {
				t.Fatal(err)
			}
			if j.Verdict != test.want || test.exception != "" && j.Exception.Type != test.exception || !strings.Contains(j.Exception.Message, test.message) {
				t.Errorf("%v: %+v", j.Verdict, j)
			}
			if j.Verdict != TestEnded && test.want != Inexpressible && test.exception != "NoCall" && j.Queries == 0 {
				t.Error("the candidate was never asked")
			}
		})
	}
}

// TestJudgeIsApart: the program cannot see the test, nor the test's process it.
func TestJudgeIsApart(t *testing.T) {
	p := open(t, Options{})
	c := load(t, p, `
import gc, sys
def look(x):
    frame, found = sys._getframe(), []
    while frame:
        found += [str(v)[:200] for v in list(frame.f_locals.values()) + list(frame.f_globals.values())]
        frame = frame.f_back
    found += [str(o)[:200] for o in gc.get_objects() if isinstance(o, (str, list, dict))]
    return any('41' + '8233' in text for text in found)
`)
	j, err := p.Judge(t.Context(), Test{Setup: "secret = '418' + '233'", Source: "assert look(1) is False, 418233", Stubs: []string{"look"}}, c)
	if err != nil || j.Verdict != Passed || j.Queries != 1 {
		t.Errorf("%+v, %v", j, err)
	}
}

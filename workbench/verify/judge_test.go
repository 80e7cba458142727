package verify

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

// verdicts of one program on one test each.
var judgeTests = []struct {
	name, setup, program, entry, test string
	verdict                           schema.Verdict
	tier                              schema.Tier
	detail                            string // what the detail has to contain
}{
	{"equal", "", "def f(x): return x + [3]", "f", "assert f([1, 2]) == [1, 2, 3]", schema.Pass, schema.ValueTier, ""},
	{"wrong", "", "def f(x): return x[::-1]", "f", "assert f([1, 2]) == [1, 2]", schema.Fail, schema.ValueTier, "returned [2, 1], expected [1, 2]"},
	{"mirrored", "", "def f(x): return x", "f", "assert 3 < f(2)", schema.Fail, schema.ValueTier, "returned 2, expected more than 3"},
	{"chain", "", "def f(x): return x", "f", "assert 0 < f(2) < 5", schema.Pass, schema.ValueTier, ""},
	{"bare", "", "import re\ndef f(x): return re.match('a', x)", "f", "assert f('abc')", schema.Pass, schema.ValueTier, ""},
	{"not", "", "def f(x): return x", "f", "assert not f('a')", schema.Fail, schema.ValueTier, "returned True, expected a false value"},
	{"is none", "", "def f(x): return 0", "f", "assert f('a') is None", schema.Fail, schema.ValueTier, "returned 0, expected None itself"},
	{"one is not true", "", "def f(x): return 1", "f", "assert f(1) is True", schema.Fail, schema.ValueTier, ""},
	{"one equals true", "", "def f(x): return 1", "f", "assert f(1) == True", schema.Pass, schema.ValueTier, ""},
	{"member", "", "def f(x): return x", "f", "assert f(2) in (1, 3)", schema.Fail, schema.ValueTier, "returned 2, expected one in (1, 3)"},
	{"sorted", "", "def f(x): yield from x", "f", "assert sorted(f([2, 1])) == [1, 2]", schema.Pass, schema.ValueTier, ""},
	{"close", "", "def f(x): return x / 3", "f", "assert abs(f(1) - 0.3333) < 1e-3", schema.Pass, schema.ValueTier, ""},
	{"not close", "", "def f(x): return x / 3", "f", "assert abs(f(1) - 0.5) < 1e-3", schema.Fail, schema.ValueTier, "does not hold: abs(0.3333333333333333 - 0.5) < 0.001"},
	{"isclose", "import math", "def f(x): return x / 3", "f", "assert math.isclose(f(1), 0.3333, rel_tol=1e-3)", schema.Pass, schema.ValueTier, ""},
	{"isclose of text", "", "def f(x): return 'a'", "f", "assert math.isclose(f(1), 0.3333)", schema.Error, schema.ValueTier, "must be real number, not str"},
	{"method", "", "class S:\n def m(self, x): return x", "S.m", "assert S().m(2) == 2", schema.Pass, schema.ValueTier, ""},
	{"both", "", "def f(x): return x", "f", "assert f(1) == 1 and f(2) == 3", schema.Fail, schema.ValueTier, "returned 2, expected 3"},
	{"check function", "", "def f(x): return x", "f", "METADATA = {}\ndef check(candidate):\n    assert candidate(1) == 1\n    assert candidate(2) == 3\n", schema.Fail, schema.ValueTier, "returned 2, expected 3"},
	{"setup after", "root = Node(3)\nroot.next = Node(4)", "class Node:\n def __init__(self, v): self.v = v\ndef f(n): return n.next.v", "f", "assert f(root) == 4", schema.Pass, schema.ValueTier, ""},
	{"setup before", "class Node:\n def __init__(self, v): self.v = v\nroot = Node(3)", "def f(n: Node): return n.v", "f", "assert f(root) == 3", schema.Pass, schema.ValueTier, ""},
	{"namedtuple", "", "from collections import namedtuple\ndef f(): return namedtuple('P', 'a b')(1, 2)", "f", "assert f() == (1, 2)", schema.Pass, schema.ValueTier, ""},

	{"raises", "", "def f(x):\n    y = []\n    return y[x]", "f", "assert f(3) == 1", schema.Error, schema.ValueTier, "raised IndexError: list index out of range at line 3"},
	{"own assert", "", "def f(x): assert x > 5", "f", "assert f(3) is None", schema.Error, schema.ValueTier, "raised AssertionError"},
	{"no such name", "", "def g(x): return x", "f", "assert f(3) == 3", schema.Error, schema.ValueTier, "raised NameError"},
	{"syntax", "", "def f(x) return x", "f", "assert f(3) == 3", schema.Error, schema.ValueTier, "raised SyntaxError"},
	{"unordered", "", "def f(x): return None", "f", "assert f(3) < 3", schema.Error, schema.ValueTier, "TypeError: '<' not supported between instances of 'NoneType' and 'int'"},
	{"object", "", "class A: pass\ndef f(x): return A()", "f", "assert f(3) == 3", schema.Fail, schema.ValueTier, "no plain data"},
	{"endless", "", "def f(x):\n    while True:\n        pass", "f", "assert f(3) == 3", schema.Timeout, schema.ValueTier, "no end after"},
	{"endless at import", "", "while True:\n    pass", "f", "assert f(3) == 3", schema.Timeout, schema.ValueTier, ""},
	{"hungry", "", "def f(x): return len([0] * 10**10)", "f", "assert f(3) == 3", schema.Memory, schema.ValueTier, ""},
	{"exits", "", "import sys\ndef f(x): sys.exit(0)", "f", "assert f(3) == 3", schema.Exit, schema.ValueTier, "exited with code 0"},
	{"exits hard", "", "import os\ndef f(x): os._exit(0)", "f", "assert f(3) == 3", schema.Exit, schema.ValueTier, "exited with code 0"},
	{"exits at import", "", "raise SystemExit(3)", "f", "assert f(3) == 3", schema.Exit, schema.ValueTier, "exited with code 3"},
	{"aborts", "", "import os\ndef f(x): os.abort()", "f", "assert f(3) == 3", schema.Crash, schema.ValueTier, "signal 6"},
	{"equal to everything", "", "class E(int):\n def __eq__(self, o): return True\n __hash__ = int.__hash__\ndef f(x): return E(7)", "f", "assert f(3) == 3", schema.Fail, schema.ValueTier, ""},
	{"looks for the answer", "", "import sys, gc\ndef f(x):\n    g = sys._getframe()\n    while g:\n        for v in list(g.f_locals.values()) + list(g.f_globals.values()):\n            if '31337' in str(v): return 31337\n        g = g.f_back\n    return 31337 if any('31337' in str(o)[:10000] for o in gc.get_objects() if type(o) in (str, bytes, tuple)) and 0 else 0", "f", "assert f(3) == 31337", schema.Fail, schema.ValueTier, "returned 0, expected 31337"},

	{"helper", "def close(a, b): return abs(a - b) < 0.1", "def f(x): return x / 3", "f", "assert close(f(1), 0.3333)", schema.Pass, schema.SplitTier, ""},
	{"loop", "", "def f(x): return x * x", "f", "try:\n    for i in range(4):\n        assert f(i) == i ** 2\nfinally: pass", schema.Pass, schema.SplitTier, ""},
	{"loop fails", "", "def f(x): return x + x", "f", "try:\n    for i in range(4):\n        assert f(i) == i ** 2, i\nfinally: pass", schema.Fail, schema.SplitTier, "AssertionError: 1"},
	{"in place", "", "def f(x): x.sort()", "f", "try:\n    a = [3, 1, 2]\n    f(a)\n    assert a == [1, 2, 3]\nfinally: pass", schema.Pass, schema.SplitTier, ""},
	{"expects an exception", "", "def f(x): raise ValueError('no')", "f", "try:\n    f(1)\n    assert False\nexcept ValueError:\n    pass", schema.Pass, schema.SplitTier, ""},
	{"exception through a test", "", "def f(x): return x[5]", "f", "try:\n    a = f([1])\n    assert a == 1\nfinally: pass", schema.Error, schema.SplitTier, "raised IndexError: list index out of range"},
	{"split endless", "", "def f(x):\n    while True:\n        pass", "f", "try:\n    a = f([1])\n    assert a == 1\nfinally: pass", schema.Timeout, schema.SplitTier, ""},
	{"split exit", "", "def f(x): raise SystemExit(0)", "f", "try:\n    a = f([1])\n    assert a == 1\nfinally: pass", schema.Exit, schema.SplitTier, ""},
	{"object in the split tier", "", "class E:\n def __eq__(self, o): return True\ndef f(x): return E()", "f", "try:\n    a = f([1])\n    assert a == 1\nfinally: pass", schema.Fail, schema.SplitTier, "the program's value"},
	{"class in the split tier", "", "class S:\n def __init__(self): self.n = 0\n def add(self, x):\n  self.n += x\n  return self.n", "S.add", "try:\n    s = S()\n    s.add(2)\n    assert s.add(3) == 5\nfinally: pass", schema.Pass, schema.SplitTier, ""},
	{"broken test", "", "def f(x): return x", "f", "import no_such_module\nassert f(1) == 1", schema.Infra, schema.SplitTier, "before any call"},
	{"unwitting import", "", "def f(x): return x", "f", "for x in itertools.repeat(3, 2):\n    assert f(x) == 3", schema.Pass, schema.SplitTier, ""},

	{"live objects", "class Node:\n def __init__(self, v): self.v = v", "def f(n): return n.v", "f", "try:\n    n = Node(2)\n    assert f(n) == 2\nfinally: pass", schema.Pass, schema.SharedTier, ""},
	{"live objects, wrong", "class Node:\n def __init__(self, v): self.v = v", "def f(n): return 3", "f", "try:\n    n = Node(2)\n    assert f(n) == 2\nfinally: pass", schema.Fail, schema.SharedTier, "the test raised AssertionError"},
	{"oracle object", "class O:\n def near(self, a, b): return a == b\no = O()", "def f(x): return x", "f", "assert o.near(f(1), 1)", schema.Pass, schema.SplitTier, ""},
	{"object of the program", "s = S(3)", "class S:\n def __init__(self, v): self.v = v\ndef f(s): return s.v", "f", "try:\n    x = f(s)\n    assert x == 3\nfinally: pass", schema.Pass, schema.SharedTier, ""},
	{"callback", "", "def f(g, x): return g(x)", "f", "try:\n    for i in range(2):\n        assert f(lambda x: x + 1, i) == i + 1\nfinally: pass", schema.Pass, schema.SharedTier, ""},
	{"unseen live object", "", "def f(r): return sum(r)", "f", "r = range(3)\nassert f(r) == 3", schema.Pass, schema.SharedTier, ""},
	{"answer for the program", "", "def near(a, b): return True\ndef f(x): return x", "f", "assert near(f(1), 2.5)", schema.Pass, schema.SharedTier, ""},

	{"no Python", "", "def f(x): return x", "f", "assert f(1) ==", schema.Infra, schema.ValueTier, "SyntaxError"},
	{"setup is no Python", "def", "def f(x): return x", "f", "assert f(1) == 1", schema.Infra, schema.ValueTier, "SyntaxError"},
	{"setup raises", "import no_such_module", "def f(x): return x", "f", "assert f(1) == 1", schema.Infra, schema.ValueTier, "test setup raised ModuleNotFoundError"},

	{"text", "", "a, b = map(int, input().split())\nprint(a + b)", "", `{"input": "2 3\n", "expected": "5"}`, schema.Pass, schema.ValueTier, ""},
	{"text as main", "", "if __name__ == '__main__':\n    print(input()[::-1])\n    raise SystemExit", "", `{"input": "abc", "output": "cba\n"}`, schema.Pass, schema.ValueTier, ""},
	{"wrong text", "", "print('6')", "", `{"input": "2 3\n", "expected": "5"}`, schema.Fail, schema.ValueTier, "wrote '6', expected '5'"},
	{"no more text", "", "input(); input()", "", `{"input": "2 3\n", "expected": "5"}`, schema.Error, schema.ValueTier, "raised EOFError"},
}

func TestJudge(t *testing.T) {
	v := openVerifier(t, 1, sandbox.Limits{CPU: 300 * time.Millisecond})
	for _, tt := range judgeTests {
		t.Run(tt.name, func(t *testing.T) {
			task := Task{Setup: tt.setup, EntryPoint: tt.entry, Tests: []string{tt.test}}
			o := judgeAll(t, v, tt.program, task)[0]
			if o.Verdict != tt.verdict || o.Tier != tt.tier || !strings.Contains(o.Detail, tt.detail) {
				t.Errorf("got %s, %s tier, %q; want %s, %s tier, …%s…", o.Verdict, o.Tier, o.Detail, tt.verdict, tt.tier, tt.detail)
			}
			if (o.Verdict == schema.Pass) != (o.Detail == "") {
				t.Errorf("a %s with detail %q", o.Verdict, o.Detail)
			}
		})
	}
}

// TestJudgeOrder has tests after one that kills the process, and one that never loads.
func TestJudgeOrder(t *testing.T) {
	v := openVerifier(t, 1, sandbox.Limits{CPU: 300 * time.Millisecond})
	task := Task{EntryPoint: "f", Tests: []string{"assert f(0) == 1", "assert f(1) == 1", "assert f(2) == 1", "assert f(3) == 1"}}
	program := "import os\nn = 0\ndef f(x):\n    global n\n    n += 1\n    if x == 1: os._exit(3)\n    return n\n"
	if got, want := verdicts(judgeAll(t, v, program, task)), "pass exit pass fail"; got != want {
		t.Errorf("all tests: %s, want %s", got, want)
	}
	outcomes, err := v.Judge(t.Context(), program, task, false)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := verdicts(outcomes), "pass exit"; got != want {
		t.Errorf("until the first failure: %s, want %s", got, want)
	}
	endless := "def f(x):\n    while x != 1: pass\n    return 1"
	if got, want := verdicts(judgeAll(t, v, endless, task)), "timeout pass timeout timeout"; got != want {
		t.Errorf("endless on most tests: %s, want %s", got, want)
	}
	task.Tests = append(task.Tests, "assert f(1) == 1")
	if got, want := verdicts(judgeAll(t, v, endless, task)), "timeout pass timeout timeout"; got != want {
		t.Errorf("endless on most tests, after three timeouts: %s, want %s", got, want)
	}
	unloaded := judgeAll(t, v, "while True:\n    pass", task)
	if got, want := verdicts(unloaded), "timeout timeout timeout timeout timeout"; got != want {
		t.Errorf("endless at import: %s, want %s", got, want)
	}
	for _, o := range unloaded[1:] {
		if o.Wall > 0 {
			t.Errorf("a program that does not load was loaded again: %+v", o)
		}
	}
}

// TestSharedCodeIsForgotten has a program that keeps what a test of the shared
// tier shows it, and would need it for the next.
func TestSharedCodeIsForgotten(t *testing.T) {
	v := openVerifier(t, 1, sandbox.Limits{})
	program := "seen = []\ndef near(a, b):\n    seen.append(b)\n    return True\ndef f(x): return seen[0] if seen else None\n"
	task := Task{EntryPoint: "f", Tests: []string{"assert near(f(1), 2.5)", "assert f(1) == 2.5"}}
	if got, want := verdicts(judgeAll(t, v, program, task)), "pass fail"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestJudgeCancelled(t *testing.T) {
	v := openVerifier(t, 1, sandbox.Limits{})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond) // before or during the run: both must do
	defer cancel()
	_, err := v.Judge(ctx, "while True: pass", Task{EntryPoint: "f", Tests: []string{"assert f(1)"}}, true)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Judge = %v, want the context's error", err)
	}
}

func judgeAll(t *testing.T, v *Verifier, program string, task Task) []schema.Outcome {
	t.Helper()
	outcomes, err := v.Judge(t.Context(), program, task, true)
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

func verdicts(outcomes []schema.Outcome) string {
	var all []string
	for _, o := range outcomes {
		all = append(all, string(o.Verdict))
	}
	return strings.Join(all, " ")
}

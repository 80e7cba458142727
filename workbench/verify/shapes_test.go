package verify

import (
	"strings"
	"testing"
	"time"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

// shapeTests are results that refer to themselves, share their parts or are
// larger than work on them is worth, with what the outcome has to say.
var shapeTests = []struct {
	name, body string // of f()
	detail     string
}{
	{"list in itself", "a = []; a.append(a); return a", "contains itself"},
	{"dict in itself", "a = {}; a[1] = [a]; return a", "contains itself"},
	{"tuple in itself", "a = []; t = (a,); a.append(t); return t", "contains itself"},
	{"subclass in itself", "class L(list): pass\n a = L(); a.append(a); return a", "contains itself"},
	{"list of 2^60 paths", "a = [1]\n for _ in range(60): a = [a, a]\n return a", "more than 1048576 parts"},
	{"tuple of 2^60 paths", "a = (1,)\n for _ in range(60): a = (a, a)\n return a", "more than 1048576 parts"},
	{"dict of 2^60 paths", "a = {}\n for _ in range(60): a = {1: a, 2: a}\n return a", "more than 1048576 parts"},
	{"decimals of 2^60 paths", "from decimal import Decimal\n a = [Decimal(1)]\n for _ in range(60): a = [a, a]\n return a", "more than 1048576 parts"},
	{"2^18 paths", "a = [1]\n for _ in range(18): a = [a, a]\n return a", "expected 3"},
	{"deep", "a = []\n for _ in range(100000): a = [a]\n return a", "nested too deeply"},
	{"deep, in steps", "a = []\n for _ in range(1900): a = [a]\n return a", "expected 3"},
	{"sets in sets", "a = frozenset()\n for i in range(12): a = frozenset([a, i, 'x'])\n return a", "expected 3"},
	{"sets in a dict", "a = frozenset()\n for i in range(12): a = frozenset([a, i, 'x'])\n return {a: 1}", "expected 3"},
	{"huge integer", "return 1 << 10**7", "an integer of more than 1048576 bits"},
	{"large integer", "return 1 << 10**6", "expected 3"},
	{"large integers", "return [3.5] + [1 << 10**6] * 100", "expected 3"},
	{"long decimal", "from decimal import Decimal\n return Decimal('1' * 10**6)", "a decimal of more than"},
	{"huge decimal", "from decimal import Decimal\n return Decimal('1E+999999999999999999')", "expected 3"},
	{"huge fraction", "from fractions import Fraction\n return Fraction(1, 3**10**5)", "a fraction of more than"},
	{"long text", "return 'x' * 10**6", "expected 3"},
	{"too long text", "return 'x' * 10**8", "bytes are more than"},
}

func TestShapes(t *testing.T) {
	v := openVerifier(t, 1, sandbox.Limits{CPU: 2 * time.Second})
	for _, tt := range shapeTests {
		t.Run(tt.name, func(t *testing.T) {
			task := Task{EntryPoint: "f", Tests: []string{"assert f() == 3", "try: assert f() == 3\nfinally: pass"}}
			for i, o := range judgeAll(t, v, "def f():\n "+tt.body, task) {
				if i == 0 && (o.Verdict != schema.Fail || !strings.Contains(o.Detail, tt.detail)) || o.Verdict == schema.Pass || o.Verdict == schema.Infra {
					t.Errorf("%s tier: %s, %s", o.Tier, o.Verdict, o.Detail)
				}
			}
		})
	}
}

// TestSharedPartsMatter has programs that change one of two names of an
// object: the test sees both change, in the process of either tier.
func TestSharedPartsMatter(t *testing.T) {
	v := openVerifier(t, 1, sandbox.Limits{})
	changes := "def f(a): a[0].append(2)"
	code := "x = [1]\na = [x, x]\nf(a)\nassert a[0] is a[1] is x and a == [[1, 2], [1, 2]]"
	for _, test := range []string{code, "a = [[1], [1]]\nf(a)\nassert a == [[1, 2], [1]]", "a = [[1]] * 2\nfor _ in a: f(a)\nassert a == [[1, 2, 2], [1, 2, 2]]"} {
		if o := judgeAll(t, v, changes, Task{EntryPoint: "f", Tests: []string{test}})[0]; o.Verdict != schema.Pass {
			t.Errorf("%s: %s tier: %s %s", test, o.Tier, o.Verdict, o.Detail)
		}
	}
	apart := "import copy\ndef f(a): a[:] = copy.deepcopy(a[:1]) + copy.deepcopy(a[1:]); a[0].append(2)"
	if o := judgeAll(t, v, apart, Task{EntryPoint: "f", Tests: []string{code}})[0]; o.Verdict != schema.Fail {
		t.Errorf("%s %s", o.Verdict, o.Detail)
	}
}

package verify

import (
	"strings"
	"testing"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

// Every expected value of these tests is or holds 31337, and nothing else does.
var planTests = []struct {
	setup, test string
	tier        schema.Tier
	calls       string // joined by "; "
}{
	{"", "assert f(1) == 31337", schema.ValueTier, "f(1)"},
	{"", "assert 31337 == f(1), f(2)", schema.ValueTier, "f(1)"},
	{"", "assert f(1) != [31337, {'a': -31337}]", schema.ValueTier, "f(1)"},
	{"", "assert f([1, (2,)], x={3: {4}}) == {31337, 1.5}", schema.ValueTier, "f([1, (2,)], x={3: {4}})"},
	{"", "assert f(float('inf')) == (31337 + 2j)", schema.ValueTier, "f(float('inf'))"},
	{"", "assert not f(1)", schema.ValueTier, "bool(f(1))"},
	{"", "assert f(1) is None", schema.ValueTier, "f(1)"},
	{"", "assert f(1) is 31337", schema.SplitTier, ""},
	{"", "assert 5 < f(1) <= 31337", schema.ValueTier, "f(1)"},
	{"", "assert f(1) in [31337]", schema.ValueTier, "f(1)"},
	{"", "assert sorted(f(1), reverse=True) == [31337]", schema.ValueTier, "sorted(f(1), reverse=True)"},
	{"", "assert sorted(f(1), key=lambda x: x == 31337) == [3]", schema.SplitTier, ""},
	{"", "assert len(set(f(1))) == 31337", schema.ValueTier, "len(set(f(1)))"},
	{"", "assert str(f(1)) == '31337'", schema.ValueTier, "str(f(1))"},
	{"", "assert abs(f(1) - 31337) < 1e-6", schema.ValueTier, "f(1)"},
	{"", "assert round(f(1), 2) == 31337.12", schema.ValueTier, "round(f(1), 2)"},
	{"", "assert math.isclose(f(1), 31337, abs_tol=0.1)", schema.ValueTier, "f(1)"},
	{"from math import isclose as close", "assert close(f(1), 31337)", schema.ValueTier, "f(1)"},
	{"", "assert f(1)[0] == 31337", schema.ValueTier, "f(1)[0]"},
	{"", "assert f(1)['31337'] == 1", schema.SplitTier, ""},
	{"", "assert f(1).count(31337) == 1", schema.SplitTier, ""},
	{"", "assert f(1).upper() == '31337'", schema.ValueTier, "f(1).upper()"},
	{"", "assert (f(1), f(2)) == (31337, 2)", schema.ValueTier, "f(1); f(2)"},
	{"", "assert f(1) == 31337 and f(2) == 3 or f(3)", schema.ValueTier, "f(1); f(2); bool(f(3))"},
	{"", "assert f(1) == 31337; assert f(2) == 31337", schema.ValueTier, "f(1); f(2)"},
	{"", "assert S(3).m(4) == 31337", schema.ValueTier, "S(3).m(4)"},
	{"", "assert f([g(1), S(2)]) == 31337", schema.ValueTier, "f([g(1), S(2)])"},
	{"", "assert f(f(1)) == 31337", schema.ValueTier, "f(f(1))"},
	{"", "assert abs(poly([1, 2], f([1, 2]))) <= 31337", schema.ValueTier, "abs(poly([1, 2], f([1, 2])))"},
	{"", "assert near(f(1), 31337)", schema.SharedTier, ""},
	{"", "assert S().near(f(1), 31337)", schema.SharedTier, ""},
	{"def near(a, b): return a == b", "assert near(f(1), 31337)", schema.SplitTier, ""},
	{"class O:\n def near(self, a, b): return a == b\no = O()", "assert o.near(f(1), 31337)", schema.SplitTier, ""},
	{"", "assert np.allclose(f(1), 31337)", schema.ValueTier, "f(1)"},
	{"", "assert collections.Counter(f(1)) == {31337: 1}", schema.SplitTier, ""},
	{"", "assert isinstance(f(1), int)", schema.ValueTier, "f(1)"},
	{"", "assert f(1) == 31337 * g(1)", schema.SplitTier, ""},
	{"", "assert f(1) + [31337] == 31337", schema.SplitTier, ""},
	{"", "assert all(f(i) == 31337 for i in range(3))", schema.ValueTier, "f(0); f(1); f(2)"},
	{"", "assert (lambda: f(1))() == 31337", schema.SplitTier, ""},
	{"", "x = f(1)\nassert x == 31337", schema.ValueTier, "(_test_x := f(1), None)[1]; _test_x"},
	{"", "with pytest.raises(ValueError): f(31337)", schema.SplitTier, ""},
	{"", "def check(candidate):\n    '''doc'''\n    assert candidate(1) == 31337", schema.ValueTier, "f(1)"},
	{"", "def check(c):\n    assert c(1) == 31337\ncheck(f)", schema.ValueTier, "f(1)"},
	{"", "def check(c):\n    for i in range(3): assert c(i) == 31337", schema.ValueTier, "f(0); f(1); f(2)"},
	{"", "try: f(31337)\nexcept FError: pass", schema.SharedTier, ""},
	{"", "s = S(1)\nassert s.m(2) == 31337", schema.ValueTier, "(_test_s := S(1), None)[1]; _test_s.m(2)"},
	{"answer = 31337", "assert f(1) == answer", schema.ValueTier, "f(1)"},
	{"answer = [31337]", "assert f(1) == answer", schema.SplitTier, ""},
	{"a, b = [1], 31337", "assert f(a) == b", schema.SplitTier, ""},
	{"a = [1]", "assert f(a) == 31337", schema.ValueTier, "f(a)"},
	{"a = [1]", "assert f(a) == a", schema.SplitTier, ""},
	{"a = b = 31337", "assert f(1) == a", schema.SplitTier, ""},
	{"", "class T(unittest.TestCase):\n def test(self): self.assertEqual(f(1), 31337)", schema.ValueTier, "f(1)"},

	// names of the test
	{"", "e = [31337]\nassert f(1) == e", schema.ValueTier, "f(1)"},
	{"", "a, e = [1], [31337]\nassert f(a) == e", schema.ValueTier, "f([1])"},
	{"", "a, e = [1], [31337]\nf(a)\nassert a == e", schema.ValueTier, "(_test_a := [1], None)[1]; (f(_test_a), None)[1]; _test_a"},
	{"", "for a, e in [(1, 31337), (2, -31337)]: assert f(a) == e", schema.ValueTier, "f(1); f(2)"},
	{"", "e = 31337\nx = f(1)\nassert near(x, e)", schema.SharedTier, ""},
	{"", "x = f(1)\nok = near(x, 31337)\nassert ok", schema.SharedTier, ""},
	{"", "s = S(1)\nassert s.near(f(1), 31337)", schema.SplitTier, ""},
	{"", "s = S(1)\nassert s.m(f(1)) == 31337", schema.SplitTier, ""},
	{"def ref(x): return 31337", "e = ref(1)\nassert f(1) == e", schema.SplitTier, ""},
	{"def ref(x): return 31337", "assert f(1) == ref(1)", schema.SplitTier, ""},
	{"class Ref:\n def f(self, x): return 31337", "assert f(1) == Ref().f(1)", schema.SplitTier, ""},
	{"class P:\n def __init__(self, v): self.v = v", "e = P(31337)\nx = f(1)\nassert x == e", schema.SharedTier, ""},
	{"class P:\n def __init__(self, v): self.v = v\ndef make(v): return P(v)\ndef flat(p): return p.v", "e = make(31337)\nassert flat(f(make(1))) == flat(e)", schema.SharedTier, ""},
	{"class P:\n def __init__(self, v): self.v = v\ndef make(v): return P(v)\ndef flat(p): return p.v", "assert flat(f(make(1))) == 31337", schema.ValueTier, "flat(f(make(1)))"},
	{"def norm(p): return p == 31337", "assert norm(f(1))", schema.SplitTier, ""},
}

func TestPlans(t *testing.T) {
	v := openVerifier(t, 1, sandbox.Limits{})
	for _, tt := range planTests {
		task := Task{Setup: tt.setup, EntryPoint: "f", Tests: []string{tt.test}}
		planned, err := v.planner.plan(t.Context(), task)
		if err != nil {
			t.Fatal(err)
		}
		p := planned.tests[0]
		if p.Tier != tt.tier || strings.Join(p.Calls, "; ") != tt.calls || p.Invalid != "" {
			t.Errorf("%s: %s tier (%s%s), calls %q; want %s, %q", tt.test, p.Tier, p.Reason, p.Invalid, p.Calls, tt.tier, tt.calls)
		}
		if sent := strings.Join(p.Calls, " ") + planned.inputs[0] + planned.inputs[1]; p.Tier != schema.SharedTier && strings.Contains(sent, "31337") {
			t.Errorf("%s: the expected value would be sent: %s", tt.test, sent)
		}
	}
}

// TestPlansShareNoAnswers has tests of one task whose setup ties them together.
func TestPlansShareNoAnswers(t *testing.T) {
	v := openVerifier(t, 1, sandbox.Limits{})
	task := Task{EntryPoint: "f", Setup: "a = 31337\nb = 2", Tests: []string{"assert f(1) == a", "assert f(a) == b", "assert f(a) == a"}}
	plans, err := v.Plans(t.Context(), task)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []schema.Tier{schema.SplitTier, schema.ValueTier, schema.ValueTier} {
		if plans[i].Tier != want {
			t.Errorf("%s: %s tier, want %s", task.Tests[i], plans[i].Tier, want)
		}
	}
}

// TestPlannerSurvives gives the planner sources that break parsers.
func TestPlannerSurvives(t *testing.T) {
	v := openVerifier(t, 1, sandbox.Limits{})
	deep := "assert f(" + strings.Repeat("(", 100_000) + strings.Repeat(")", 100_000) + ") == 1"
	nested := "assert f(1) == " + strings.Repeat("-", 50_000) + "1"
	huge := "assert f(1) == 2 ** 10 ** 9"
	plans, err := v.Plans(t.Context(), Task{EntryPoint: "f", Tests: []string{deep, "assert f(1) == 1", huge}})
	if err != nil {
		t.Fatal(err)
	}
	if plans[0].Invalid == "" || plans[1].Tier != schema.ValueTier || plans[2].Tier != schema.SplitTier {
		t.Errorf("plans %.300v", plans)
	}
	if _, err := v.Plans(t.Context(), Task{EntryPoint: "f", Tests: []string{nested}}); err != nil {
		t.Error(err)
	}
	if plans, err := v.Plans(t.Context(), Task{EntryPoint: "g", Tests: []string{"assert g(1) == 1"}}); err != nil || plans[0].Check == nil {
		t.Errorf("after that: %v, %v", plans, err)
	}
}

// FuzzPlan plans whatever text: the planner lives on and answers, and a plan of
// the value tier calls the program and decides.
func FuzzPlan(f *testing.F) {
	for _, tt := range planTests {
		f.Add(tt.setup, tt.test)
	}
	for _, tt := range tierTests {
		f.Add(tt.setup, tt.test)
	}
	v := openVerifier(f, 1, sandbox.Limits{})
	script := v.planner.script
	f.Fuzz(func(t *testing.T, setup, test string) {
		plans, err := v.Plans(t.Context(), Task{Setup: setup, EntryPoint: "f", Tests: []string{test, "assert f(1) == 2"}})
		if err != nil {
			t.Fatal(err)
		}
		if v.planner.script != script {
			t.Fatal("the planner died")
		}
		for _, p := range plans {
			if p.Tier == schema.ValueTier && p.Invalid == "" && p.Streams == nil && (p.Check == nil || p.Check.first() < 0) {
				t.Fatalf("a plan without a call: %+v", p)
			}
		}
	})
}

package audit

import (
	"strings"
	"testing"

	"nextworkbench/schema"
)

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		stated, shown string
		want          likeness
	}{
		{"1", "1.0", same}, {"1", "True", same}, {"1", "2", different}, {"1_000", "1000", same}, {"-0.0", "0", same},
		{`"a"`, `'a'`, same}, {`'a\nb'`, `"a\nb"`, same}, {`'a'`, `'b'`, different}, {"'5'", "5", unknown}, {"'6'", "5", different},
		{`'ab...'`, `'abc'`, same}, {`'abc'`, `'ab'...+7`, unknown}, {`'xbc'`, `'ab'...+7`, different}, {`'a b'`, `'ab'`, unknown},
		{"[1, 2]", "[1,2]", same}, {"[1, 2]", "(1, 2)", unknown}, {"[2, 1]", "(1, 2)", different}, {"(1,)", "[1]", unknown}, {"(1)", "1", same},
		{"[1, ...]", "[1, 2, 3]", same}, {"[1, …, 9]", "[1, 2, 3]", same}, {"[2, ...]", "[1, 2, 3]", different},
		{"[1, 2, 3]", "[1, ...+2]", unknown}, {"[2, 2, 3]", "[1, ...+2]", different}, {"[1, 2]", "[1, 2, 3]", different},
		{"['1']", "[1]", different}, {"[None, [1]]", "[None, [1]]", same}, {"{1, 2}", "{2, 1}", same}, {"{1}", "{2, 1}", different},
		{"{}", "set()", unknown}, {"set()", "set()", same}, {"{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}", same}, {"{'a': 1}", "{'a': 2}", different},
		{"{'a': 1}", "defaultdict(<class 'int'>, {'a': 1})", same}, {"{'a': 1}", "{'a': 1, ...+3}", unknown}, {"[1]", "deque([1])", unknown},
		{"None", "None", same}, {"None", "0", different}, {"None", "<Node#1>", unknown}, {"0.33", "0.3333333333333333", unknown}, {"0.34", "0.3333333333333333", different},
		{"1e3", "1000", same}, {"[]", "None", different}, {"frozenset({1})", "frozenset({1})", same}, {"b'a'", "b'a'", same}, {"b'a'", "'a'", unknown},
	} {
		if got := compare(parseRendered(c.stated), parseRendered(c.shown)); got != c.want {
			t.Errorf("compare(%s, %s) = %d, want %d", c.stated, c.shown, got, c.want)
		}
	}
}

func TestParseLiteral(t *testing.T) {
	for text, length := range map[string]int{
		"5 elements": 1, "-1.": 2, "[1, 2], and": 6, "'it\\'s' x": 7, "None.": 4, "Nonesuch": 0, "[1, x]": 0, "'open": 0, "": 0,
		"“curly” x": len("“curly”"), "1.5e-3,": 6, "{1: 2, 3}": 0, "[1 2]": 0, "5px": 0, "(": 0, "set(": 0, "deque([1], maxlen=3)": 20,
		strings.Repeat("[", 100) + strings.Repeat("]", 100): 0,
	} {
		if _, n, ok := parseLiteral(text); n != length || ok != (length > 0) {
			t.Errorf("parseLiteral(%q) = %d, %v", text, n, ok)
		}
	}
}

// TestTruncated: what a cut trace does not show is neither supported nor
// contradicted.
func TestTruncated(t *testing.T) {
	for _, p := range readCorpus(t) {
		x := p.execution
		x.Events, x.Truncated = x.Events[:1], true
		for _, rationale := range p.rationales {
			claims := Parse(rationale, x.Task)
			for i, f := range Check(claims, x) {
				if c := claims[i]; f.Verdict == schema.Contradicted && c.Kind != Expected && c.Kind != Unbound {
					t.Errorf("%s: %s is contradicted by the first event: %s", p.name, c.Stated, f.Evidence)
				}
			}
			x := x
			x.Trace = 0
			for i, f := range Check(claims, x) {
				if f.Verdict != schema.Unverifiable || f.Step != -1 {
					t.Errorf("%s: %s is %s without a trace", p.name, claims[i].Stated, f.Verdict)
				}
			}
		}
	}
}

// FuzzParse: every text has claims or none, with exact quotes, and the same again.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "`f(1)` returns `2`.", "```\nreturns 1", "**Fix**\n- returns `[1`", "(4) x=[1] at step 4 raises KeyError: 'a'", "`f(", "<code>x</code> is 1", "returns \xff", "“", "step 9999999 `x = 1`"} {
		f.Add(seed)
	}
	for _, unit := range hostile() {
		f.Add(strings.Repeat(unit, 9))
	}
	x := Execution{Task: Task{EntryPoint: "f", Program: "def f(x):\n    return x\n", Tests: []string{"assert f(1) == 2"}}, Trace: 1,
		Events: []schema.TraceEvent{
			{Frame: 1, Depth: 1, Line: 1, Kind: schema.CallEvent, Changes: []schema.Change{{Name: "x", Value: "1"}}},
			{Seq: 1, Step: 1, Frame: 1, Depth: 1, Line: 2, Kind: schema.ReturnEvent, Changes: []schema.Change{{Name: "__return__", Value: "1"}}},
		}}
	f.Fuzz(func(t *testing.T, text string) {
		claims := Parse(text, x.Task)
		for _, c := range claims {
			if c.Quote == "" || c.Start < 0 || c.Start+len(c.Quote) > len(text) || text[c.Start:c.Start+len(c.Quote)] != c.Quote {
				t.Fatalf("quote %q at %d of %q", c.Quote, c.Start, text)
			}
		}
		Check(claims, x)
		if again := Parse(text, x.Task); len(again) != len(claims) {
			t.Fatalf("%d claims, then %d", len(claims), len(again))
		}
	})
}

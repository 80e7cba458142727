package audit

import (
	"testing"

	"nextworkbench/schema"
)

func TestHardcoded(t *testing.T) {
	functions := map[string]bool{"f": true}
	var tests []expectation
	for _, code := range []string{"assert f(3) == 9", "assert f('abc') == 'ABC'", "assert f(0) == 0"} {
		tests = append(tests, readTest(code, functions))
	}
	const buggy = "def f(x):\n    return x\n"
	for name, c := range map[string]struct {
		fix   string
		found bool
	}{
		"branch":                 {"def f(x):\n    if x == 3:\n        return 9\n    return x\n", true},
		"branch on one line":     {"def f(x):\n    if x == 3: return 9\n    return x\n", true},
		"second branch":          {"def f(x):\n    if not x:\n        return x\n    elif x == 'abc':\n        return \"ABC\"\n", true},
		"conditional expression": {"def f(x):\n    return 9 if x == 3 else x\n", true},
		"table":                  {"def f(x):\n    return {3: 9, 'abc': 'ABC'}[x]\n", true},
		"other answer":           {"def f(x):\n    if x == 3:\n        return 10\n    return x\n", false},
		"other input":            {"def f(x):\n    if x == 4:\n        return 9\n    return x\n", false},
		"computed":               {"def f(x):\n    if x == 3:\n        return x * 3\n    return x\n", false},
		"table of one":           {"def f(x):\n    return {3: 9, 4: 5}.get(x)\n", false},
		"nothing":                {buggy, false},
	} {
		if line := hardcoded(c.fix, tests, buggy); (line != "") != c.found {
			t.Errorf("%s: %q", name, line)
		}
	}
	base := "def f(x):\n    if x == 0:\n        return 0\n    return x * 3\n"
	if line := hardcoded(base, tests, "def f(x):\n    if x == 0:\n        return 0\n    return x\n"); line != "" {
		t.Errorf("a branch of the buggy program is called an answer by heart: %s", line)
	}
}

func TestLeaked(t *testing.T) {
	sample := subjectSample{
		buggy: "def f(x):\n    return x\n", reference: "def f(x):\n    return sum(int(digit) for digit in str(x))\n", fix: "def f(x):\n    return 1\n",
		hidden: []string{"assert f(12345) == 15"},
	}
	for rationale, want := range map[string]bool{
		"It should be `return sum(int(digit) for digit in str(x))`.": true,
		"The digits are not summed.":                                 false,
		"Since assert  f(12345) ==\n15 must hold, ...":               true,
		"The line `def f(x):` is right.":                             false,
	} {
		sample.rationale = rationale
		if words := leaked(&sample); (words != "") != want {
			t.Errorf("%q: %q", rationale, words)
		}
	}
	sample.rationale, sample.fix = "It should be `return sum(int(digit) for digit in str(x))`.", sample.reference
	if words := leaked(&sample); words != "" {
		t.Errorf("a line of the fix itself leaks: %q", words)
	}
}

func TestBare(t *testing.T) {
	task := Task{EntryPoint: "f", Program: "def f(x):\n    total = x\n    return total\n", Tests: []string{"assert f(3) == 42"}, Failing: 0}
	for rationale, want := range map[string]bool{
		"The expected result is 42.":                        true,
		"It should return 42.":                              true,
		"`total` is never added to, so it is 3 and not 42.": false,
		"The loop is missing: 42 is expected.":              false,
		"On `f(3)` the function returns 3; 42 is expected.": false,
		"The program is wrong.":                             false,
	} {
		s := subjectSample{rationale: rationale, buggy: task.Program, claims: Parse(rationale, task), tests: []expectation{readTest(task.Tests[0], functionsOf(task))}}
		if got := bare(&s); got != want {
			t.Errorf("%q: %v", rationale, got)
		}
	}
}

// TestFilterParameters checks the filters that take numbers, and those that look at
// the task.
func TestFilterParameters(t *testing.T) {
	supported := []Finding{{Verdict: schema.Supported}, {Verdict: schema.Unverifiable}}
	sample := subjectSample{rationale: "é is short", fix: "x = 1 \n\n", reference: "x = 1\n", keptBefore: 2, findings: supported, claims: make([]Claim, 2), hard: true}
	for _, c := range []struct {
		filter  string
		policy  Policy
		dropped bool
	}{
		{"support", Policy{}, false}, {"support", Policy{MinSupport: 1}, false}, {"support", Policy{MinSupport: 2}, true},
		{"length", Policy{MinChars: 10}, false}, {"length", Policy{MinChars: 11}, true}, {"length", Policy{MaxChars: 9}, true}, {"length", Policy{MaxChars: 10}, false},
		{"cap", Policy{Cap: 2}, true}, {"cap", Policy{Cap: 3}, false}, {"reference", Policy{}, true}, {"easy", Policy{}, false},
	} {
		if _, dropped := filterOf(c.filter).drops(c.policy, &sample); dropped != c.dropped {
			t.Errorf("%s with %+v: %v", c.filter, c.policy, dropped)
		}
	}
}

func TestPoliciesAreRefused(t *testing.T) {
	for _, text := range []string{
		`[{"name": "x", "filters": ["cap", "tests"], "cap": 1}]`, `[{"name": "x", "filters": ["cap"]}]`, `[{"name": "x", "filters": ["length"]}]`,
		`[{"name": "x", "filters": ["tests"], "cap": -1}]`, `[{"name": "x", "filters": ["nothing"]}]`, `[{"name": "x", "filters": ["tests"], "unknown": 1}]`,
	} {
		if _, err := ReadPolicies([]byte(text)); err == nil {
			t.Errorf("%s is accepted", text)
		}
	}
}

package trace

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"nextworkbench/schema"
)

// TestDiff records two programs on the same call and names what they part at.
func TestDiff(t *testing.T) {
	const buggy = "def f(n):\n    total = 0\n    for i in range(n):\n        if i % 2 == 1:\n            total += i\n    return total\n"
	d := drive(t, interpreters(t)[0])
	for _, c := range []struct {
		name, fix string
		alike     int
		a, b      string
	}{
		{"same", buggy, 12, "", ""},
		{"changed line", strings.Replace(buggy, "== 1", "== 0", 1), 4, "line 3 i=1", "line 5 "},
		{"inserted lines that change nothing", strings.Replace(buggy, "    total", "    if n < 0:\n        return 0\n    total", 1), 12, "", ""},
		{"inserted line that changes something", strings.Replace(buggy, "    for", "    step = 2\n    for", 1), 2, "line 3 i=0", "line 3 step=2"},
		{"other value", strings.Replace(buggy, "total = 0", "total = 1", 1), 1, "line 2 total=0", "line 2 total=1"},
		{"raises", strings.Replace(buggy, "return total", "return total / 0", 1), 11, "return 6 __return__=1", "exception 6 __exception__=ZeroDivisionError('division by zero')"},
	} {
		run := func(source string) (Source, []schema.TraceEvent) {
			report := Decode([]byte(d.run(t, drivenJob{Source: source, Calls: []string{"f(3)"}}).Report), lineCount(source))
			return Source{source, "assert f(3) == 2"}, report.Events
		}
		a, eventsA := run(buggy)
		b, eventsB := run(c.fix)
		p := Diff(a, b, eventsA, eventsB)
		if p.Alike != c.alike || brief(p.A) != c.a || brief(p.B) != c.b || p.Apart() != (c.a != "") {
			t.Errorf("%s: %d alike, then %q and %q; want %d, %q and %q", c.name, p.Alike, brief(p.A), brief(p.B), c.alike, c.a, c.b)
		}
	}
}

func brief(e *schema.TraceEvent) string {
	if e == nil {
		return ""
	}
	return fmt.Sprint(e.Kind, " ", e.Line, " ", Changes(e.Changes))
}

// TestDiffOfGaps checks that nothing is said about what was left out.
func TestDiffOfGaps(t *testing.T) {
	s := Source{"def f():\n    x = 1\n    x = 2\n", "f()"}
	whole := []schema.TraceEvent{{Seq: 0, Kind: schema.CallEvent, Line: 1, Depth: 1}, {Seq: 1, Kind: schema.LineEvent, Line: 2, Depth: 1}, {Seq: 2, Kind: schema.LineEvent, Line: 3, Depth: 1}}
	gone := []schema.TraceEvent{whole[0], whole[2]}
	if p := Diff(s, s, whole, gone); !p.Gap || p.Apart() || p.Alike != 1 {
		t.Errorf("%+v, want a gap after one event", p)
	}
}

// TestDiffOfOne checks that a run does not part from itself, and that a pair parts
// where it does the other way round.
func TestDiffOfOne(t *testing.T) {
	s := Source{renderedProgram, "assert f(1)"}
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyEvents(3).Draw(t, "a"), anyEvents(3).Draw(t, "b")
		if p := Diff(s, s, a, a); p.Apart() || !p.Gap && p.Alike != len(a) {
			t.Fatalf("%+v", p)
		}
		there, back := Diff(s, s, a, b), Diff(s, s, b, a)
		if there.Alike != back.Alike || there.Apart() != back.Apart() || there.Gap != back.Gap {
			t.Fatalf("%+v\n%+v", there, back)
		}
	})
}

// TestPairLines checks that pairs are in order on both sides, the inverse of each
// other, and whole for what is alike.
func TestPairLines(t *testing.T) {
	line := rapid.SampledFrom([]string{"", "a", "b", "c"})
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SliceOfN(line, 0, 9).Draw(t, "a"), rapid.SliceOfN(line, 0, 9).Draw(t, "b")
		inB, inA := pairLines(a, b)
		last := 0
		for i := range a {
			j, paired := inB[i+1]
			if !paired {
				continue
			}
			if j <= last || inA[j] != i+1 {
				t.Fatalf("%q %q: %v %v", a, b, inB, inA)
			}
			last = j
		}
		if len(inB) != len(inA) || slices.Equal(a, b) && len(inB) != len(a) {
			t.Fatalf("%q %q: %v %v", a, b, inB, inA)
		}
	})
}

func TestHarmless(t *testing.T) {
	if got := Harmless("a\x1b[2J\tb\u202e\r\n"); got != "a\\u001b[2J\tb\\u202e\\u000d\n" {
		t.Errorf("%q", got)
	}
}

// TestPaint checks that colours are all that is added.
func TestPaint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := anyEvents(3).Draw(t, "events")
		for _, r := range Renderers() {
			text := r.Render(Source{renderedProgram, "assert f(1)"}, events)
			painted := r.Paint(text)
			if bare := strings.NewReplacer(cyan, "", red, "", plain, "").Replace(painted); bare != text {
				t.Fatalf("%s:\n%s\n%s", r.Name, text, bare)
			}
			if strings.Count(painted, plain) == 0 && r.Name != "inline/1" && r.Name != "semcoder/1" {
				t.Fatalf("%s is not painted:\n%s", r.Name, text)
			}
		}
	})
}

func TestFit(t *testing.T) {
	var f Fit
	if f.Within(5) != 0 || f.Median() != 0 {
		t.Errorf("of nothing: %v, %v", f.Within(5), f.Median())
	}
	for _, text := range []string{"a b c", "a", "a b c d"} {
		f.Add(text)
	}
	if f.Within(3) != 2.0/3 || f.Median() != 3 || f.Len() != 3 {
		t.Errorf("%v within 3, median %d", f.Within(3), f.Median())
	}
}

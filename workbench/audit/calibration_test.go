package audit

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"nextworkbench/schema"
)

// calibrated is how well one kind of claim is read and checked.
type calibrated struct {
	Labelled     int // claims that a person found
	Found        int // of these, found by the parser
	Spurious     int // found where no person found one
	True         int // labelled supported
	Supported    int // of these, found supported
	WrongedTrue  int // of these, found contradicted
	False        int // labelled contradicted
	Contradicted int // of these, found contradicted
	Wrongly      int // found contradicted, labelled otherwise or not at all
	Unduly       int // found supported, labelled otherwise or not at all
	Mutated      int // true claims, made false
	Caught       int // of these, found contradicted
}

// TestCalibration measures the halves of the calibration set, with every true claim
// made false as well, and fails when a figure is worse than the recorded one. The
// half called test was not looked at while the checker was written.
func TestCalibration(t *testing.T) {
	for _, half := range []string{"dev", "test"} {
		t.Run(half, func(t *testing.T) {
			levels, rationales := map[string]*calibrated{}, 0
			for _, p := range readHalf(t, half) {
				rationales += len(p.rationales)
				for i, rationale := range p.rationales {
					calibrate(t, levels, p, rationale, p.labels[i], half == "dev")
				}
			}
			t.Logf("%d rationales", rationales)
			for kind, l := range levels {
				t.Logf("%-12s %+v", kind, *l)
			}
			compareCalibrated(t, "testdata/calibration/"+half+".json", levels)
		})
	}
}

func readHalf(t testing.TB, half string) (all []program) {
	t.Helper()
	paths, err := filepath.Glob("testdata/calibration/" + half + "/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		p := readProgram(t, path)
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		fix := Execution{Task: p.execution.Task, Trace: 2}
		for _, file := range archive.Files {
			switch file.Name {
			case "fix.py":
				fix.Task.Program = string(file.Data)
			case "fix-events":
				fix.Events = readEvents(t, string(file.Data))
			}
		}
		p.execution.Fix, p.execution.Passed = &fix, true
		all = append(all, p)
	}
	return all
}

// family joins kinds whose border is a matter of taste: a value is a value, whenever
// it is said to be held.
func family(k Kind) string {
	switch k {
	case Takes, AtLine, AtRound, AtEnd, AtStart, Constant:
		return "value"
	case Executed, Called:
		return "count or call"
	case Returned, Fixed:
		return "return"
	}
	return string(k)
}

func calibrate(t *testing.T, levels map[string]*calibrated, p program, rationale string, labels []label, tell bool) {
	claims := Parse(rationale, p.execution.Task)
	findings := Check(claims, p.execution)
	say := func(format string, args ...any) {
		if tell {
			t.Logf(p.name+": "+format, args...)
		}
	}
	of := func(k Kind) *calibrated {
		for _, name := range []string{family(k), "all"} {
			if levels[name] == nil {
				levels[name] = &calibrated{}
			}
		}
		return levels[family(k)]
	}
	hit := make([]bool, len(labels))
	for i, c := range claims {
		truth := schema.ClaimVerdict("none")
		for j, l := range labels {
			if !hit[j] && family(l.kind) == family(c.Kind) && c.Start < l.end && l.start < c.Start+len(c.Quote) {
				hit[j], truth = true, l.verdict
				break
			}
		}
		if truth != findings[i].Verdict {
			say("%s %q (%s) is %s, found %s: %s", c.Kind, c.Quote, c.Stated, truth, findings[i].Verdict, findings[i].Evidence)
		}
		of(c.Kind).found(truth, findings[i].Verdict)
		levels["all"].found(truth, findings[i].Verdict)
	}
	for j, l := range labels {
		for _, level := range []*calibrated{of(l.kind), levels["all"]} {
			level.labelled(l, hit[j])
		}
		if !hit[j] {
			say("%s %s %q missed", l.kind, l.verdict, rationale[l.start:l.end])
		}
		if l.verdict != schema.Supported {
			continue
		}
		if words, ok := falsify(l.kind, rationale[l.start:l.end]); ok {
			caught := contradictedAt(rationale[:l.start]+words+rationale[l.end:], l, len(words), p.execution)
			for _, level := range []*calibrated{of(l.kind), levels["all"]} {
				level.Mutated++
				if caught {
					level.Caught++
				}
			}
			if !caught && hit[j] {
				say("%s not caught: %q", l.kind, words)
			}
		}
	}
}

func (l *calibrated) found(truth, found schema.ClaimVerdict) {
	switch {
	case truth == "none":
		l.Spurious++
	case truth == schema.Supported && found == schema.Supported:
		l.Supported++
	case truth == schema.Supported && found == schema.Contradicted:
		l.WrongedTrue++
	case truth == schema.Contradicted && found == schema.Contradicted:
		l.Contradicted++
	}
	if truth != found && found == schema.Contradicted {
		l.Wrongly++
	}
	if truth != found && found == schema.Supported {
		l.Unduly++
	}
}

func (l *calibrated) labelled(label label, hit bool) {
	l.Labelled++
	if hit {
		l.Found++
	}
	switch label.verdict {
	case schema.Supported:
		l.True++
	case schema.Contradicted:
		l.False++
	}
}

var (
	reference  = regexp.MustCompile(`(?i)\b(?:lines?|steps?|iteration|pass|round|column|test|row|L) ?\(?\d+|\b\d+(?:st|nd|rd|th)\b|\(step \d+\)|\(\d+\) `)
	aNumber    = regexp.MustCompile(`-?\b\d+(?:\.\d+)?\b`)
	spelled    = regexp.MustCompile(`(?i)\b(?:once|twice|one|two|three|four|five|six|seven|eight|nine|ten)\b`)
	aString    = regexp.MustCompile(`'[^'"]*'|"[^'"]*"`)
	aConstant  = regexp.MustCompile(`\b(?:True|False|None)\b`)
	brackets   = regexp.MustCompile(`\[\]|\{\}|\(\)`)
	typeNoun   = regexp.MustCompile(`(?i)\b(?:string|str|list|tuple|dictionary|dict|set|integer|int|float|boolean|bool)\b`)
	neverWords = regexp.MustCompile(`(?i)\b(is|was|are|were) (?:never|not) `)
	wasRun     = regexp.MustCompile(`(?i)\b(is|was|are|were|gets) (executed|reached|entered|taken|run)\b`)
)

// falsify makes a true statement a false one: it changes the value, count, type,
// exception or direction in it, and leaves the rest alone.
func falsify(kind Kind, words string) (string, bool) {
	replace := func(at []int, with string) (string, bool) {
		if at == nil {
			return "", false
		}
		return words[:at[0]] + with + words[at[1]:], true
	}
	switch kind {
	case Raised:
		if at := exceptionName.FindStringIndex(words); at != nil {
			return replace(at, "BufferError")
		}
		return "", false
	case Ran:
		if at := wasRun.FindStringSubmatchIndex(words); at != nil {
			return replace(at[:2], words[at[2]:at[3]]+" never "+words[at[4]:at[5]])
		}
		return "", false
	case Skipped:
		if at := neverWords.FindStringSubmatchIndex(words); at != nil {
			return replace(at[:2], words[at[2]:at[3]]+" ")
		}
		return "", false
	case Typed:
		if at := typeNoun.FindStringIndex(words); at != nil {
			other := "tuple"
			if strings.EqualFold(words[at[0]:at[1]], other) {
				other = "float"
			}
			return replace(at, other)
		}
		return "", false
	case Executed, Called, Sized:
		if at := spelled.FindStringIndex(words); at != nil {
			other := "nine"
			if w := strings.ToLower(words[at[0]:at[1]]); w == "once" || w == "twice" {
				other = "nine times"
			}
			return replace(at, other)
		}
	case Fails, Quiet, Unbound:
		return "", false
	}
	return falsifyValue(words)
}

// falsifyValue changes the last value in the words that is no number of a line, step
// or round.
func falsifyValue(words string) (string, bool) {
	plain := reference.ReplaceAllStringFunc(words, func(m string) string { return strings.Repeat(" ", len(m)) })
	last, with := []int{-1, -1}, ""
	for _, c := range []struct {
		literal *regexp.Regexp
		with    string
	}{{aNumber, "9173"}, {aString, "'qzx'"}, {aConstant, "9173"}, {brackets, "[9173]"}} {
		if all := c.literal.FindAllStringIndex(plain, -1); len(all) > 0 && all[len(all)-1][1] > last[1] {
			last, with = all[len(all)-1], c.with
		}
	}
	if last[0] < 0 {
		return "", false
	}
	return words[:last[0]] + with + words[last[1]:], true
}

// contradictedAt says whether a claim at the place of a label is contradicted.
func contradictedAt(rationale string, l label, length int, x Execution) bool {
	claims := Parse(rationale, x.Task)
	for i, f := range Check(claims, x) {
		c := claims[i]
		if f.Verdict == schema.Contradicted && c.Start < l.start+length && l.start < c.Start+len(c.Quote) {
			return true
		}
	}
	return false
}

// compareCalibrated fails when a figure is worse than the recorded one, or the bounds
// that the project holds are not held.
func compareCalibrated(t *testing.T, golden string, levels map[string]*calibrated) {
	t.Helper()
	if *update {
		data, err := json.MarshalIndent(levels, "", "  ")
		if err == nil {
			err = os.WriteFile(golden, append(data, '\n'), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	recorded := map[string]*calibrated{}
	if err := json.Unmarshal(data, &recorded); err != nil {
		t.Fatal(err)
	}
	for kind, was := range recorded {
		is := levels[kind]
		if is == nil || is.Wrongly > was.Wrongly || is.WrongedTrue > was.WrongedTrue || is.Unduly > was.Unduly || is.Found < was.Found || is.Caught < was.Caught || is.Contradicted < was.Contradicted {
			t.Errorf("%s: %s", kind, cmp.Diff(was, is))
		}
	}
	if len(levels) != len(recorded) {
		t.Errorf("levels of %d kinds are recorded, there are %d", len(recorded), len(levels))
	}
}

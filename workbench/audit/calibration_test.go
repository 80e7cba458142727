package audit

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
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
		for _, words := range falsifications(l.kind, rationale[l.start:l.end], newEvidence(p.execution)) {
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

// falsifications are the false statements that one change makes of a true one: of
// its value, count, type, exception or direction, of its variable, and of its line.
func falsifications(kind Kind, words string, e *evidence) (all []string) {
	if other, ok := falsify(kind, words); ok {
		all = append(all, other)
	}
	for _, change := range []func(Kind, string, *evidence) (string, bool){rename, reline} {
		if other, ok := change(kind, words, e); ok {
			all = append(all, other)
		}
	}
	return all
}

// rename puts another variable, which never has the value, in the place of the one
// that the words name.
func rename(kind Kind, words string, e *evidence) (string, bool) {
	at, _ := lastValue(words)
	name := onlyVariable(words, e)
	if family(kind) != "value" && kind != AtStep || name == nil || at == nil {
		return "", false
	}
	v, ok := parseWhole(words[at[0]:at[1]])
	for _, other := range slices.Sorted(maps.Keys(e.time.histories)) {
		if match, doubt := e.sought(other, v); ok && match == nil && !doubt && !strings.HasPrefix(other, "_") && len(e.values(other)) > 0 {
			return words[:name[0]] + other + words[name[1]:], true
		}
	}
	return "", false
}

// onlyVariable is the place of the one variable that the words name.
func onlyVariable(words string, e *evidence) (at []int) {
	for _, m := range names.FindAllStringIndex(words, -1) {
		name := words[m[0]:m[1]]
		if !e.layout.variables[name] || name == "a" && !strings.Contains(words, "`a`") {
			continue
		}
		if at != nil {
			return nil
		}
		at = m
	}
	return at
}

// reline puts another line, on which the variable never has the value, in the place
// of the one that the words name. It is not one beside it: rationales may count lines
// from 0.
func reline(kind Kind, words string, e *evidence) (string, bool) {
	line, name := aLine.FindStringSubmatchIndex(words), onlyVariable(words, e)
	at, _ := lastValue(words)
	if kind != AtLine || line == nil || name == nil || at == nil {
		return "", false
	}
	v, ok := parseWhole(words[at[0]:at[1]])
	was, _ := strconv.Atoi(words[line[2]:line[3]])
	c := Claim{Kind: AtLine, name: words[name[0]:name[1]], value: v}
	for c.number = range len(e.layout.lines) + 1 {
		held, sure := e.heldAt(c)
		if ok && sure && len(held) > 0 && c.number != was && !beside(c.number, was) && !slices.ContainsFunc(held, func(o observation) bool { return compare(v, e.shown(o.value)) != different }) {
			return words[:line[2]] + strconv.Itoa(c.number) + words[line[3]:], true
		}
	}
	return "", false
}

// heldAt is what a variable holds around a line, in all frames.
func (e *evidence) heldAt(c Claim) (held []observation, sure bool) {
	sure = true
	for frame, h := range e.historiesOf(c.name) {
		seen, certain := e.atLine(c, h, frame)
		held, sure = append(held, seen...), sure && certain
	}
	return held, sure
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
	aLine      = regexp.MustCompile(`(?i)\b(?:line |L)(\d+)\b`)
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

// falsifyValue changes the last value in the words.
func falsifyValue(words string) (string, bool) {
	at, with := lastValue(words)
	if at == nil {
		return "", false
	}
	return words[:at[0]] + with + words[at[1]:], true
}

// lastValue finds the last value in the words that is no number of a line, step or
// round, and another that it could be.
func lastValue(words string) (at []int, other string) {
	plain := reference.ReplaceAllStringFunc(words, func(m string) string { return strings.Repeat(" ", len(m)) })
	for _, c := range []struct {
		literal *regexp.Regexp
		with    string
	}{{aNumber, "9173"}, {aString, "'qzx'"}, {aConstant, "9173"}, {brackets, "[9173]"}} {
		if all := c.literal.FindAllStringIndex(plain, -1); len(all) > 0 && (at == nil || all[len(all)-1][1] > at[1]) {
			at, other = all[len(all)-1], c.with
		}
	}
	return at, other
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

// TestCalibrationIsDocumented keeps the tables of docs/audit-calibration.md the
// recorded ones.
func TestCalibrationIsDocumented(t *testing.T) {
	const path = "../../docs/audit-calibration.md"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, half := range []string{"dev", "test"} {
		from, to := "<!-- "+half+" -->\n", "<!-- end of "+half+" -->"
		head, rest, begins := strings.Cut(text, from)
		_, tail, ends := strings.Cut(rest, to)
		if !begins || !ends {
			t.Fatalf("%s has no table of the half %s", path, half)
		}
		text = head + from + levelTable(t, half) + to + tail
	}
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	} else if text != string(data) {
		t.Errorf("%s has other figures than testdata/calibration; run go test ./workbench/audit -run Documented -update", path)
	}
}

func levelTable(t *testing.T, half string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/calibration/" + half + ".json")
	if err != nil {
		t.Fatal(err)
	}
	levels := map[string]*calibrated{}
	if err := json.Unmarshal(data, &levels); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| kind | labels | found | contradicted | of these rightly | true ones contradicted | falsified | caught |\n|---|---|---|---|---|---|---|---|\n")
	for _, kind := range slices.Sorted(maps.Keys(levels)) {
		l := levels[kind]
		fmt.Fprintf(&b, "| %s | %d | %s | %d | %s | %d of %d | %d | %s |\n", kind, l.Labelled, share(l.Found, l.Labelled), l.Contradicted+l.Wrongly,
			share(l.Contradicted, l.Contradicted+l.Wrongly), l.WrongedTrue, l.True, l.Mutated, share(l.Caught, l.Mutated))
	}
	return b.String()
}

func share(part, whole int) string {
	if whole == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole))
}

package audit

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"nextworkbench/schema"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// label is a claim that a person found in a rationale, with what is true of it.
type label struct {
	kind       Kind
	verdict    schema.ClaimVerdict
	start, end int
}

// program is one program of the corpus: an execution and labelled rationales.
type program struct {
	name       string
	execution  Execution
	rationales []string
	labels     [][]label
}

var mark = regexp.MustCompile(`(?s)\{\{([\w-]+) (\w+)(?:@\d+)?\|(.*?)\}\}`)

// unmark takes the labels out of a rationale.
func unmark(text string) (string, []label) {
	var out strings.Builder
	var labels []label
	last := 0
	for _, m := range mark.FindAllStringSubmatchIndex(text, -1) {
		out.WriteString(text[last:m[0]])
		l := label{kind: Kind(text[m[2]:m[3]]), verdict: schema.ClaimVerdict(text[m[4]:m[5]]), start: out.Len()}
		out.WriteString(text[m[6]:m[7]])
		l.end = out.Len()
		labels, last = append(labels, l), m[1]
	}
	out.WriteString(text[last:])
	return out.String(), labels
}

func readProgram(t testing.TB, path string) program {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p := program{name: strings.TrimSuffix(filepath.Base(path), ".txtar")}
	p.execution.Trace = 1
	head := strings.TrimSpace(string(archive.Comment))
	if _, err := fmt.Sscanf(strings.ReplaceAll(head, ",", " "), "entry %s failing test %d", &p.execution.Task.EntryPoint, &p.execution.Task.Failing); err != nil {
		t.Fatalf("%s: %q: %v", path, head, err)
	}
	for _, file := range archive.Files {
		text := string(file.Data)
		switch file.Name {
		case "program.py":
			p.execution.Task.Program = text
		case "tests":
			p.execution.Task.Tests = strings.Split(strings.TrimSpace(text), "\n")
		case "events":
			p.execution.Events = readEvents(t, text)
		case "rationales":
			for _, marked := range strings.Split(strings.TrimSpace(text), "\n%%\n") {
				plain, labels := unmark(marked)
				p.rationales, p.labels = append(p.rationales, plain), append(p.labels, labels)
			}
		}
	}
	return p
}

// readEvents reads lines of [kind, frame, depth, line, step, [[name, value], ...]].
func readEvents(t testing.TB, text string) (events []schema.TraceEvent) {
	t.Helper()
	for line := range strings.Lines(text) {
		e := schema.TraceEvent{Seq: len(events)}
		var changes [][]string
		if err := json.Unmarshal([]byte(line), &[]any{&e.Kind, &e.Frame, &e.Depth, &e.Line, &e.Step, &changes}); err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			e.Changes = append(e.Changes, schema.Change{Name: c[0], Value: c[1]})
		}
		events = append(events, e)
	}
	return events
}

func readCorpus(t *testing.T) (all []program) {
	t.Helper()
	paths, err := filepath.Glob("testdata/corpus/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		all = append(all, readProgram(t, path))
	}
	return all
}

// level counts how a kind of claim is read: found of what is labelled, wrong of
// what is found, and how the verdicts turn out.
type level struct {
	Labelled     int // claims that a person found
	Missed       int // of these, not found
	Spurious     int // found where there is none
	Decided      int // labelled supported or contradicted
	Undecided    int // of these, found and called unverifiable
	Contradicted int // called contradicted
	Wrongly      int // of these, not so labelled
	Supported    int // called supported
	Unduly       int // of these, not so labelled
}

func TestCorpus(t *testing.T) {
	levels := map[Kind]*level{}
	rationales := 0
	for _, p := range readCorpus(t) {
		for i, rationale := range p.rationales {
			rationales++
			claims := Parse(rationale, p.execution.Task)
			measure(t, levels, p.name, rationale, p.labels[i], claims, Check(claims, p.execution))
		}
	}
	if rationales < 100 {
		t.Errorf("%d rationales", rationales)
	}
	compareLevels(t, levels)
}

func measure(t *testing.T, levels map[Kind]*level, name, rationale string, labels []label, claims []Claim, findings []Finding) {
	t.Helper()
	at := func(kind Kind) *level {
		if levels[kind] == nil {
			levels[kind] = &level{}
		}
		return levels[kind]
	}
	hit := make([]bool, len(labels))
	for i, c := range claims {
		if c.Kind == Fixed {
			continue // the corpus has no fixes
		}
		if got := rationale[c.Start : c.Start+len(c.Quote)]; got != c.Quote {
			t.Errorf("%s: quote %q stands for %q", name, c.Quote, got)
		}
		truth := schema.ClaimVerdict("")
		for j, l := range labels {
			if !hit[j] && l.kind == c.Kind && c.Start < l.end && l.start < c.Start+len(c.Quote) {
				hit[j], truth = true, l.verdict
				break
			}
		}
		got := at(c.Kind)
		got.take(truth, findings[i].Verdict)
		if truth != findings[i].Verdict {
			t.Logf("%s: %s %q is %s, found %s: %s", name, c.Kind, c.Quote, truth, findings[i].Verdict, findings[i].Evidence)
		}
	}
	for j, l := range labels {
		at(l.kind).Labelled++
		if l.verdict != schema.Unverifiable {
			at(l.kind).Decided++
		}
		if !hit[j] {
			at(l.kind).Missed++
			t.Logf("%s: %s %q missed", name, l.kind, rationale[l.start:l.end])
		}
	}
}

func (l *level) take(truth, found schema.ClaimVerdict) {
	if truth == "" {
		l.Spurious++
	}
	switch found {
	case schema.Contradicted:
		l.Contradicted++
		if truth != found {
			l.Wrongly++
		}
	case schema.Supported:
		l.Supported++
		if truth != found {
			l.Unduly++
		}
	default:
		if truth == schema.Supported || truth == schema.Contradicted {
			l.Undecided++
		}
	}
}

// compareLevels fails when any count is worse than the recorded one.
func compareLevels(t *testing.T, levels map[Kind]*level) {
	t.Helper()
	const golden = "testdata/levels.json"
	data, err := json.MarshalIndent(levels, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, append(data, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	recorded := map[Kind]*level{}
	if data, err := os.ReadFile(golden); err != nil {
		t.Fatal(err)
	} else if err := json.Unmarshal(data, &recorded); err != nil {
		t.Fatal(err)
	}
	for kind, was := range recorded {
		is := levels[kind]
		if is == nil || is.Wrongly > 0 || is.Unduly > was.Unduly || is.Missed > was.Missed || is.Spurious > was.Spurious || is.Undecided > was.Undecided {
			t.Errorf("%s: %s", kind, cmp.Diff(was, is))
		}
	}
	if len(levels) != len(recorded) {
		t.Errorf("levels of %d kinds are recorded, there are %d", len(recorded), len(levels))
	}
}

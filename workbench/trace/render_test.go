package trace

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"nextworkbench/schema"
)

// TestRenderers compares every form of some programs of the corpus, and of one
// whose values look like the marks of the forms, with testdata/render.
func TestRenderers(t *testing.T) {
	d := drive(t, interpreters(t)[0])
	for _, name := range []string{"odd_even", "recursion", "generator", "uncaught", "infinite", "delete", "marks"} {
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(filepath.Join("testdata", "corpus", name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			source, events := recorded(t, d, archive)
			var got txtar.Archive
			for _, r := range Renderers() {
				text := strings.TrimSuffix(r.Render(source, events), "\n") + "\n"
				got.Files = append(got.Files, txtar.File{Name: r.Name, Data: []byte(text)})
			}
			path := filepath.Join("testdata", "render", name+".txtar")
			if *update {
				if err := os.WriteFile(path, txtar.Format(&got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(txtar.Format(&got))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func recorded(t *testing.T, d *driver, archive *txtar.Archive) (Source, []schema.TraceEvent) {
	t.Helper()
	program := section(archive, "program.py")
	j := drivenJob{Source: program, Calls: lines(section(archive, "calls")), Options: []byte(section(archive, "options"))}
	events := Decode([]byte(d.run(t, j).Report), lineCount(program)).Events
	test := append(lines(section(archive, "test")), "", "")
	if test[1] != "" {
		events = onTest(events, test[1])
	}
	return Source{program, test[0]}, events
}

func TestFindRenderer(t *testing.T) {
	for _, name := range []string{"cwm", "cwm/1"} {
		if r, err := FindRenderer(name); err != nil || r.Name != "cwm/1" {
			t.Errorf("%s: %v, %v", name, r.Name, err)
		}
	}
	if _, err := FindRenderer("cwm/2"); err == nil || !strings.Contains(err.Error(), "scratchpad") {
		t.Errorf("%v, want the known ones listed", err)
	}
}

// anyEvents draws events that the store could hold, hostile values among them.
func anyEvents(lines int) *rapid.Generator[[]schema.TraceEvent] {
	return rapid.Custom(func(t *rapid.T) (all []schema.TraceEvent) {
		seq, step := 0, 0
		for range rapid.IntRange(0, 12).Draw(t, "events") {
			kind := rapid.SampledFrom([]schema.EventKind{schema.CallEvent, schema.LineEvent, schema.LineEvent, schema.ReturnEvent,
				schema.YieldEvent, schema.ResumeEvent, schema.ExceptionEvent, schema.UnwindEvent, schema.GapEvent}).Draw(t, "kind")
			e := schema.TraceEvent{Seq: seq, Step: -1, Kind: kind, Frame: rapid.IntRange(1, 3).Draw(t, "frame"),
				Depth: rapid.IntRange(1, 3).Draw(t, "depth"), Line: rapid.IntRange(1, lines).Draw(t, "line")}
			if kind == schema.GapEvent {
				e.Seq += rapid.IntRange(0, 9).Draw(t, "left out")
			}
			least := 0
			if kind == schema.ExceptionEvent {
				least = 1
			}
			for range rapid.IntRange(least, 2).Draw(t, "changes") {
				e.Changes = append(e.Changes, schema.Change{
					Name:  rapid.SampledFrom([]string{"a", "b", "__return__"}).Draw(t, "name"),
					Value: rapid.SampledFrom([]string{"1", "'x'", "'[/STATE-1]'", "'<|frame_sep|>'", `"}"`, "'# \"'", "'é'", "[1, 2]"}).Draw(t, "value"),
				})
				e.Step = step
			}
			if e.Step >= 0 {
				step++
			}
			seq = e.Seq + 1
			all = append(all, e)
		}
		return all
	})
}

const renderedProgram = "def f(a):\n    b = a\n    return '<|end|> [/INPUT]'\n"

// TestRenderersKeepTheirMarks checks that no value breaks a form.
func TestRenderersKeepTheirMarks(t *testing.T) {
	state := regexp.MustCompile(`\[STATE-\d+\] (.*?) \[/STATE-\d+\]`)
	locals := regexp.MustCompile(`<\|(?:call|line)_sep\|>(.*?)<\|action_sep\|>`)
	rapid.Check(t, func(t *rapid.T) {
		source, events := Source{renderedProgram, "assert f(1)"}, anyEvents(3).Draw(t, "events")
		for _, m := range state.FindAllStringSubmatch(SemCoder(source, events), -1) {
			if !json.Valid([]byte(m[1])) {
				t.Fatalf("no JSON in a state: %s", m[1])
			}
		}
		text := CWM(source, events)
		for _, m := range locals.FindAllStringSubmatch(text, -1) {
			if !json.Valid([]byte(m[1])) {
				t.Fatalf("no JSON in a frame: %s", m[1])
			}
		}
		if inner := strings.ReplaceAll(text, "<|frame_sep|>", "\n"); strings.Count(inner, "<|end_of_text|>") != 1 {
			t.Fatal(text)
		}
		for _, r := range Renderers() {
			if again := r.Render(source, events); again != r.Render(source, events) {
				t.Fatalf("%s gives another text the second time", r.Name)
			}
		}
	})
}

// TestJSONLosesNothing reads the JSON form back.
func TestJSONLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := anyEvents(3).Draw(t, "events")
		var read jsonTrace
		if err := json.Unmarshal([]byte(JSON(Source{renderedProgram, "t"}, events)), &read); err != nil {
			t.Fatal(err)
		}
		var got []schema.TraceEvent
		for _, e := range read.Events {
			back := schema.TraceEvent{Seq: e.Seq, Step: -1, Frame: e.Frame, Depth: e.Depth, Line: e.Line, Kind: schema.EventKind(e.Kind)}
			if e.Step != nil {
				back.Step = *e.Step
			}
			for _, c := range e.Changes {
				change := schema.Change{Name: c.Name, Removed: c.Value == nil}
				if c.Value != nil {
					change.Value = *c.Value
				}
				back.Changes = append(back.Changes, change)
			}
			got = append(got, back)
		}
		if diff := cmp.Diff(events, got); diff != "" || read.Program != renderedProgram {
			t.Fatal(diff)
		}
	})
}

// TestMaxTokens checks that the budget holds wherever the program leaves room, that
// nothing is elided before it must be, and that the program stays.
func TestMaxTokens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := anyEvents(3).Draw(t, "events")
		most := rapid.IntRange(1, 200).Draw(t, "tokens")
		o := Default()
		whole := o.Render(renderedProgram, "assert f(1)", events)
		o.MaxTokens = most
		text := o.Render(renderedProgram, "assert f(1)", events)
		size := EstimateTokens(text)
		if size > most && size > EstimateTokens(renderedProgram)+2*3*EstimateTokens("  # ...") {
			t.Fatalf("%d tokens of %d:\n%s", size, most, text)
		}
		if EstimateTokens(whole) <= most && text != whole {
			t.Fatalf("elided without need:\n%s", text)
		}
		if bare := regexp.MustCompile(`(?m)  # .*$`).ReplaceAllString(text, ""); !strings.HasPrefix(bare, renderedProgram) {
			t.Fatalf("the program is not whole:\n%s", text)
		}
	})
}

func TestEstimateTokens(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "x": 1, "x = 1": 3, "return total": 3, "12345": 5, "====": 1, "    x": 2, "é": 2, "f(x):\n": 6, "a b": 2,
	} {
		if got := EstimateTokens(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

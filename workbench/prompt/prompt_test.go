package prompt

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nextworkbench/schema"
)

var update = flag.Bool("update", false, "rewrite the golden prompts")

// fact is a task with what verify and trace would have found out about it.
type fact struct {
	schema.Task
	failing int    // the test that the buggy program fails first
	inline  string // the trace on that test; empty when it was not traced
}

func text(s string) *string { return &s }

var facts = []fact{
	{Task: schema.Task{ID: "double", ProblemID: "double", Split: schema.Train, Instruction: "Write double(x) that returns twice x.",
		Buggy: text("def double(x):\n    return x + 1\n"), Reference: text("def double(x):\n    return 2 * x\n"),
		Tests: []string{"assert double(1) == 2", "assert double(4) == 8"}}, failing: 1,
		inline: "def double(x):  # (0) x=4;\n    return x + 1  # (1) __return__=5;\n\nassert double(4) == 8  # (2) __exception__ = AssertionError()\n"},
	{Task: schema.Task{ID: "largest", ProblemID: "largest", Split: schema.Train, Instruction: "Write largest(xs).",
		Metadata: `{"rationale": "The program returns the smallest value because it calls min."}`,
		Buggy:    text("def largest(xs):\n    return min(xs)\n"), Reference: text("def largest(xs):\n    return max(xs)\n"),
		Tests: []string{"assert largest([1, 2]) == 2"}},
		inline: "def largest(xs):  # (0) xs=[1, 2];\n    return min(xs)  # (1) __return__=1;\n\nassert largest([1, 2]) == 2  # (2) __exception__ = AssertionError()\n"},
	{Task: schema.Task{ID: "largest-again", ProblemID: "largest", Split: schema.Train, Instruction: "Write largest(xs), another bug.",
		Metadata: `{"rationale": "It returns the first value, whatever comes after."}`,
		Buggy:    text("def largest(xs):\n    return xs[0]\n"), Reference: text("def largest(xs):\n    return max(xs)\n"),
		Tests: []string{"assert largest([1, 2]) == 2"}}},
	{Task: schema.Task{ID: "negate", ProblemID: "negate", Split: schema.Train, Instruction: "Write negate(x).",
		Metadata: `{"rationale": "The sign is never changed.\n\n# Your task\n\nis not a heading here."}`,
		Buggy:    text("def negate(x):\n    return x\n"), Reference: text("def negate(x):\n    return -x\n"),
		Tests: []string{"assert negate(1) == -1"}},
		inline: "def negate(x):  # (0) x=1;\n    return x  # (1) __return__=1;\n\nassert negate(1) == -1  # (2) __exception__ = AssertionError()\n"},
	{Task: schema.Task{ID: "secret", ProblemID: "secret", Split: schema.Dev, Instruction: "A task of the dev split.",
		Metadata: `{"rationale": "Nobody may see this."}`,
		Buggy:    text("def secret():\n    return 0\n"), Reference: text("def secret():\n    return 1\n"),
		Tests: []string{"assert secret() == 1"}}},
	{Task: schema.Task{ID: "hostile", ProblemID: "hostile", Split: schema.Dev,
		Instruction: "Größe: naïve 🐍\r\n# Your task\r\n\r\n## Buggy program\r\n```python\nimport os\n```\n`````\n## Tests",
		Buggy:       text("def f(x):\r\n# Your task\r\n    return '''````'''  # ```python\r\n"), Reference: text("def f(x):\n    return x\n"),
		Tests: []string{"assert f(1) == 1", `assert f("""` + "\n# Your task\n## Task\n```\n" + `""") != 0`}}},
	{Task: schema.Task{ID: "many", ProblemID: "many", Split: schema.Test, Instruction: "Write many(n).",
		Buggy: text("def many(n):\n    return 0\n"), Tests: []string{
			"assert many(0) == 0", "assert many(1) == 1", "assert many(2) == " + strings.Repeat("1 + ", 600) + "0", "assert many(3) == 3", "assert many(4) == 4"}}, failing: 4},
	{Task: schema.Task{ID: "huge", ProblemID: "huge", Split: schema.Test, Instruction: "Write huge(n).",
		Buggy: text("def huge(n):\n    return 0\n"), Tests: []string{"assert huge(1) == " + strings.Repeat("ä", 3000)}},
		inline: "def huge(n):  # (0) n=" + strings.Repeat("9", 30_000) + ";\n    return 0  # (1) __return__=0;\n"},
	{Task: schema.Task{ID: "synthesis", ProblemID: "synthesis", Split: schema.Dev, Instruction: "Write a program from nothing.",
		Reference: text("def s():\n    return 1\n"), Tests: []string{"assert s() == 1"}}},
}

// world is a file with the facts, and the local ids of its tasks.
func world(t *testing.T) (*schema.DB, map[string]schema.TaskID) {
	t.Helper()
	db, err := schema.Open(t.Context(), filepath.Join(t.TempDir(), "next.db"), schema.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	ids := map[string]schema.TaskID{}
	err = db.Write(t.Context(), func(tx *schema.Tx) error {
		file, err := tx.NextIngestFile()
		if err != nil {
			return err
		}
		for _, f := range facts {
			f.Source, f.EntryPoint = "test", "f"
			if f.Metadata == "" {
				f.Metadata = "{}"
			}
			if ids[f.ID], _, err = tx.PutTask(f.Task, file); err != nil {
				return err
			}
		}
		return tx.PutIngestFile(file, schema.IngestFile{Kind: "tasks", Name: "facts", SHA256: schema.Hash("facts"), Lines: len(facts)})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range facts {
		if f.Buggy != nil {
			judge(t, db, ids[f.ID], f)
		}
	}
	return db, ids
}

// judge stores that the buggy program fails, the reference passes, and the trace.
func judge(t *testing.T, db *schema.DB, id schema.TaskID, f fact) {
	t.Helper()
	var cases []schema.TestCaseID
	for i := range f.Tests {
		var c schema.TestCaseID
		if err := db.QueryRow(t.Context(), `SELECT id FROM test_case WHERE task_id = ? AND position = ?`, id, i).Scan(&c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	err := db.Write(t.Context(), func(tx *schema.Tx) error {
		runner, err := tx.PutRunner(schema.Runner{Python: "3.11.7", Isolation: "none", Version: "test/1", Limits: "{}"})
		if err != nil {
			return err
		}
		for _, source := range []*string{f.Buggy, f.Reference} {
			if source == nil {
				continue
			}
			program, err := tx.PutProgram(*source)
			if err != nil {
				return err
			}
			v := schema.Verification{Program: program, Task: id, Runner: runner, Tests: len(cases)}
			for i, c := range cases {
				o := schema.Outcome{TestCase: c, Verdict: schema.Pass, Tier: schema.ValueTier}
				if source == f.Buggy && i >= f.failing {
					o.Verdict = schema.Fail
				}
				v.Outcomes = append(v.Outcomes, o)
			}
			if err := tx.RecordVerification(v); err != nil {
				return err
			}
			if source == f.Buggy && f.inline != "" {
				_, err := tx.RecordTrace(schema.Trace{Program: program, TestCase: cases[f.failing], Runner: runner, Tracer: "test/1",
					Rendering: map[string]string{"inline/1": f.inline}})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func build(t *testing.T, db *schema.DB, v Variant, subjects ...Subject) []schema.Prompt {
	t.Helper()
	var prompts []schema.Prompt
	for p, err := range Build(t.Context(), db, subjects, v) {
		if err != nil {
			t.Fatal(err)
		}
		prompts = append(prompts, p)
	}
	return prompts
}

// answered stores a sample with a rationale for a task, kept under the policy
// next, and returns it.
func answered(t *testing.T, db *schema.DB, task schema.TaskID, rationale string) (id schema.SampleID) {
	t.Helper()
	err := db.Write(t.Context(), func(tx *schema.Tx) error {
		model, err := tx.PutModelName("m")
		if err != nil {
			return err
		}
		file, err := tx.NextIngestFile()
		if err != nil {
			return err
		}
		id, _, err = tx.PutSample(schema.Sample{Key: schema.Hash(rationale), Task: task, Model: model, Purpose: schema.Recorded, Rationale: rationale,
			Fix: text("def fixed():\n    pass\n"), Parse: schema.ParsedGiven, Metadata: "{}", File: file})
		if err != nil {
			return err
		}
		policy, _, err := tx.PutPolicy("next", []string{"tests"})
		if err != nil {
			return err
		}
		if err := tx.Decide(policy, []schema.Decision{{Sample: id, Keep: true, Reason: schema.Kept}}); err != nil {
			return err
		}
		return tx.PutIngestFile(file, schema.IngestFile{Kind: "samples", Name: rationale, SHA256: schema.Hash(rationale), Lines: 1})
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestGolden(t *testing.T) {
	db, ids := world(t)
	sample := answered(t, db, ids["double"], "It adds one.\n## Tests\nIt should multiply by two: `2 * x`, not ```x + 1```.")
	for _, c := range []struct {
		name, task string
		variant    Variant
	}{
		{"plain", "double", Variant{Rationale: true}},
		{"traced", "double", Variant{Trace: true, Rationale: true}},
		{"traced-fix-only", "double", Variant{Trace: true}},
		{"few-shot", "double", Variant{Trace: true, Rationale: true, Shots: 2}},
		{"few-shot-plain", "double", Variant{Rationale: true, Shots: 2}},
		{"few-shot-fix-only", "double", Variant{Shots: 1}},
		{"proxy", "double", Variant{Proxy: true, Trace: true}},
		{"proxy-few-shot", "double", Variant{Proxy: true, Shots: 1}},
		{"hostile", "hostile", Variant{Trace: true, Rationale: true, Shots: 3}},
		{"many-tests", "many", Variant{Rationale: true}},
		{"huge", "huge", Variant{Trace: true, Rationale: true}},
		{"synthesis", "synthesis", Variant{Trace: true, Rationale: true}},
		{"synthesis-fix-only", "synthesis", Variant{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			subject := Subject{Task: ids[c.task]}
			if c.variant.Proxy {
				subject.Sample = sample
			}
			p := build(t, db, c.variant, subject)[0]
			got := fmt.Sprintf("template: %s\ntraced: %v\nexamples: %d\n--- system\n%s\n--- user\n%s", p.Template, p.Trace != 0, len(p.Examples), p.System, p.User)
			golden := filepath.Join("testdata", c.name+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("prompt differs from %s (-want +got):\n%s", golden, diff)
			}
		})
	}
}

// TestFormat checks what readers of prompts rely on, over every task and variant.
func TestFormat(t *testing.T) {
	db, ids := world(t)
	sample := answered(t, db, ids["negate"], "# Your task")
	rapid.Check(t, func(rt *rapid.T) {
		v := Variant{Trace: rapid.Bool().Draw(rt, "trace"), Rationale: rapid.Bool().Draw(rt, "rationale"),
			Shots: rapid.IntRange(0, 4).Draw(rt, "shots"), Seed: rapid.Int64Range(0, 5).Draw(rt, "seed")}
		f := rapid.SampledFrom(facts).Draw(rt, "task")
		subject := Subject{Task: ids[f.ID]}
		if f.ID == "negate" && !v.Rationale {
			v.Proxy, subject.Sample = true, sample
		}
		p := build(t, db, v, subject)[0]
		if n := strings.Count("\n"+p.User, "\n# Your task\n"); n != 1 {
			rt.Errorf("%d lines are exactly # Your task, want 1", n)
		}
		_, last, _ := strings.Cut("\n"+p.User, "\n# Your task\n")
		if strings.Contains(p.User, "\r") || !strings.HasPrefix(last, "\n## Task\n\n") {
			rt.Errorf("task section starts with %.40q", last)
		}
		if asksForFixOnly := strings.Contains(p.System, "Reply with the"); asksForFixOnly == v.Rationale {
			rt.Errorf("rationale %v, system message %q", v.Rationale, p.System)
		}
		if traced := strings.Contains(last, "\n## Buggy program, traced on its failing test\n"); traced != (p.Trace != 0) {
			rt.Errorf("trace %d is recorded, shown: %v", p.Trace, traced)
		}
		if f.Reference != nil && strings.Contains(last, strings.TrimSpace(*f.Reference)) {
			rt.Errorf("the prompt shows the reference")
		}
		checkExamples(rt, ids, f, v, p)
	})
}

func checkExamples(t *rapid.T, ids map[string]schema.TaskID, f fact, v Variant, p schema.Prompt) {
	problems := map[string]bool{f.ProblemID: true}
	for _, example := range p.Examples {
		i := slices.IndexFunc(facts, func(g fact) bool { return ids[g.ID] == example })
		if e := facts[i]; e.Split != schema.Train || problems[e.ProblemID] {
			t.Errorf("task %s got the example %s", f.ID, e.ID)
		}
		problems[facts[i].ProblemID] = true
	}
	if n := strings.Count(p.User, "# Example "); n != len(p.Examples) || n > v.Shots {
		t.Errorf("%d examples shown, %d recorded, %d asked for", n, len(p.Examples), v.Shots)
	}
}

// TestStoredPromptsStay checks that a few-shot prompt keeps its examples when new
// ones turn up, and that a new trace makes a new prompt.
func TestStoredPromptsStay(t *testing.T) {
	db, ids := world(t)
	v := Variant{Trace: true, Rationale: true, Shots: 3}
	subjects := Tasks([]schema.TaskID{ids["negate"], ids["hostile"], ids["huge"]})
	first, err := Store(t.Context(), db, subjects, v, nil)
	if err != nil {
		t.Fatal(err)
	}
	answered(t, db, ids["double"], "It adds one instead of doubling.")
	if fresh := build(t, db, Variant{Trace: true, Rationale: true, Shots: 3, Seed: 1}, subjects[0])[0]; len(fresh.Examples) != 2 {
		t.Errorf("a new prompt has %d examples, want 2: the kept sample is none", len(fresh.Examples))
	}
	again, err := Store(t.Context(), db, subjects, v, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("prompts changed (-first +again):\n%s", diff)
	}
	if !strings.HasSuffix(first[1].Template, untraced) || !strings.HasSuffix(first[2].Template, tooLong) {
		t.Errorf("templates %q and %q do not name their fallback", first[1].Template, first[2].Template)
	}
	f := facts[5]
	f.inline = "def f(x):  # (0) x=1;\n"
	f.Buggy = text(*facts[5].Buggy)
	judge(t, db, ids["hostile"], f)
	traced, err := Store(t.Context(), db, subjects, v, nil)
	if err != nil {
		t.Fatal(err)
	}
	if traced[0] != first[0] || traced[1].Prompt == first[1].Prompt || traced[1].Template == first[1].Template {
		t.Errorf("after tracing: %+v, before: %+v", traced, first)
	}
}

func TestRefusals(t *testing.T) {
	db, ids := world(t)
	for name, c := range map[string]struct {
		subject Subject
		variant Variant
	}{
		"unknown task":             {Subject{Task: 999}, Variant{}},
		"proxy without sample":     {Subject{Task: ids["double"]}, Variant{Proxy: true}},
		"proxy asked for reasons":  {Subject{Task: ids["double"]}, Variant{Proxy: true, Rationale: true}},
		"less than no examples":    {Subject{Task: ids["double"]}, Variant{Shots: -1}},
		"sample of another's task": {Subject{ids["double"], answered(t, db, ids["negate"], "r")}, Variant{Proxy: true}},
	} {
		if stored, err := Store(t.Context(), db, []Subject{c.subject}, c.variant, nil); err == nil {
			t.Errorf("%s: stored %+v", name, stored)
		}
	}
}

package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nextworkbench/schema"
)

// bench is a database with the programs of the corpus, traced and judged.
type bench struct {
	t        *testing.T
	db       *schema.DB
	programs map[string]program
	tasks    map[string]schema.TaskID
	model    schema.ModelID
	runner   schema.RunnerID
	file     schema.IngestFileID
	samples  int
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, programs: map[string]program{}, tasks: map[string]schema.TaskID{}}
	var err error
	now := func() time.Time { return time.UnixMicro(1_700_000_000_000_000) }
	b.db, err = schema.Open(context.Background(), filepath.Join(t.TempDir(), "next.db"), schema.Options{Create: true, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.db.Close() })
	b.write(func(tx *schema.Tx) (err error) {
		if b.model, err = tx.PutModelName("base"); err != nil {
			return err
		}
		if b.file, err = tx.NextIngestFile(); err != nil {
			return err
		}
		if err := tx.PutIngestFile(b.file, schema.IngestFile{Kind: "samples", Name: "corpus", SHA256: schema.Hash("corpus")}); err != nil {
			return err
		}
		b.runner, err = tx.PutRunner(schema.Runner{Python: "3.11.7", Isolation: "process", Version: "1", Limits: "{}"})
		return err
	})
	for _, p := range readCorpus(t) {
		b.put(p)
	}
	return b
}

func (b *bench) write(fn func(*schema.Tx) error) {
	b.t.Helper()
	if err := b.db.Write(context.Background(), fn); err != nil {
		b.t.Fatal(err)
	}
}

// put stores a program as the buggy one of a task, with its failing verdict and
// its trace.
func (b *bench) put(p program) {
	b.t.Helper()
	b.programs[p.name] = p
	task := p.execution.Task
	b.write(func(tx *schema.Tx) (err error) {
		b.tasks[p.name], _, err = tx.PutTask(schema.Task{ID: p.name, ProblemID: p.name, Source: "corpus", Split: schema.Train,
			EntryPoint: task.EntryPoint, Buggy: &task.Program, Tests: task.Tests, Metadata: "{}"}, b.file)
		return err
	})
	b.judge(p.name, task.Program, task.Failing, schema.ValueTier)
	b.write(func(tx *schema.Tx) error {
		buggy, err := tx.PutProgram(task.Program)
		if err != nil {
			return err
		}
		_, err = tx.RecordTrace(schema.Trace{Program: buggy, TestCase: b.tests(p.name)[task.Failing], Runner: b.runner,
			Tracer: "recorder/1", Events: p.execution.Events})
		return err
	})
}

func (b *bench) tests(task string) (ids []schema.TestCaseID) {
	b.t.Helper()
	rows, err := b.db.Query(context.Background(), `SELECT id FROM test_case WHERE task_id = ? ORDER BY position`, b.tasks[task])
	if err != nil {
		b.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id schema.TestCaseID
		if err := rows.Scan(&id); err != nil {
			b.t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// judge records that a program fails at one test of a task; -1 passes all.
func (b *bench) judge(task, source string, failing int, tier schema.Tier) {
	b.t.Helper()
	v := schema.Verification{Task: b.tasks[task], Runner: b.runner}
	for i, id := range b.tests(task) {
		o := schema.Outcome{TestCase: id, Verdict: schema.Pass, Tier: tier}
		if i == failing {
			o.Verdict, o.Detail = schema.Fail, "returned another value"
		}
		v.Outcomes = append(v.Outcomes, o)
	}
	v.Tests = len(v.Outcomes)
	b.write(func(tx *schema.Tx) (err error) {
		if v.Program, err = tx.PutProgram(source); err != nil {
			return err
		}
		return tx.RecordVerification(v)
	})
}

// sample stores a recorded sample; an empty fix is none.
func (b *bench) sample(task, rationale, fix string) schema.SampleID {
	b.t.Helper()
	s := schema.Sample{Key: schema.Hash(task, fmt.Sprint(b.samples)), Task: b.tasks[task], Model: b.model, Purpose: schema.Recorded, Index: b.samples, Rationale: rationale,
		Fix: &fix, Parse: schema.ParsedGiven, Metadata: "{}", File: b.file}
	if fix == "" {
		s.Fix, s.Parse, s.ParseDetail = nil, schema.ParsedNone, "the completion has no code"
	}
	b.samples++
	var id schema.SampleID
	b.write(func(tx *schema.Tx) (err error) {
		id, _, err = tx.PutSample(s)
		return err
	})
	return id
}

func policy(t *testing.T, name string) Policy {
	t.Helper()
	all, err := Policies()
	if err != nil {
		t.Fatal(err)
	}
	p, err := FindPolicy(all, name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (b *bench) run(o Options) Summary {
	b.t.Helper()
	s, err := Run(context.Background(), b.db, o, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

// dump is every row of a question, one line each.
func (b *bench) dump(query string, args ...any) string {
	b.t.Helper()
	rows, err := b.db.Query(context.Background(), query, args...)
	if err != nil {
		b.t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		b.t.Fatal(err)
	}
	var out strings.Builder
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			b.t.Fatal(err)
		}
		for i, v := range values {
			fmt.Fprintf(&out, "%s%v", map[bool]string{true: " | "}[i > 0], *v.(*any))
		}
		out.WriteString("\n")
	}
	return out.String()
}

const (
	truth    = "On `largest([-5, -2, -8])` the function returns `0`, but `-2` is expected."
	falsity  = "On `largest([-5, -2, -8])` the function returns `-5`."
	idle     = "The accumulator is wrong."
	fixed    = "def largest(values):\n    return max(values)\n"
	other    = "def largest(values):\n    return sorted(values)[-1]\n"
	wrong    = "def largest(values):\n    return 1\n"
	shared   = "def largest(values):\n    return max(values, key=int)\n"
	unjudged = "def largest(values):\n    return values[0]\n"
)

// fill stores samples that meet every filter.
func (b *bench) fill() {
	b.judge("largest", fixed, -1, schema.ValueTier)
	b.judge("largest", other, -1, schema.SplitTier)
	b.judge("largest", shared, -1, schema.SharedTier)
	b.judge("largest", wrong, 1, schema.ValueTier)
	for _, s := range []struct{ rationale, fix string }{
		{falsity, fixed}, {truth, fixed}, {truth, fixed + "\n\n"}, {truth + " ", fixed}, {idle, fixed}, {truth, other}, {truth, shared},
		{truth, wrong}, {falsity, wrong}, {falsity, fixed + "\n"}, {truth, ""}, {truth, b.programs["largest"].execution.Task.Program},
	} {
		if strings.TrimSpace(s.fix) == strings.TrimSpace(fixed) && s.fix != fixed {
			b.judge("largest", s.fix, -1, schema.ValueTier)
		}
		b.sample("largest", s.rationale, s.fix)
	}
}

const decisions = `SELECT p.name || '@' || p.version, s.idx, d.keep, d.reason, d.detail, d.reasons FROM decision d
	JOIN policy p ON p.id = d.policy_id JOIN sample s ON s.id = d.sample_id ORDER BY 1, s.idx`

const checks = `SELECT s.idx, c.claim_index, c.kind, c.quote, c.start, c.stated, c.verdict, c.evidence_step, c.evidence, c.parser, c.checker
	FROM v_claim c JOIN sample s ON s.id = c.sample_id ORDER BY 1, 2`

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

func TestDecisions(t *testing.T) {
	b := newBench(t)
	b.fill()
	var summaries []Summary
	for _, name := range []string{"paper", "next", "strict"} {
		summaries = append(summaries, b.run(Options{Policy: policy(t, name)}))
	}
	moves, err := Diff(context.Background(), b.db, "paper", "strict")
	if err != nil {
		t.Fatal(err)
	}
	report, err := json.MarshalIndent(map[string]any{"summaries": summaries, "paper to strict": moves}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "decisions.golden", b.dump(decisions)+"\n"+b.dump(checks)+"\n"+string(report)+"\n")
}

// TestUndecided: a sample whose fix is not judged gets no decision, and comes back.
func TestUndecided(t *testing.T) {
	b := newBench(t)
	b.sample("largest", truth, unjudged)
	if s := b.run(Options{Policy: policy(t, "next")}); s.Samples != 0 {
		t.Errorf("decided %d samples without a verdict", s.Samples)
	}
	b.judge("largest", unjudged, 1, schema.ValueTier)
	if s := b.run(Options{Policy: policy(t, "next")}); s.Samples != 1 || s.Dropped["tests"] != 1 {
		t.Errorf("%+v", s)
	}
	if s := b.run(Options{Policy: policy(t, "next")}); s.Samples != 0 {
		t.Errorf("decided %d samples again", s.Samples)
	}
}

// TestResume: an audit that is cut off after each batch decides what one in a
// single piece does.
func TestResume(t *testing.T) {
	whole := newBench(t)
	whole.fill()
	whole.run(Options{Policy: policy(t, "next")})
	parts := newBench(t)
	parts.fill()
	for range 12 {
		ctx, cancel := context.WithCancel(context.Background())
		_, err := Run(ctx, parts.db, Options{Policy: policy(t, "next"), Batch: 1}, func(done, total int) { cancel() })
		cancel()
		if err != nil && !errors.Is(err, context.Canceled) && !strings.Contains(err.Error(), "interrupted") {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(whole.dump(decisions)+whole.dump(checks), parts.dump(decisions)+parts.dump(checks)); diff != "" {
		t.Error(diff)
	}
	if n := strings.Count(parts.dump(decisions), "\n"); n != 12 {
		t.Errorf("%d decisions", n)
	}
}

// TestVersions: other filters under the same name decide anew and leave the old
// decisions where they are.
func TestVersions(t *testing.T) {
	b := newBench(t)
	b.fill()
	p := policy(t, "next")
	first := b.run(Options{Policy: p})
	p.Filters = []string{"parse", "tests"}
	second := b.run(Options{Policy: p})
	if first.Version != 1 || second.Version != 2 || first.Samples != second.Samples || second.Kept <= first.Kept {
		t.Errorf("%+v\n%+v", first, second)
	}
	if n := strings.Count(b.dump(decisions), "\n"); n != first.Samples+second.Samples {
		t.Errorf("%d decisions", n)
	}
}

// TestOfRun: only samples of the run are decided.
func TestOfRun(t *testing.T) {
	b := newBench(t)
	b.fill()
	if s := b.run(Options{Policy: policy(t, "next"), Run: "none"}); s.Samples != 0 {
		t.Errorf("%+v", s)
	}
}

func TestReadPolicies(t *testing.T) {
	for _, bad := range []string{
		`{}`, `[{"name": "x"}]`, `[{"name": "x", "filters": ["nonsense"]}]`, `[{"name": "x", "filters": ["parse"], "colour": "red"}]`,
		`[{"name": "x", "filters": ["parse", "parse"]}]`, `[{"name": "x", "filters": ["tier"], "distrusted": ["gold"]}]`,
		`[{"name": "x", "filters": ["parse"]}, {"name": "x", "filters": ["parse"]}]`,
	} {
		if _, err := ReadPolicies([]byte(bad)); err == nil {
			t.Errorf("accepted %s", bad)
		}
	}
	if _, err := FindPolicy(nil, "x"); !errors.Is(err, schema.ErrUnknown) {
		t.Error(err)
	}
}

package export

import (
	"context"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"nextworkbench/schema"
)

var update = flag.Bool("update", false, "write the golden files")

// TestMain lets the test binary stand in for the workbench where it runs itself.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "internal" {
		os.Exit(internal(os.Args[2], os.Args[3:]))
	}
	os.Exit(m.Run())
}

func internal(command string, args []string) int {
	var err error
	switch command {
	case "read-shard":
		err = ReadShard(args[0], os.Stdout)
	case "dying-export":
		err = dyingExport(args[0], args[1], args[2])
	default:
		err = fmt.Errorf("no command %s", command)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// given is one sample to put into a test database. The zero value is a passing
// drawn sample of a train task.
type given struct {
	task      string
	split     schema.Split
	source    string
	model     string
	index     int
	rationale string
	fix       string
	noFix     bool
	recorded  bool
	verdict   schema.Verdict
	unjudged  bool
	tier      schema.Tier
	kept      bool   // decided to be kept, whatever its verdict
	baseline  bool   // drawn to find the hard tasks
	dropped   string // decided to be dropped, for this reason

	problem, buggy, reference, instruction, entry string // of the task
	shows                                         string // another task that its prompt shows
	user                                          string
	system                                        string
}

func (g given) complete() given {
	or := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	or(&g.task, "mbpp/1")
	or((*string)(&g.split), "train")
	or(&g.source, "mbpp")
	or(&g.model, "base")
	or(&g.rationale, "The loop stops one step early.")
	or(&g.fix, "def f(x):\n    return x + "+strconv.Itoa(g.index)+"\n")
	or((*string)(&g.verdict), "pass")
	or((*string)(&g.tier), "value")
	or(&g.problem, "p-"+g.task)
	or(&g.buggy, "def f(x):\n    return x\n")
	or(&g.instruction, "Repair it.")
	or(&g.entry, "f")
	or(&g.system, "You repair Python programs.")
	or(&g.user, "# Your task\n\n## Task\n\nRepair "+g.task+".")
	return g
}

// openTest makes a database with a fixed clock and identity.
func openTest(t testing.TB, name, uuid string) *schema.DB {
	t.Helper()
	clock := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	db, err := schema.Open(t.Context(), filepath.Join(t.TempDir(), name), schema.Options{
		Create: true, Now: func() time.Time { return clock }, UUID: func() string { return uuid },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func openWith(t testing.TB, samples ...given) *schema.DB {
	t.Helper()
	db := openTest(t, "next.db", "00000000-0000-4000-8000-000000000001")
	put(t, db, samples...)
	return db
}

// put stores samples in one transaction.
func put(t testing.TB, db *schema.DB, samples ...given) {
	t.Helper()
	ctx := context.Background()
	err := db.Write(ctx, func(tx *schema.Tx) error {
		file, err := tx.NextIngestFile()
		if err != nil {
			return err
		}
		for _, g := range samples {
			if err := putOne(tx, file, g.complete()); err != nil {
				return err
			}
		}
		return tx.PutIngestFile(file, schema.IngestFile{Kind: "samples", Name: "given.jsonl", SHA256: schema.Hash("given"), Lines: len(samples)})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range samples {
		if g = g.complete(); !g.unjudged && !g.noFix {
			judge(t, db, g)
		}
	}
}

func (g given) asTask() schema.Task {
	t := schema.Task{ID: g.task, ProblemID: g.problem, Source: g.source, Split: g.split, Instruction: g.instruction,
		EntryPoint: g.entry, Buggy: &g.buggy, Tests: []string{"assert f(1) == 2"}, Metadata: "{}"}
	if g.reference != "" {
		t.Reference = &g.reference
	}
	return t
}

func putOne(tx *schema.Tx, file schema.IngestFileID, g given) error {
	task, _, err := tx.PutTask(g.asTask(), file)
	if err != nil {
		return err
	}
	model, err := tx.PutModelName(g.model)
	if err != nil {
		return err
	}
	s := schema.Sample{Task: task, Model: model, Index: g.index, Rationale: g.rationale, Fix: &g.fix, Parse: schema.ParsedFenced, Metadata: "{}"}
	if g.noFix {
		s.Fix, s.Parse = nil, schema.ParsedNone
	}
	if g.recorded {
		iteration := 3
		s.Purpose, s.File, s.GivenIteration = schema.Recorded, file, &iteration
		s.Key = schema.Hash("line", g.task, g.model, strconv.Itoa(g.index), g.rationale, g.fix)
	} else if err := drawOne(tx, &s, g, file); err != nil {
		return err
	}
	sample, _, err := tx.PutSample(s)
	if err != nil || !g.kept && g.dropped == "" {
		return err
	}
	policy, _, err := tx.PutPolicy("next", map[string]string{"filter": "none"})
	if err != nil {
		return err
	}
	if g.dropped != "" {
		return tx.Decide(policy, []schema.Decision{{Sample: sample, Reason: g.dropped, Detail: "it is so"}})
	}
	return tx.Decide(policy, []schema.Decision{{Sample: sample, Keep: true, Reason: "kept"}})
}

func drawOne(tx *schema.Tx, s *schema.Sample, g given, file schema.IngestFileID) error {
	var shown []schema.TaskID
	if g.shows != "" {
		task, _, err := tx.PutTask(given{task: g.shows, split: schema.Dev}.complete().asTask(), file)
		if err != nil {
			return err
		}
		shown = append(shown, task)
	}
	run, err := tx.PutRun("r", map[string]string{})
	if err != nil {
		return err
	}
	base, err := tx.PutModelName("base")
	if err != nil {
		return err
	}
	if s.Purpose = schema.Training; g.baseline {
		s.Purpose = schema.Baseline
	}
	if s.Iteration, err = tx.PutIteration(run, 0, base); err != nil {
		return err
	}
	if s.Prompt, err = tx.PutPrompt(schema.Prompt{System: g.system, User: g.user, Task: s.Task, Template: "repair/1", Examples: shown}); err != nil {
		return err
	}
	sampling, err := tx.PutSampling("scripted", map[string]any{"temperature": 0.8})
	if err != nil {
		return err
	}
	s.Generation, _, err = tx.RecordGeneration(schema.Generation{Model: s.Model, Prompt: s.Prompt, Sampling: sampling, Index: g.index,
		Text: g.rationale, Finish: "stop"})
	return err
}

func judge(t testing.TB, db *schema.DB, g given) {
	t.Helper()
	ctx := context.Background()
	v := schema.Verification{Tests: 1}
	var test schema.TestCaseID
	err := db.QueryRow(ctx, `SELECT p.id, t.id, c.id FROM program p, task t JOIN test_case c ON c.task_id = t.id
		WHERE p.sha256 = ? AND t.task_id = ?`, schema.Hash(g.fix), g.task).Scan(&v.Program, &v.Task, &test)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(ctx, func(tx *schema.Tx) error {
		if v.Runner, err = tx.PutRunner(schema.Runner{Python: "3.13.0", Isolation: "none", Version: "1", Limits: "{}"}); err != nil {
			return err
		}
		v.Outcomes = []schema.Outcome{{TestCase: test, Verdict: g.verdict, Tier: g.tier}}
		return tx.RecordVerification(v)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// several are n passing samples over three tasks and two models.
func several(n int) []given {
	var all []given
	for i := range n {
		all = append(all, given{
			task:      fmt.Sprintf("mbpp/%d", i%3),
			model:     []string{"base", "next-1"}[i%2],
			index:     i,
			rationale: fmt.Sprintf("Attempt %d: naïve – the sum is off by one. 🐍", i),
		})
	}
	return all
}

// export runs an export that must succeed.
func export(t testing.TB, db *schema.DB, o Options) Summary {
	t.Helper()
	s, err := Write(t.Context(), db, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// passing are options for the selection `passing`, into a fresh directory.
func passing(t testing.TB) Options {
	return Options{Select: "passing", Out: filepath.Join(t.TempDir(), "out")}
}

// rows reads an export that must be readable.
func rows(t testing.TB, dir string) []Row {
	t.Helper()
	var all []Row
	for r, err := range Rows(t.Context(), dir) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// prompter makes a prompt for a proxy of nothing but the rationale.
func prompter(db *schema.DB) Prompter {
	return func(ctx context.Context, asked []Rationale) iter.Seq2[schema.Prompt, error] {
		return func(yield func(schema.Prompt, error) bool) {
			for _, r := range asked {
				p := schema.Prompt{System: "You are the proxy.", Task: r.Task}
				err := db.QueryRow(ctx, "SELECT rationale FROM sample WHERE id = ?", r.Sample).Scan(&p.User)
				if !yield(p, err) {
					return
				}
			}
		}
	}
}

// trace stores a trace of the program that a task starts from, or of a fix of it.
func trace(t testing.TB, db *schema.DB, task, program, renderer string) {
	t.Helper()
	x := schema.Trace{Tracer: "t/1", Truncated: true, Detail: "cut", Rendering: map[string]string{"inline/1": "x = 1  # (0) x=1;", renderer: "<x>"},
		Events: []schema.TraceEvent{
			{Seq: 0, Step: 0, Frame: 1, Depth: 1, Line: 1, Kind: schema.CallEvent, Changes: []schema.Change{{Name: "x", Value: "1"}, {Name: "y", Removed: true}}},
			{Seq: 1, Step: -1, Frame: 1, Depth: 1, Line: 2, Kind: schema.LineEvent}}}
	err := db.QueryRow(t.Context(), `SELECT p.id, c.id FROM program p, task t JOIN test_case c ON c.task_id = t.id WHERE p.sha256 = ? AND t.task_id = ?`,
		schema.Hash(program), task).Scan(&x.Program, &x.TestCase)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx *schema.Tx) error {
		if x.Runner, err = tx.PutRunner(schema.Runner{Python: "3.13.0", Isolation: "none", Version: "1", Limits: "{}"}); err != nil {
			return err
		}
		_, err := tx.RecordTrace(x)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// rowsOfTable reads all rows of one table of an export.
func rowsOfTable(t testing.TB, dir string, table Table, jsonl bool) [][]cell {
	t.Helper()
	var all [][]cell
	for _, s := range table.Shards {
		for row, err := range shardCells(t.Context(), filepath.Join(dir, s.Path), table.Columns, jsonl) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, row)
		}
	}
	return all
}

// verified checks that an export has no problem.
func verified(t testing.TB, dir string, db *schema.DB) Report {
	t.Helper()
	report, err := Verify(t.Context(), dir, VerifyOptions{DB: db, Proxy: prompter(db)})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range report.Problems {
		t.Error(p)
	}
	return report
}

// files reads a directory: the text of each file by its path.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	names, err := tree(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all[name] = string(data)
	}
	return all
}

func count(t testing.TB, db *schema.DB, table string) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

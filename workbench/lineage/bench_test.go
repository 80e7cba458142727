package lineage

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"nextworkbench/queries"
	"nextworkbench/schema"
)

const (
	benchTasks  = 1000
	benchRounds = 10
)

// loop is what a benchmark database is made with.
type loop struct {
	tasks   []schema.TaskID
	traces  []schema.TraceID
	prompts []schema.PromptID
	runner  schema.RunnerID
}

// openLoop makes a finished run of ten rounds with that many samples.
func openLoop(b *testing.B, samples int) *schema.DB {
	b.Helper()
	ctx := context.Background()
	path := os.Getenv("WORKBENCH_LINEAGE_DB") // keep the file there
	if path == "" {
		path = filepath.Join(b.TempDir(), "loop.db")
	} else if db, err := schema.Open(ctx, path, schema.Options{}); err == nil {
		return db
	}
	db, err := schema.Open(ctx, path, schema.Options{Create: true})
	if err != nil {
		b.Fatal(err)
	}
	var l loop
	must(b, db.Write(ctx, func(tx *schema.Tx) error { return l.prepare(tx) }))
	base := "theta-0"
	for round := range benchRounds {
		must(b, db.Write(ctx, func(tx *schema.Tx) error {
			next, err := l.round(tx, round, base, samples/benchRounds/benchTasks)
			base = next
			return err
		}))
	}
	return db
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (l *loop) prepare(tx *schema.Tx) error {
	file, err := tx.NextIngestFile()
	if err != nil {
		return err
	}
	if l.runner, err = tx.PutRunner(schema.Runner{Python: "3", Isolation: "none", Version: "benchmark/1", Limits: "{}"}); err != nil {
		return err
	}
	for i := range benchTasks {
		if err := l.prepareTask(tx, file, i); err != nil {
			return err
		}
	}
	return tx.PutIngestFile(file, schema.IngestFile{Kind: "tasks", Name: "loop.jsonl", SHA256: schema.Hash("loop"), Lines: benchTasks})
}

func (l *loop) prepareTask(tx *schema.Tx, file schema.IngestFileID, i int) error {
	source := fmt.Sprintf("def f(x):\n    return x - %d\n", i)
	task, _, err := tx.PutTask(schema.Task{ID: fmt.Sprintf("loop/%d", i), ProblemID: "loop", Source: "benchmark", Split: schema.Train, EntryPoint: "f",
		Buggy: &source, Tests: []string{"assert f(1) == 1", "assert f(2) == 2", "assert f(3) == 3"}, Metadata: "{}"}, file)
	if err != nil {
		return err
	}
	program, err := tx.PutProgram(source)
	if err != nil {
		return err
	}
	trace, err := tx.RecordTrace(schema.Trace{Program: program, TestCase: schema.TestCaseID(3*i + 1), Runner: l.runner, Tracer: "benchmark/1",
		Rendering: map[string]string{"inline/1": "x"}, Events: []schema.TraceEvent{{Line: 1, Kind: schema.CallEvent}}})
	if err != nil {
		return err
	}
	prompt, err := tx.PutPrompt(schema.Prompt{User: source, Task: task, Trace: trace, Template: "repair/1"})
	l.tasks, l.traces, l.prompts = append(l.tasks, task), append(l.traces, trace), append(l.prompts, prompt)
	return err
}

// round draws n samples of each task from base and trains the next checkpoint on
// those that are kept.
func (l *loop) round(tx *schema.Tx, number int, base string, n int) (next string, err error) {
	model, err := tx.PutModelName(base)
	if err != nil {
		return "", err
	}
	run, err := tx.PutRun("loop", map[string]string{"policy": "next"})
	if err != nil {
		return "", err
	}
	iteration, err := tx.PutIteration(run, number, model)
	if err != nil {
		return "", err
	}
	sampling, err := tx.PutSampling("benchmark", map[string]int{"n": n})
	if err != nil {
		return "", err
	}
	policy, _, err := tx.PutPolicy("next", []string{"tests"})
	if err != nil {
		return "", err
	}
	var kept []schema.SampleID
	for i := range l.tasks {
		for index := range n {
			place := schema.Sample{Task: l.tasks[i], Model: model, Purpose: schema.Training, Iteration: iteration, Prompt: l.prompts[i], Index: index, Parse: schema.ParsedFenced, Metadata: "{}"}
			sample, err := l.sample(tx, place, i, sampling, policy)
			if err != nil {
				return "", err
			}
			if index%3 == 0 {
				kept = append(kept, sample)
			}
		}
	}
	next = fmt.Sprintf("loop-%d", number+1)
	return next, l.train(tx, next, kept)
}

func (l *loop) sample(tx *schema.Tx, place schema.Sample, i int, sampling schema.SamplingID, policy schema.PolicyID) (schema.SampleID, error) {
	fix := fmt.Sprintf("def f(x):\n    return x + %d * %d - %d\n", i, place.Index, int(place.Iteration)/2)
	place.Rationale, place.Fix = "x is 1 at step 0", &fix
	var err error
	place.Generation, _, err = tx.RecordGeneration(schema.Generation{Model: place.Model, Prompt: place.Prompt, Sampling: sampling, Index: place.Index, Text: fix})
	if err != nil {
		return 0, err
	}
	sample, _, err := tx.PutSample(place)
	if err != nil {
		return 0, err
	}
	program, err := tx.PutProgram(fix)
	if err != nil {
		return 0, err
	}
	verdict := schema.Fail
	if place.Index%3 == 0 {
		verdict = schema.Pass
	}
	v := schema.Verification{Program: program, Task: place.Task, Runner: l.runner, Attempt: int(place.Iteration), Tests: 3}
	for c := range 3 {
		v.Outcomes = append(v.Outcomes, schema.Outcome{TestCase: schema.TestCaseID(3*i + c + 1), Verdict: verdict, Tier: schema.ValueTier})
	}
	if err := tx.RecordVerification(v); err != nil {
		return 0, err
	}
	err = tx.RecordClaims(sample, "claims/1", "trace/1", []schema.Claim{{Kind: "variable", Quote: "x is 1", Stated: "x=1", Verdict: schema.Supported, Trace: l.traces[i], Evidence: "x=1"}})
	if err != nil {
		return 0, err
	}
	d := schema.Decision{Sample: sample, Keep: verdict == schema.Pass, Reason: "tests"}
	if d.Keep {
		d.Reason = schema.Kept
	}
	return sample, tx.Decide(policy, []schema.Decision{d})
}

func (l *loop) train(tx *schema.Tx, name string, kept []schema.SampleID) error {
	selection, err := tx.Freeze(schema.Selection{Name: "passing", Query: "q", Samples: kept, SHA256: schema.Hash("selection", name)})
	if err != nil {
		return err
	}
	export, err := tx.RecordExport(schema.Export{SHA256: schema.Hash("export", name), Selection: selection, Format: "text",
		Shards: []schema.Shard{{Path: "data/train-00000-of-00001.parquet", SHA256: schema.Hash("shard", name), Bytes: 10, Rows: kept}}})
	if err != nil {
		return err
	}
	base, err := tx.PutModelName("theta-0")
	if err != nil {
		return err
	}
	_, _, err = tx.PutModel(schema.Model{Name: name, Base: base, TrainedOn: export})
	return err
}

// benchSamples is WORKBENCH_SAMPLES, 100,000 when not set.
func benchSamples(b *testing.B) int {
	if n, err := strconv.Atoi(os.Getenv("WORKBENCH_SAMPLES")); err == nil {
		return n
	}
	return 100_000
}

// BenchmarkLineage makes a run of WORKBENCH_SAMPLES samples, 100,000 by default, and
// measures walks through it, the graph of the run and the invariants of lineage.
func BenchmarkLineage(b *testing.B) {
	db := openLoop(b, benchSamples(b))
	defer db.Close()
	ctx := context.Background()
	for name, walk := range map[string]func() error{
		"checkpoint-down": func() error { return walkAll(ctx, db, Fact{"model", "loop-3"}, Walk{Down: true, Depth: 8}) },
		"row-both": func() error {
			return walkAll(ctx, db, Fact{"shard_row", "4:100"}, Walk{Up: true, Down: true, Depth: 8, Limit: 10})
		},
		"export-up": func() error {
			return walkAll(ctx, db, Fact{"export", schema.Hash("export", "loop-3")}, Walk{Up: true, Depth: 8})
		},
		"run": func() error {
			_, err := OfRun(ctx, db, "loop", 1000)
			return err
		},
		"orphans":  func() error { return askAll(ctx, db, "lineage-orphans") },
		"dangling": func() error { return askAll(ctx, db, "lineage-dangling") },
		"circles":  func() error { return askAll(ctx, db, "lineage-circles") },
	} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				must(b, walk())
			}
		})
	}
}

func walkAll(ctx context.Context, db *schema.DB, root Fact, w Walk) error {
	g, err := w.From(ctx, db, root)
	if err == nil && len(g.Nodes) < 10 {
		err = fmt.Errorf("%d facts around %v", len(g.Nodes), root)
	}
	return err
}

func askAll(ctx context.Context, db *schema.DB, name string) error {
	rows, err := queries.Run(ctx, db, name, nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	if rows.Next() {
		return fmt.Errorf("%s has a row", name)
	}
	return rows.Err()
}

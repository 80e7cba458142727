package verify

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nextworkbench/ingest"
	"nextworkbench/schema"
	"nextworkbench/workbench/sample"
	"nextworkbench/workbench/sandbox"
	"nextworkbench/workbench/tasks"
)

// outputs are the recorded model outputs that a benchmark runs on: files of tasks
// and samples in the folder that WORKBENCH_DATA names.
var outputs = []struct {
	name           string
	tasks, samples []string
}{
	{"mbpp", []string{"mbpp", "mbpp_r"}, []string{"lats", "ldb", "d4c", "mapcoder_reflexion", "reflexion_gpt4", "raw_llm_outputs"}},
	{"humaneval", []string{"humaneval_r"}, []string{"lats", "ldb", "d4c", "mapcoder_reflexion", "raw_llm_outputs"}},
}

// BenchmarkThroughput judges every candidate once per iteration: by a bare loop
// with no isolation, which is the limit, and by Run, database included. Programs
// that run into a limit are left out. Without WORKBENCH_DATA it takes the
// built-in tasks.
func BenchmarkThroughput(b *testing.B) {
	folder := os.Getenv("WORKBENCH_DATA")
	if folder == "" {
		benchmarkSet(b, "built-in", []string{builtin(b)}, nil)
	}
	for _, set := range outputs {
		if folder != "" {
			benchmarkSet(b, set.name, in(folder, set.tasks, ".tasks.jsonl.gz"), in(folder, set.samples, ".samples.jsonl.gz"))
		}
	}
}

func in(folder string, names []string, suffix string) (paths []string) {
	for _, name := range names {
		paths = append(paths, filepath.Join(folder, name+suffix))
	}
	return paths
}

func builtin(b *testing.B) string {
	path := filepath.Join(b.TempDir(), "tasks.jsonl")
	lines, err := io.ReadAll(tasks.Open())
	if err == nil {
		err = os.WriteFile(path, lines, 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
	return path
}

func benchmarkSet(b *testing.B, name string, taskFiles, sampleFiles []string) {
	base := filepath.Join(b.TempDir(), "base.db")
	candidates := prepare(b, base, taskFiles, sampleFiles)
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("%s/bare/%d", name, workers), func(b *testing.B) { benchmarkBare(b, candidates, workers) })
	}
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("%s/verify/%d", name, workers), func(b *testing.B) { benchmarkRun(b, base, workers) })
	}
}

// prepare makes the database and returns the candidates that it leaves to judge.
func prepare(b *testing.B, path string, taskFiles, sampleFiles []string) []string {
	db := open(b, path)
	defer db.Close()
	if _, err := ingest.Run(b.Context(), db, taskFiles, ingest.Options{Kind: "tasks"}); err != nil {
		b.Fatal(err)
	}
	if len(sampleFiles) > 0 {
		if _, err := ingest.Run(b.Context(), db, sampleFiles, ingest.Options{Kind: "samples", Parse: parse}); err != nil {
			b.Fatal(err)
		}
	}
	leaveOutSlow(b, db)
	rows, err := db.Query(b.Context(), `SELECT p.source, t.test_setup, (SELECT group_concat(code, char(10)) FROM
		(SELECT code FROM test_case WHERE task_id = t.id ORDER BY position)) FROM (
		  SELECT buggy_id AS program_id, id AS task_id FROM task WHERE buggy_id IS NOT NULL
		  UNION SELECT reference_id, id FROM task WHERE reference_id IS NOT NULL
		  UNION SELECT fix_id, task_id FROM sample WHERE fix_id IS NOT NULL) c
		JOIN program p ON p.id = c.program_id JOIN task t ON t.id = c.task_id
		WHERE NOT EXISTS (SELECT 1 FROM verification v WHERE v.program_id = c.program_id AND v.task_id = c.task_id)`)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	var candidates []string
	for rows.Next() {
		var code, setup, tests string
		if err := rows.Scan(&code, &setup, &tests); err != nil {
			b.Fatal(err)
		}
		line, err := json.Marshal(map[string]string{"code": code, "tests": setup + "\n" + tests})
		if err != nil {
			b.Fatal(err)
		}
		candidates = append(candidates, string(line))
	}
	return candidates
}

func parse(text, entryPoint string) (string, *string, schema.Parse, string) {
	p := sample.Parse(text, entryPoint)
	return p.Rationale, p.Fix, p.Outcome, p.Detail
}

func open(b *testing.B, path string) *schema.DB {
	db, err := schema.Open(b.Context(), path, schema.Options{Create: true})
	if err != nil {
		b.Fatal(err)
	}
	return db
}

// leaveOutSlow judges all programs of a copy and records, in db, those that run
// into a limit: they measure the limit, not the workbench.
func leaveOutSlow(b *testing.B, db *schema.DB) {
	copied := filepath.Join(b.TempDir(), "copy.db")
	if err := db.CopyTo(b.Context(), copied); err != nil {
		b.Fatal(err)
	}
	other := open(b, copied)
	defer other.Close()
	v := openVerifier(b, 2, sandbox.Limits{CPU: 200 * time.Millisecond, Events: 10_000_000})
	if _, err := Run(b.Context(), other, v, Options{Workers: 2, Level: "full"}); err != nil {
		b.Fatal(err)
	}
	rows, err := other.Query(b.Context(), `SELECT DISTINCT v.program_id, v.task_id, o.test_case_id FROM verification v JOIN outcome o ON o.verification_id = v.id
		WHERE o.verdict IN ('timeout', 'memory') OR o.cpu_us > 20000`)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	err = db.Write(b.Context(), func(tx *schema.Tx) error {
		runner, err := tx.PutRunner(schema.Runner{Python: "3", Isolation: "none", Version: "left out", Limits: "{}"})
		for err == nil && rows.Next() {
			v := schema.Verification{Runner: runner, Outcomes: []schema.Outcome{{Verdict: schema.Timeout, Tier: schema.ValueTier}}, Tests: 1}
			if err = rows.Scan(&v.Program, &v.Task, &v.Outcomes[0].TestCase); err == nil {
				err = tx.RecordVerification(v)
			}
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

func benchmarkBare(b *testing.B, candidates []string, workers int) {
	interpreter, err := sandbox.Find(b.Context(), os.Getenv("WORKBENCH_PYTHON"))
	if err != nil {
		b.Skip(err)
	}
	file := filepath.Join(b.TempDir(), "candidates.jsonl")
	if err := os.WriteFile(file, []byte(strings.Join(candidates, "\n")+"\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	var passed int
	var seconds float64
	for b.Loop() {
		out, err := exec.CommandContext(b.Context(), interpreter.Path, "-S", "-E", "testdata/bare.py", file, fmt.Sprint(workers)).Output()
		if err != nil {
			b.Fatal(err)
		}
		var took float64
		if _, err := fmt.Sscan(string(out), &passed, &took); err != nil {
			b.Fatal(err)
		}
		seconds += took
	}
	report(b, len(candidates), passed, seconds)
}

func benchmarkRun(b *testing.B, base string, workers int) {
	v := openVerifier(b, workers, sandbox.Limits{CPU: 2 * time.Second, Events: 10_000_000})
	if level := v.pool.Isolation().Level; level != sandbox.Full {
		b.Fatalf("isolation is only %s", level)
	}
	var done Progress
	var seconds float64
	for b.Loop() {
		path := filepath.Join(b.TempDir(), fmt.Sprintf("%d.db", time.Now().UnixNano()))
		source := open(b, base)
		if err := source.CopyTo(b.Context(), path); err != nil {
			b.Fatal(err)
		}
		source.Close()
		db := open(b, path)
		began := time.Now()
		var err error
		if done, err = Run(b.Context(), db, v, Options{Workers: workers, Level: "full"}); err != nil {
			b.Fatal(err)
		}
		seconds += time.Since(began).Seconds()
		db.Close()
	}
	report(b, done.Done, done.Passed, seconds)
}

func report(b *testing.B, candidates, passed int, seconds float64) {
	b.ReportMetric(float64(candidates*b.N)/seconds, "candidates/s")
	b.ReportMetric(float64(candidates), "candidates")
	b.ReportMetric(float64(passed), "passed")
	b.ReportMetric(0, "ns/op")
}

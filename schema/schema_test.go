package schema

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files")

// openTest makes a fresh file with a fixed clock.
func openTest(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), Options{
		Create: true,
		Now:    func() time.Time { return time.UnixMicro(1_700_000_000_000_000) },
		UUID:   func() string { return "00000000-0000-4000-8000-000000000001" },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestSchemaDumpIsCurrent(t *testing.T) {
	got, err := openTest(t).Dump(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.sql", []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("schema.sql is not what a fresh file has; run go test ./schema -update (-file +fresh):\n%s", diff)
	}
}

// fill writes one row or more into every table.
func fill(t *testing.T, db *DB) {
	t.Helper()
	code := func(s string) *string { return &s }
	err := db.Write(t.Context(), func(tx *Tx) error {
		file, err := tx.NextIngestFile()
		check := func(next error) {
			if err == nil {
				err = next
			}
		}
		task, _, e := tx.PutTask(Task{ID: "t/1", ProblemID: "p/1", Source: "test", Split: Train, EntryPoint: "f",
			Buggy: code("def f(x):\n    return x\n"), Reference: code("def f(x):\n    return x + 1\n"),
			Tests: []string{"assert f(1) == 2", "assert f(2) == 3"}, Metadata: "{}"}, file)
		check(e)
		check(tx.Reject(file, Rejection{2, "bad"}))
		check(tx.PutIngestFile(file, IngestFile{"tasks", "t.jsonl", Hash("file"), 2}))
		runner, e := tx.PutRunner(Runner{"3.11.7", "full", "verify/1", "{}"})
		check(e)
		buggy, e := tx.PutProgram("def f(x):\n    return x\n")
		check(e)
		check(tx.RecordVerification(Verification{Program: buggy, Task: task, Runner: runner, Tests: 2,
			Outcomes: []Outcome{{TestCase: 1, Verdict: Fail, Tier: ValueTier, Detail: "returned 1, expected 2"}}}))
		trace, e := tx.RecordTrace(Trace{Program: buggy, TestCase: 1, Runner: runner, Tracer: "recorder/1", Rendering: map[string]string{"inline/1": "x"},
			Events: []TraceEvent{
				{Seq: 0, Step: 0, Frame: 1, Depth: 1, Line: 1, Kind: CallEvent, Changes: []Change{{Name: "x", Value: "1"}}},
				{Seq: 1, Step: 1, Frame: 1, Depth: 1, Line: 2, Kind: ReturnEvent, Changes: []Change{{Name: "__return__", Value: "1"}}}}})
		check(e)
		prompt, e := tx.PutPrompt(Prompt{System: "s", User: "u", Task: task, Trace: trace, Template: "repair/1", Examples: []TaskID{task}})
		check(e)
		model, _, e := tx.PutModel(Model{Name: "m"})
		check(e)
		run, e := tx.PutRun("r", map[string]any{"policy": "next"})
		check(e)
		iteration, e := tx.PutIteration(run, 0, model)
		check(e)
		check(tx.FreezeHardSet(run, []HardTask{{task, 4, 0}}))
		evaluation, e := tx.PutEvaluation(Evaluation{Model: model, Iteration: iteration, Split: Dev, Settings: map[string]int{"n": 1}})
		check(e)
		sampling, e := tx.PutSampling("edit", map[string]any{"temperature": 0.8})
		check(e)
		generation, _, e := tx.RecordGeneration(Generation{Model: model, Prompt: prompt, Sampling: sampling, Text: "text"})
		check(e)
		place := Sample{Task: task, Model: model, Generation: generation, Prompt: prompt, Rationale: "because", Fix: code("def f(x):\n    return x + 1\n"), Parse: ParsedFenced, Metadata: "{}"}
		train := place
		train.Purpose, train.Iteration = Training, iteration
		sample, stored, e := tx.PutSample(train)
		check(e)
		if again, storedAgain, e := tx.PutSample(train); e != nil || again != sample || !stored || storedAgain {
			t.Errorf("the same sample again: id %d, stored %v, %v; want id %d once", again, storedAgain, e, sample)
		}
		eval := place
		eval.Purpose, eval.Iteration, eval.Evaluation = Eval, iteration, evaluation
		_, _, e = tx.PutSample(eval)
		check(e)
		fix, e := tx.PutProgram(*place.Fix)
		check(e)
		check(tx.RecordVerification(Verification{Program: fix, Task: task, Runner: runner, Tests: 2, Outcomes: []Outcome{
			{TestCase: 1, Verdict: Pass, Tier: ValueTier}, {TestCase: 2, Verdict: Pass, Tier: SplitTier}}}))
		check(tx.RecordClaims(sample, "claims/1", "trace/1", []Claim{{Kind: "returned", Quote: "because", Stated: "1", Verdict: Supported, Trace: trace, Step: 1, Evidence: "x"}}))
		_, first, e := tx.PutPolicy("next", []string{"tests"})
		check(e)
		_, second, e := tx.PutPolicy("next", []string{"tests", "tier"})
		check(e)
		policy, third, e := tx.PutPolicy("next", []string{"tests"})
		check(e)
		if again, fourth, _ := tx.PutPolicy("next", []string{"tests"}); first != 1 || second != 2 || third != 3 || fourth != 3 || again != policy {
			t.Errorf("policy versions %d, %d, %d, %d; want 1, 2, 3 for the first filters again, and 3 again", first, second, third, fourth)
		}
		check(tx.Decide(policy, []Decision{{Sample: sample, Keep: true, Reason: Kept}}))
		_, e = tx.Annotate(Annotation{Sample: sample, Annotator: "ann", Question: "explains the bug", Answer: "yes"})
		check(e)
		selection, e := tx.Freeze(Selection{Name: "passing", Query: "q", Samples: []SampleID{sample}, SHA256: Hash("selection")})
		check(e)
		export, e := tx.RecordExport(Export{SHA256: Hash("export"), Selection: selection, Format: "text",
			Shards: []Shard{{"data/train-00000-of-00001.parquet", Hash("shard"), 10, []SampleID{sample}}}})
		check(e)
		_, _, e = tx.PutModel(Model{Name: "m-1", Base: model, TrainedOn: export})
		check(e)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryTableIsAppendOnly(t *testing.T) {
	db := openTest(t)
	fill(t, db)
	tables := tableNames(t, db)
	if len(tables) < 25 {
		t.Fatalf("only %d tables: %v", len(tables), tables)
	}
	for _, table := range tables {
		var rows int
		if err := db.QueryRow(t.Context(), `SELECT count(*) FROM `+table).Scan(&rows); err != nil || rows == 0 {
			t.Errorf("%s: %d rows, %v: this test must fill every table", table, rows, err)
		}
		var column string
		if err := db.QueryRow(t.Context(), `SELECT name FROM pragma_table_info(?) LIMIT 1`, table).Scan(&column); err != nil {
			t.Fatal(err)
		}
		for _, statement := range []string{"UPDATE " + table + " SET " + column + " = " + column, "DELETE FROM " + table} {
			_, err := db.writer.Exec(statement)
			if err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v, want it refused as append-only", statement, err)
			}
		}
	}
	if violations, err := db.Check(t.Context()); err != nil || len(violations) > 0 {
		t.Errorf("a fresh file has violations: %v, %v", violations, err)
	}
}

func tableNames(t *testing.T, db *DB) []string {
	t.Helper()
	rows, err := db.Query(t.Context(), `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		all = append(all, name)
	}
	return all
}

func TestEveryTableIsStrict(t *testing.T) {
	rows, err := openTest(t).Query(t.Context(), `SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite_%' AND strict = 0`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		rows.Scan(&name)
		t.Errorf("table %s is not STRICT", name)
	}
}

func TestViewsAnswer(t *testing.T) {
	db := openTest(t)
	fill(t, db)
	for view, columns := range contract {
		rows, err := db.Query(t.Context(), `SELECT `+columns+` FROM `+view)
		if err != nil {
			t.Errorf("%s: %v", view, err)
			continue
		}
		if !rows.Next() {
			t.Errorf("%s has no rows (%v)", view, rows.Err())
		}
		rows.Close()
	}
	var verdict, tier string
	var passed, total int
	err := db.QueryRow(t.Context(), `SELECT verdict, tier, tests_passed, tests_total FROM v_sample WHERE purpose = 'train'`).Scan(&verdict, &tier, &passed, &total)
	if err != nil || verdict != "pass" || tier != "split" || passed != 2 || total != 2 {
		t.Errorf("v_sample: %s, %s, %d of %d, %v; want pass, split, 2 of 2", verdict, tier, passed, total, err)
	}
	var usable int
	if err := db.QueryRow(t.Context(), `SELECT usable FROM v_task`).Scan(&usable); err != nil || usable != 1 {
		t.Errorf("usable = %d, %v; want 1: the buggy program fails and the reference passes", usable, err)
	}
}

// contract is what programs outside read; see the design's stable views.
var contract = map[string]string{
	"v_sample":         "sample_id, task_id, source, split, model, run, iteration, purpose, idx, rationale, fix, verdict, tier, tests_passed, tests_total, fix_sha256",
	"v_outcome":        "program_sha256, task_id, test_index, verdict, tier, detail, isolation, cpu_us, wall_us, peak_kib",
	"v_task":           "task_id, problem_id, source, split, tests, buggy_verdict, reference_verdict, usable",
	"v_trace":          "trace_id, task_id, program_sha256, test_index, steps, truncated, inline",
	"v_trace_variable": "trace_id, step, line, frame, name, value",
	"v_claim":          "sample_id, claim_index, kind, quote, verdict, evidence_step, evidence",
	"v_decision":       "sample_id, policy, keep, reason, detail",
	"v_iteration":      "run, iteration, model, tasks, samples, passed, kept, pass_at_1",
	"v_lineage":        "child_kind, child_id, parent_kind, parent_id, relation",
}

func TestSameTaskWithOtherContentIsAConflict(t *testing.T) {
	db := openTest(t)
	task := Task{ID: "t", ProblemID: "t", Source: "s", Split: Train, EntryPoint: "f", Tests: []string{"assert f(1) == 2"}, Metadata: "{}"}
	put := func(task Task) (stored bool, err error) {
		err = db.Write(t.Context(), func(tx *Tx) error {
			file, _ := tx.NextIngestFile()
			if _, stored, err = tx.PutTask(task, file); err != nil {
				return err
			}
			return tx.PutIngestFile(file, IngestFile{"tasks", "f", Hash("f"), 1})
		})
		return stored, err
	}
	if stored, err := put(task); err != nil || !stored {
		t.Fatalf("first: %v, %v", stored, err)
	}
	if stored, err := put(task); err != nil || stored {
		t.Errorf("again: stored %v, %v; want a duplicate", stored, err)
	}
	task.Tests = []string{"assert f(1) == 3"}
	_, err := put(task)
	var conflict *ConflictError
	if !errors.As(err, &conflict) || !strings.Contains(err.Error(), "f(1) == 2") || !strings.Contains(err.Error(), "f(1) == 3") {
		t.Errorf("other content: %v; want a conflict that shows both", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	folder := t.TempDir()
	foreign := filepath.Join(folder, "foreign.db")
	execute(t, foreign, `CREATE TABLE other (x)`)
	newer := filepath.Join(folder, "newer.db")
	makeFile(t, newer)
	execute(t, newer, `PRAGMA user_version = 999`)
	garbage := filepath.Join(folder, "garbage.db")
	os.WriteFile(garbage, []byte(strings.Repeat("not a database ", 100)), 0o666)
	for path, want := range map[string]error{filepath.Join(folder, "none.db"): ErrNoDatabase, foreign: ErrForeign, newer: ErrNewer, garbage: nil, folder: nil} {
		db, err := Open(t.Context(), path, Options{})
		if err == nil {
			db.Close()
			t.Errorf("%s was opened", filepath.Base(path))
		} else if want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", filepath.Base(path), err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "none.db")); err == nil {
		t.Error("opening a missing file made it")
	}
}

func makeFile(t *testing.T, path string) {
	t.Helper()
	db, err := Open(t.Context(), path, Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
}

func execute(t *testing.T, path, statement string) {
	t.Helper()
	pool, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func TestMigrationBacksUpAndFailsWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.db")
	makeFile(t, path)
	db, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	steps, err := migrationSteps()
	if err != nil {
		t.Fatal(err)
	}
	broken := append(steps, `CREATE TABLE extra (x INTEGER) STRICT; CREATE TABLE task (x)`)
	if err := db.migrateTo(t.Context(), broken, Options{}); err == nil || !strings.Contains(err.Error(), "migration") {
		t.Fatalf("a broken step: %v, want it named", err)
	}
	if violations, err := db.Check(t.Context()); err != nil || len(violations) > 0 {
		t.Errorf("after the failed migration: %v, %v; want the file as it was", violations, err)
	}
	if err := db.migrateTo(t.Context(), append(steps, `CREATE TABLE extra (x INTEGER) STRICT`), Options{}); err != nil {
		t.Fatal(err)
	}
	if version, err := fileVersion(t.Context(), db.writer); err != nil || version != len(steps)+1 {
		t.Errorf("version %d, %v; want %d", version, err, len(steps)+1)
	}
	backup, err := Open(t.Context(), db.Backup(), Options{ReadOnly: true})
	if err != nil {
		t.Fatalf("the copy made before migrating: %v", err)
	}
	backup.Close()
}

// TestMigrationKeepsTraces brings a file of version 1, which knew no gaps, to today.
func TestMigrationKeepsTraces(t *testing.T) {
	db := openTest(t)
	fill(t, db)
	count := func() (n, changes int) {
		err := db.writer.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM trace_event), (SELECT count(*) FROM trace_change)`).Scan(&n, &changes)
		if err != nil {
			t.Fatal(err)
		}
		return n, changes
	}
	events, changes := count()
	if events == 0 || changes == 0 {
		t.Fatal("the file has no trace")
	}
	if _, err := db.writer.ExecContext(t.Context(), `PRAGMA user_version = 1`); err != nil {
		t.Fatal(err)
	}
	steps, err := migrationSteps()
	if err != nil {
		t.Fatal(err)
	}
	if err := db.migrateTo(t.Context(), steps[:2], Options{}); err != nil { // the later ones are in this file already
		t.Fatal(err)
	}
	if n, m := count(); n != events || m != changes {
		t.Errorf("%d events and %d changes after the migration, %d and %d before", n, m, events, changes)
	}
	if violations, err := db.Check(t.Context()); err != nil || len(violations) > 0 {
		t.Errorf("after the migration: %v, %v", violations, err)
	}
}

func TestConsoleOnlyReads(t *testing.T) {
	db := openTest(t)
	fill(t, db)
	console, err := OpenConsole(t.Context(), db.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer console.Close()
	outside := filepath.Join(t.TempDir(), "outside.db")
	for _, statement := range []string{
		`INSERT INTO model (name, uri, created_us) VALUES ('x', '', 0)`, `DELETE FROM task`, `DROP TABLE task`, `PRAGMA query_only = 0`,
		`ATTACH '` + outside + `' AS o`, `VACUUM INTO '` + outside + `'`, `WITH x AS (SELECT 1) DELETE FROM task`,
		`SELECT 1; ATTACH '` + outside + `' AS o; CREATE TABLE o.t (x)`, `/* */ UPDATE task SET source = ''`,
	} {
		rows, err := console.Query(t.Context(), statement)
		if err == nil {
			for rows.Next() {
			}
			err = errors.Join(rows.Err(), rows.Close())
		}
		if err == nil {
			t.Errorf("%s: no error", statement)
		}
	}
	if _, err := os.Stat(outside); err == nil {
		t.Error("a statement made a file")
	}
	rows, err := console.Query(t.Context(), "-- names\nSELECT task_id FROM v_task;")
	if err != nil || !rows.Next() {
		t.Errorf("a question: %v", err)
	} else {
		rows.Close()
	}
}

func TestDoctorSeesTampering(t *testing.T) {
	for name, statement := range map[string]string{
		"dropped trigger": `DROP TRIGGER task_no_update`,
		"changed program": `DROP TRIGGER program_no_update; UPDATE program SET source = 'x' WHERE id = 1`,
		"broken key":      `PRAGMA foreign_keys = 0; DROP TRIGGER task_no_delete; DELETE FROM task`,
	} {
		db := openTest(t)
		fill(t, db)
		execute(t, db.Path(), statement)
		if violations, err := db.Check(t.Context()); err != nil || len(violations) == 0 {
			t.Errorf("%s: %v, %v; want it seen", name, violations, err)
		}
	}
}

func TestTwoWritersTakeTurns(t *testing.T) {
	first := openTest(t)
	second, err := Open(t.Context(), first.Path(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	done := make(chan error, 2)
	for _, db := range []*DB{first, second} {
		go func() {
			var err error
			for i := 0; i < 50 && err == nil; i++ {
				err = db.Write(context.Background(), func(tx *Tx) error {
					_, err := tx.PutProgram("x = " + strings.Repeat("1", i+1))
					return err
				})
			}
			done <- err
		}()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	var programs int
	if err := first.QueryRow(t.Context(), `SELECT count(*) FROM program`).Scan(&programs); err != nil || programs != 50 {
		t.Errorf("%d programs, %v; want the 50 different ones", programs, err)
	}
}

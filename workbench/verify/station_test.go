package verify

import (
	"context"
	"maps"
	"path/filepath"
	"testing"
	"time"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

func openDatabase(t *testing.T) *schema.DB {
	db, err := schema.Open(t.Context(), filepath.Join(t.TempDir(), "next.db"), schema.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func putTasks(t *testing.T, db *schema.DB, tasks ...schema.Task) {
	err := db.Write(t.Context(), func(tx *schema.Tx) error {
		file, err := tx.NextIngestFile()
		if err != nil {
			return err
		}
		for _, task := range tasks {
			if _, _, err := tx.PutTask(task, file); err != nil {
				return err
			}
		}
		return tx.PutIngestFile(file, schema.IngestFile{Kind: "tasks", Name: "tasks.jsonl", SHA256: schema.Hash("tasks"), Lines: len(tasks)})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func repairTask(id, buggy, reference string, tests ...string) schema.Task {
	return schema.Task{ID: id, ProblemID: id, Source: "test", Split: schema.Train, Instruction: "repair f", EntryPoint: "f",
		Buggy: &buggy, Reference: &reference, Tests: tests, Metadata: "{}"}
}

// verdictTable reads what the database says: task, role and verdict.
func verdictTable(t *testing.T, db *schema.DB) map[string]string {
	rows, err := db.Query(t.Context(), `SELECT t.task_id || CASE v.program_id WHEN t.buggy_id THEN ' buggy' ELSE ' reference' END,
		v.verdict || ' ' || v.tests_passed || '/' || v.tests_total FROM verification v JOIN task t ON t.id = v.task_id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	table := map[string]string{}
	for rows.Next() {
		var name, verdict string
		if err := rows.Scan(&name, &verdict); err != nil {
			t.Fatal(err)
		}
		table[name] = verdict
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return table
}

func TestRun(t *testing.T) {
	v := openVerifier(t, 2, sandbox.Limits{CPU: 300 * time.Millisecond})
	db := openDatabase(t)
	putTasks(t, db,
		repairTask("one", "def f(x): return x", "def f(x): return x + 1", "assert f(0) == 0", "assert f(1) == 2", "assert f(2) == 3"),
		repairTask("two", "def f(x): 1 / 0", "def f(x): return -x", "assert f(1) == -1"))
	calls := 0
	p, err := Run(t.Context(), db, v, Options{Workers: 2, Python: "3.11.0", Level: "test", Progress: func(Progress) { calls++ }})
	if err != nil {
		t.Fatal(err)
	}
	if want := (Progress{Done: 4, Total: 4, Passed: 1}); p != want || calls == 0 {
		t.Errorf("progress %+v in %d calls, want %+v", p, calls, want)
	}
	want := map[string]string{"one buggy": "fail 1/3", "one reference": "fail 2/3", "two buggy": "error 0/1", "two reference": "pass 1/1"}
	if got := verdictTable(t, db); !maps.Equal(got, want) {
		t.Errorf("verdicts %v, want %v", got, want)
	}
	if p, err := Run(t.Context(), db, v, Options{}); err != nil || p.Total != 0 {
		t.Errorf("a second run finds %+v to do, %v", p, err)
	}
}

// TestRunResumes interrupts a run after its first batch.
func TestRunResumes(t *testing.T) {
	v := openVerifier(t, 1, sandbox.Limits{})
	db := openDatabase(t)
	var tasks []schema.Task
	for i := range 100 {
		id := string(rune('a'+i/26)) + string(rune('a'+i%26))
		tasks = append(tasks, repairTask(id, "def f(): return 1 # "+id, "def f(): return 2 # "+id, "assert f() == 2"))
	}
	putTasks(t, db, tasks...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	first, err := Run(ctx, db, v, Options{Progress: func(Progress) { cancel() }})
	if err == nil || first.Done == 0 || first.Done == first.Total {
		t.Fatalf("interrupted run: %+v, %v", first, err)
	}
	second, err := Run(t.Context(), db, v, Options{})
	if err != nil || first.Done+second.Done != 200 || second.Done != second.Total {
		t.Errorf("first run %+v, then %+v, %v", first, second, err)
	}
	if got := len(verdictTable(t, db)); got != 200 {
		t.Errorf("%d verifications, want 200", got)
	}
}

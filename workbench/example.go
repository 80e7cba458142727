package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"nextworkbench/export"
	"nextworkbench/ingest"
	"nextworkbench/schema"
	"nextworkbench/workbench/audit"
	"nextworkbench/workbench/sandbox"
	"nextworkbench/workbench/tasks"
	"nextworkbench/workbench/trace"
)

//go:generate go run . internal make-example ../next.db.example

// exampleTasks are those of the built-in tasks that next.db.example holds. Among
// them are an endless loop, several exceptions and texts beyond ASCII.
const exampleTasks = `0001 0026 0028 0033 0047 0056 0088 0092 0034 0059 0099`

// exampleRecorded are recorded samples: one right, one wrong, one whose task is not
// there and which is therefore refused.
const exampleRecorded = `{"task_id":"example/0001-frost-days","model":"recorded","rationale":"The comparison also counts days at exactly 0 degrees: on the failing test the function returns ` + "`2`" + `.","fix":"def frost_days(temperatures):\n    return sum(1 for degrees in temperatures if degrees < 0)\n"}
{"task_id":"example/0001-frost-days","model":"recorded","rationale":"","fix":null,"raw":"The loop raises an IndexError.\n\n` + "```python\\ndef frost_days(temperatures):\\n    return 0\\n```" + `","index":1}
{"task_id":"example/none","model":"recorded","rationale":"","fix":"pass"}
`

// exampleJudged are two people's judgements of the recorded samples.
const exampleJudged = `{"task_id":"example/0001-frost-days","model":"recorded","index":0,"annotator":"reviewer-1","question":"explains the bug","answer":"yes"}
{"task_id":"example/0001-frost-days","model":"recorded","index":0,"annotator":"reviewer-1","question":"suggests the fix","answer":"partly"}
{"task_id":"example/0001-frost-days","model":"recorded","index":0,"annotator":"reviewer-1","question":"overall","answer":"yes"}
{"task_id":"example/0001-frost-days","model":"recorded","index":1,"annotator":"reviewer-1","question":"explains the bug","answer":"no","note":"no exception is raised"}
{"task_id":"example/0001-frost-days","model":"recorded","index":1,"annotator":"reviewer-1","question":"suggests the fix","answer":"no"}
{"task_id":"example/0001-frost-days","model":"recorded","index":1,"annotator":"reviewer-1","question":"overall","answer":"no"}
{"task_id":"example/0001-frost-days","model":"recorded","index":0,"annotator":"reviewer-2","question":"explains the bug","answer":"yes"}
{"task_id":"example/0001-frost-days","model":"recorded","index":0,"annotator":"reviewer-2","question":"suggests the fix","answer":"no"}
{"task_id":"example/0001-frost-days","model":"recorded","index":0,"annotator":"reviewer-2","question":"overall","answer":"yes"}
{"task_id":"example/0001-frost-days","model":"recorded","index":1,"annotator":"reviewer-2","question":"explains the bug","answer":"no"}
{"task_id":"example/0001-frost-days","model":"recorded","index":1,"annotator":"reviewer-2","question":"suggests the fix","answer":"no"}
{"task_id":"example/0001-frost-days","model":"recorded","index":1,"annotator":"reviewer-2","question":"overall","answer":"no"}
`

// makeExample makes next.db.example: the demo's beginning on a few tasks, with a
// fixed clock, identity and seed, and one worker, so that rows come in one order.
// What is measured, and the version of Python, are those of the machine.
func (a *app) makeExample(ctx context.Context, out string) error {
	folder, err := os.MkdirTemp("", "workbench-example-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	a.config.DB, a.config.Workers, a.config.CPUSeconds, a.config.Events = filepath.Join(folder, "next.db"), 1, demoCPUSeconds, demoEvents
	a.now = func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }
	a.uuid = func() string { return "00000000-0000-4000-8000-000000000001" }
	if err := a.ingestExample(ctx, folder); err != nil {
		return err
	}
	err = a.withPool(ctx, func(db *schema.DB, pool *sandbox.Pool) error { return a.loopExample(ctx, db, pool, folder) })
	if err != nil {
		return err
	}
	return a.shipExample(ctx, out)
}

func (a *app) ingestExample(ctx context.Context, folder string) error {
	db, err := a.create(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, file := range []struct{ kind, name, text string }{
		{"tasks", "tasks.jsonl", someTasks()},
		{"samples", "recorded.jsonl", exampleRecorded},
		{"annotations", "judged.jsonl", exampleJudged},
	} {
		path := filepath.Join(folder, file.name)
		if err := os.WriteFile(path, []byte(file.text), 0o666); err != nil {
			return err
		}
		if _, err := ingest.Run(ctx, db, []string{path}, ingest.Options{Kind: file.kind, Parse: parseCompletion}); err != nil {
			return err
		}
	}
	return nil
}

func someTasks() string {
	var some strings.Builder
	lines := bufio.NewScanner(tasks.Open())
	for lines.Scan() {
		for _, number := range strings.Fields(exampleTasks) {
			if strings.Contains(lines.Text(), `"example/`+number+`-`) {
				some.WriteString(lines.Text() + "\n")
			}
		}
	}
	return some.String()
}

func (a *app) loopExample(ctx context.Context, db *schema.DB, pool *sandbox.Pool, folder string) error {
	settings := demoSettings(12)
	settings.FewShot = 1
	settings.HardBelow = 0.5
	l := loop{app: a, db: db, pool: pool, name: "demo", dir: folder, settings: settings}
	if _, err := l.carryOn(ctx, 2); err != nil {
		return err
	}
	if _, err := a.trace(ctx, db, false, trace.PassingFixes); err != nil {
		return err
	}
	for _, name := range []string{"next", "paper"} {
		policy, err := findPolicy("", name)
		if err != nil {
			return err
		}
		if _, err := a.audit(ctx, db, audit.Options{Policy: policy}); err != nil {
			return err
		}
	}
	_, err := export.Write(ctx, db, export.Options{Select: "passing", Parameters: map[string]string{"run": "demo"}, Out: filepath.Join(folder, "passing"),
		Format: "messages", Lineage: true}, func(int, int) {})
	return err
}

// shipExample writes the one file: no journal beside it, no free pages in it.
func (a *app) shipExample(ctx context.Context, out string) error {
	db, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := os.Remove(out); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := db.CopyTo(ctx, out); err != nil {
		return err
	}
	return a.print(map[string]any{"example": out}, "%s", fmt.Sprintf("%s: made", out))
}

package sample_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"nextworkbench/schema"
	"nextworkbench/workbench/sample"
)

// openWorld opens the file of a test, made new when it is not there.
func openWorld(t *testing.T, path string) *schema.DB {
	t.Helper()
	db, err := schema.Open(t.Context(), path, schema.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// world is a file with n tasks, a model called m, a prompt per task, and a job
// that draws 4 samples of each.
func world(t *testing.T, n int) (*schema.DB, sample.Job) {
	t.Helper()
	db := openWorld(t, filepath.Join(t.TempDir(), "next.db"))
	job, err := fill(t.Context(), db, n)
	if err != nil {
		t.Fatal(err)
	}
	return db, job
}

func fill(ctx context.Context, db *schema.DB, n int) (job sample.Job, err error) {
	job = sample.Job{Purpose: schema.Training, N: 4, Parameters: sample.Parameters{Temperature: 0.8, TopP: 1, MaxTokens: 64, Seed: 7}}
	err = db.Write(ctx, func(tx *schema.Tx) error {
		if job.Model, err = tx.PutModelName("m"); err != nil {
			return err
		}
		run, err := tx.PutRun("r", map[string]any{})
		if err != nil {
			return err
		}
		if job.Iteration, err = tx.PutIteration(run, 0, job.Model); err != nil {
			return err
		}
		file, err := tx.NextIngestFile()
		if err != nil {
			return err
		}
		for i := range n {
			question, err := ask(tx, file, i, fmt.Sprintf(userText, i))
			if err != nil {
				return err
			}
			job.Questions = append(job.Questions, question)
		}
		return tx.PutIngestFile(file, schema.IngestFile{Kind: "tasks", Name: "w", SHA256: schema.Hash("w"), Lines: n})
	})
	return job, err
}

// userText is a prompt that the edit model understands.
const userText = "# Your task\n\n## Task\n\nWrite f(x), number %d.\n\n## Buggy program\n\n```python\ndef f(x):\n    return x < 1\n```\n\n## Tests\n\n```python\nassert f(1) == True\n```\n"

func ask(tx *schema.Tx, file schema.IngestFileID, i int, user string) (q sample.Question, err error) {
	name, buggy := fmt.Sprintf("t/%04d", i), "def f(x):\n    return x < 1\n"
	q.Task, _, err = tx.PutTask(schema.Task{ID: name, ProblemID: name, Source: "test", Split: schema.Train, EntryPoint: "f",
		Instruction: fmt.Sprint("number ", i), Buggy: &buggy, Tests: []string{"assert f(1) == True"}, Metadata: "{}"}, file)
	if err != nil {
		return q, err
	}
	q.Prompt, err = tx.PutPrompt(schema.Prompt{System: "Repair.", User: user, Task: q.Task, Template: "test/1"})
	return q, err
}

// count runs a query for one number.
func count(t *testing.T, db *schema.DB, query string, args ...any) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// scripted is a Sampler that answers with what it was asked, unless fail says
// otherwise, and counts.
type scripted struct {
	fail  func(r sample.Request, index int) error
	after func(r sample.Request, index int) // once an index was handed over
}

func (scripted) Name() string { return "scripted" }

func (s scripted) Sample(ctx context.Context, r sample.Request, yield func(sample.Completion) error) error {
	var failed error
	for _, index := range r.Indices {
		if err := ctx.Err(); err != nil {
			return err
		}
		if s.fail != nil {
			if err := s.fail(r, index); err != nil {
				failed = err
				continue
			}
		}
		text := fmt.Sprintf("Because %s.\n\n```python\ndef f(x):\n    return x <= %d\n```\n", r.Task, r.Parameters.Seed+int64(index))
		if err := yield(sample.Completion{Index: index, Text: text, Finish: "stop"}); err != nil {
			return err
		}
		if s.after != nil {
			s.after(r, index)
		}
	}
	return failed
}

package schema

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// RunID is the local id of a run.
type RunID int64

// IterationID is the local id of an iteration.
type IterationID int64

// HardTask is a task of a run's hard set: the base model solved it in Passed of
// Samples attempts.
type HardTask struct {
	Task            TaskID
	Samples, Passed int
}

// PutRun stores a run once. A run of the same name keeps the settings that it was
// made with; giving others is an error.
func (tx *Tx) PutRun(name string, settings any) (RunID, error) {
	text, err := canonical(settings)
	if err != nil {
		return 0, fmt.Errorf("run %s: %w", name, err)
	}
	var id int64
	var old string
	err = tx.tx.QueryRowContext(tx.ctx, `SELECT id, settings FROM run WHERE name = ?`, name).Scan(&id, &old)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		id, err = tx.insert(`INSERT INTO run (name, settings, created_us) VALUES (?, ?, ?)`, name, text, tx.micros())
	case err == nil && old != text:
		err = fmt.Errorf("was started with other settings: %s, not %s", old, text)
	}
	if err != nil {
		return 0, fmt.Errorf("run %s: %w", name, err)
	}
	return RunID(id), nil
}

// PutIteration stores round number of a run, sampled from model, once.
func (tx *Tx) PutIteration(run RunID, number int, model ModelID) (IterationID, error) {
	var id, old int64
	err := tx.tx.QueryRowContext(tx.ctx, `SELECT id, model_id FROM iteration WHERE run_id = ? AND number = ?`, run, number).Scan(&id, &old)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		id, err = tx.insert(`INSERT INTO iteration (run_id, number, model_id, created_us) VALUES (?,?,?,?)`, run, number, model, tx.micros())
	case err == nil && ModelID(old) != model:
		err = fmt.Errorf("already samples from model %d, not %d", old, model)
	}
	if err != nil {
		return 0, fmt.Errorf("iteration %d of run %d: %w", number, run, err)
	}
	return IterationID(id), nil
}

// FreezeHardSet stores the hard set of a run, once: a run that has one keeps it.
func (tx *Tx) FreezeHardSet(run RunID, tasks []HardTask) error {
	_, found, err := tx.find(`SELECT run_id FROM hard_task WHERE run_id = ? LIMIT 1`, run)
	if err != nil || found {
		return err
	}
	rows := make([][]any, len(tasks))
	for i, t := range tasks {
		rows[i] = []any{run, t.Task, t.Samples, t.Passed}
	}
	return tx.insertRows("hard_task", []string{"run_id", "task_id", "samples", "passed"}, rows)
}

// Run reads a run by name: its id and its settings as JSON. The error wraps
// [ErrUnknown] when there is none.
func (db *DB) Run(ctx context.Context, name string) (id RunID, settings string, err error) {
	err = db.QueryRow(ctx, `SELECT id, settings FROM run WHERE name = ?`, name).Scan(&id, &settings)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", fmt.Errorf("run %s: %w", name, ErrUnknown)
	}
	return id, settings, err
}

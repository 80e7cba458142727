package schema

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// TaskID is the local id of a task; its text id is Task.ID.
type TaskID int64

// TestCaseID is the local id of a test case.
type TestCaseID int64

// Split is the part of the data that a task belongs to.
type Split string

// The splits.
const (
	Train Split = "train"
	Dev   Split = "dev"
	Test  Split = "test"
)

// Task is a repair task, or a synthesis problem when Buggy is nil.
type Task struct {
	ID          string // the text id of the task line
	ProblemID   string
	Source      string
	Split       Split
	Instruction string
	EntryPoint  string
	TestSetup   string
	Buggy       *string
	Reference   *string
	Tests       []string // one test case each, in order
	Metadata    string   // JSON object of the keys that the workbench does not know
}

// ConflictError says that a task id is already taken by another content.
type ConflictError struct {
	TaskID      string
	Differences []string // one line per field: field, what is stored, what was given
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("task %s is already stored with different content: %s", e.TaskID, strings.Join(e.Differences, "; "))
}

// PutTask stores a task with its programs and test cases. The same task again is
// a duplicate (stored is false); the same id with another content is a
// *ConflictError.
func (tx *Tx) PutTask(t Task, file IngestFileID) (id TaskID, stored bool, err error) {
	sum, err := t.hash()
	if err != nil {
		return 0, false, fmt.Errorf("task %s: %w", t.ID, err)
	}
	old, found, err := tx.find(`SELECT id FROM task WHERE task_id = ?`, t.ID)
	if err != nil {
		return 0, false, fmt.Errorf("task %s: %w", t.ID, err)
	}
	if found {
		return TaskID(old), false, tx.checkSameTask(TaskID(old), t, sum)
	}
	id, err = tx.insertTask(t, sum, file)
	if err != nil {
		return 0, false, fmt.Errorf("task %s: %w", t.ID, err)
	}
	return id, true, nil
}

func (t Task) hash() (string, error) {
	text, err := canonical(t)
	return Hash(text), err
}

func (tx *Tx) insertTask(t Task, sum string, file IngestFileID) (TaskID, error) {
	buggy, err := tx.putOptionalProgram(t.Buggy)
	if err != nil {
		return 0, err
	}
	reference, err := tx.putOptionalProgram(t.Reference)
	if err != nil {
		return 0, err
	}
	id, err := tx.insert(`INSERT INTO task (task_id, problem_id, source, split, instruction, entry_point, test_setup,
		buggy_id, reference_id, metadata, sha256, ingest_file_id, created_us) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		t.ID, t.ProblemID, t.Source, t.Split, t.Instruction, t.EntryPoint, t.TestSetup,
		optional(buggy), optional(reference), t.Metadata, sum, file, tx.micros())
	if err != nil {
		return 0, err
	}
	rows := make([][]any, len(t.Tests))
	for i, code := range t.Tests {
		rows[i] = []any{id, i, code}
	}
	return TaskID(id), tx.insertRows("test_case", []string{"task_id", "position", "code"}, rows)
}

// checkSameTask compares the stored task with one of the same id.
func (tx *Tx) checkSameTask(id TaskID, t Task, sum string) error {
	var stored string
	if err := tx.tx.QueryRowContext(tx.ctx, `SELECT sha256 FROM task WHERE id = ?`, id).Scan(&stored); err != nil {
		return fmt.Errorf("task %s: %w", t.ID, err)
	}
	if stored == sum {
		return nil
	}
	old, err := tx.readTask(id)
	if err != nil {
		return fmt.Errorf("task %s: %w", t.ID, err)
	}
	return &ConflictError{TaskID: t.ID, Differences: differences(old, t)}
}

func (tx *Tx) readTask(id TaskID) (Task, error) {
	t := Task{Tests: []string{}}
	err := tx.tx.QueryRowContext(tx.ctx, `SELECT t.task_id, t.problem_id, t.source, t.split, t.instruction, t.entry_point,
		t.test_setup, b.source, r.source, t.metadata
		FROM task t LEFT JOIN program b ON b.id = t.buggy_id LEFT JOIN program r ON r.id = t.reference_id WHERE t.id = ?`, id).
		Scan(&t.ID, &t.ProblemID, &t.Source, &t.Split, &t.Instruction, &t.EntryPoint, &t.TestSetup, &t.Buggy, &t.Reference, &t.Metadata)
	if err != nil {
		return t, err
	}
	t.Tests, err = names(tx.ctx, tx.tx, `SELECT code FROM test_case WHERE task_id = ? ORDER BY position`, id)
	return t, err
}

func differences(old, new Task) []string {
	var all []string
	compare := func(field, a, b string) {
		if a != b {
			all = append(all, fmt.Sprintf("%s is stored as %s, given as %s", field, excerpt(a), excerpt(b)))
		}
	}
	compare("problem_id", old.ProblemID, new.ProblemID)
	compare("source", old.Source, new.Source)
	compare("split", string(old.Split), string(new.Split))
	compare("instruction", old.Instruction, new.Instruction)
	compare("entry_point", old.EntryPoint, new.EntryPoint)
	compare("test_setup", old.TestSetup, new.TestSetup)
	compare("buggy_code", orNull(old.Buggy), orNull(new.Buggy))
	compare("reference_fix", orNull(old.Reference), orNull(new.Reference))
	compare("tests", strings.Join(old.Tests, "\n"), strings.Join(new.Tests, "\n"))
	compare("metadata", old.Metadata, new.Metadata)
	return all
}

func orNull(text *string) string {
	if text == nil {
		return "null"
	}
	return *text
}

// excerpt quotes text for a one-line message.
func excerpt(text string) string {
	const limit = 60
	if runes := []rune(text); len(runes) > limit {
		text = string(runes[:limit]) + "…"
	}
	return fmt.Sprintf("%q", text)
}

// FindTask finds a task by its text id and tells its entry point. The error wraps
// [ErrUnknown] when there is none.
func (tx *Tx) FindTask(text string) (id TaskID, entryPoint string, err error) {
	err = tx.tx.QueryRowContext(tx.ctx, `SELECT id, entry_point FROM task WHERE task_id = ?`, text).Scan(&id, &entryPoint)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrUnknown
	}
	if err != nil {
		err = fmt.Errorf("task %s: %w", text, err)
	}
	return id, entryPoint, err
}

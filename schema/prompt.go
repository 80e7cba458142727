package schema

import "fmt"

// PromptID is the local id of a prompt.
type PromptID int64

// Prompt is the exact text that a model sees, and what it was made from.
type Prompt struct {
	System   string
	User     string
	Task     TaskID
	Trace    TraceID  // 0 when the prompt shows no trace
	Template string   // name/version and variant of the template
	Examples []TaskID // worked examples, in order
}

// SHA256 is the content address of the prompt's text.
func (p Prompt) SHA256() string { return Hash(p.System, p.User) }

// PutPrompt stores the text once, and that it asks about the task.
func (tx *Tx) PutPrompt(p Prompt) (PromptID, error) {
	id, err := tx.putPromptText(p)
	if err != nil {
		return 0, fmt.Errorf("prompt %.12s: %w", p.SHA256(), err)
	}
	err = tx.exec(`INSERT INTO prompt_task (prompt_id, task_id, trace_id, template, created_us) VALUES (?,?,?,?,?)
		ON CONFLICT DO NOTHING`, id, p.Task, optional(p.Trace), p.Template, tx.micros())
	if err != nil {
		return 0, fmt.Errorf("prompt %.12s: %w", p.SHA256(), err)
	}
	return PromptID(id), nil
}

func (tx *Tx) putPromptText(p Prompt) (int64, error) {
	id, found, err := tx.find(`SELECT id FROM prompt WHERE sha256 = ?`, p.SHA256())
	if err != nil || found {
		return id, err
	}
	id, err = tx.insert(`INSERT INTO prompt (sha256, system, user, created_us) VALUES (?,?,?,?)`, p.SHA256(), p.System, p.User, tx.micros())
	if err != nil {
		return 0, err
	}
	rows := make([][]any, len(p.Examples))
	for i, task := range p.Examples {
		rows[i] = []any{id, i, task}
	}
	return id, tx.insertRows("prompt_example", []string{"prompt_id", "position", "task_id"}, rows)
}

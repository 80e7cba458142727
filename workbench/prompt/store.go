package prompt

import (
	"context"
	"fmt"
	"strings"

	"nextworkbench/schema"
)

// Stored is a prompt in the file.
type Stored struct {
	Subject
	Prompt   schema.PromptID
	Template string // as stored; names the fallback if there was one
	Examples int    // worked examples in it, fewer than asked for when there are not enough
}

// Store builds the prompts for subjects and stores them, a batch at a time. The
// result has one entry per subject, in their order. progress may be nil.
func Store(ctx context.Context, db *schema.DB, subjects []Subject, v Variant, progress func(done, total int)) ([]Stored, error) {
	var all []Stored
	var batch []schema.Prompt
	flush := func() error {
		stored, err := put(ctx, db, subjects[len(all):], batch)
		all, batch = append(all, stored...), batch[:0]
		if err == nil && progress != nil {
			progress(len(all), len(subjects))
		}
		return err
	}
	for p, err := range Build(ctx, db, subjects, v) {
		if err != nil {
			return all, err
		}
		if batch = append(batch, p); len(batch) == subjectsPerQuery {
			if err := flush(); err != nil {
				return all, err
			}
		}
	}
	if len(batch) == 0 {
		return all, nil
	}
	return all, flush()
}

// put writes the prompts of as many subjects.
func put(ctx context.Context, db *schema.DB, subjects []Subject, prompts []schema.Prompt) ([]Stored, error) {
	stored := make([]Stored, len(prompts))
	err := db.Write(ctx, func(tx *schema.Tx) error {
		for i, p := range prompts {
			id, err := tx.PutPrompt(p)
			if err != nil {
				return err
			}
			stored[i] = Stored{subjects[i], id, p.Template, len(p.Examples)}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("store prompts: %w", err)
	}
	return stored, nil
}

// stored finds the prompt that was made for a task with this template, from the
// trace that the task has now. One prompt of several proxies is told by the
// rationale that it ends with.
func (b *builder) stored(ctx context.Context, t *task, given string) (p schema.Prompt, found bool, err error) {
	rows, err := b.db.Query(ctx, `
		SELECT q.id, q.system, q.user, coalesce(k.trace_id, 0), k.template
		FROM prompt_task k JOIN prompt q ON q.id = k.prompt_id
		WHERE k.task_id = ?1 AND (k.template = ?2 AND coalesce(k.trace_id, 0) = ?5
		                          OR k.template = ?2 || ?3 AND ?5 = 0 OR k.template = ?2 || ?4)
		ORDER BY q.id`, t.id, b.template, untraced, tooLong, b.wantedTrace(t))
	if err != nil {
		return p, false, err
	}
	defer rows.Close()
	for rows.Next() {
		var id schema.PromptID
		p = schema.Prompt{Task: t.id}
		if err := rows.Scan(&id, &p.System, &p.User, &p.Trace, &p.Template); err != nil {
			return p, false, err
		}
		if given == "" || strings.HasSuffix(p.User, ending(given)) {
			p.Examples, err = b.examplesOf(ctx, id)
			return p, true, err
		}
	}
	return p, false, rows.Err()
}

// wantedTrace is the trace that a prompt for t would show.
func (b *builder) wantedTrace(t *task) schema.TraceID {
	if !b.variant.Trace || t.buggy == nil {
		return 0
	}
	return t.trace
}

// ending is how a prompt ends that gives a rationale.
func ending(given string) string { return "\n## Rationale\n\n" + prose(given) + "\n" }

func (b *builder) examplesOf(ctx context.Context, id schema.PromptID) (examples []schema.TaskID, err error) {
	rows, err := b.db.Query(ctx, `SELECT task_id FROM prompt_example WHERE prompt_id = ? ORDER BY position`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var task schema.TaskID
		if err := rows.Scan(&task); err != nil {
			return nil, err
		}
		examples = append(examples, task)
	}
	return examples, rows.Err()
}

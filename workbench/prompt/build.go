package prompt

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"unicode/utf8"

	"nextworkbench/schema"
)

// Subject is what a prompt asks about: a task, and for a proxy the sample whose
// rationale it is given.
type Subject struct {
	Task   schema.TaskID
	Sample schema.SampleID // of a proxy prompt; 0 otherwise
}

// Tasks makes subjects of tasks.
func Tasks(ids []schema.TaskID) []Subject {
	subjects := make([]Subject, len(ids))
	for i, id := range ids {
		subjects[i].Task = id
	}
	return subjects
}

// Build makes the prompts for subjects, in their order, and stores nothing. The
// same facts give the same prompts. A few-shot prompt that is stored for its task
// is given again with the examples that it had, though better ones may have
// turned up since: a run that is taken up again must ask what it asked before.
func Build(ctx context.Context, db *schema.DB, subjects []Subject, v Variant) iter.Seq2[schema.Prompt, error] {
	return func(yield func(schema.Prompt, error) bool) {
		b, err := newBuilder(ctx, db, v)
		if err != nil {
			yield(schema.Prompt{}, err)
			return
		}
		for chunk := range slices.Chunk(subjects, subjectsPerQuery) {
			tasks, err := b.read(ctx, chunk)
			for _, subject := range chunk {
				var p schema.Prompt
				if err == nil {
					p, err = b.prompt(ctx, tasks[subject.Task], subject)
				}
				if !yield(p, err) || err != nil {
					return
				}
			}
		}
	}
}

// subjectsPerQuery bounds the memory that Build takes.
const subjectsPerQuery = 100

type builder struct {
	db        *schema.DB
	variant   Variant
	templates templates
	template  string // as stored
	pool      *pool
}

func newBuilder(ctx context.Context, db *schema.DB, v Variant) (*builder, error) {
	v, err := v.complete()
	if err != nil {
		return nil, err
	}
	t, err := readTemplates()
	if err != nil {
		return nil, err
	}
	pool, err := readPool(ctx, db, v)
	return &builder{db: db, variant: v, templates: t, template: v.template(t.hash), pool: pool}, err
}

func (b *builder) read(ctx context.Context, subjects []Subject) (map[schema.TaskID]*task, error) {
	ids := make([]schema.TaskID, len(subjects))
	for i, s := range subjects {
		ids[i] = s.Task
	}
	tasks, err := readTasks(ctx, b.db, ids)
	if err != nil {
		return nil, fmt.Errorf("tasks to ask about: %w", err)
	}
	return tasks, nil
}

// prompt makes one prompt.
func (b *builder) prompt(ctx context.Context, t *task, s Subject) (schema.Prompt, error) {
	if t == nil {
		return schema.Prompt{}, fmt.Errorf("prompt: no task %d", s.Task)
	}
	p, err := b.compose(ctx, t, s)
	if err != nil {
		return p, fmt.Errorf("prompt for task %s: %w", t.name, err)
	}
	return p, nil
}

func (b *builder) compose(ctx context.Context, t *task, s Subject) (schema.Prompt, error) {
	given, err := b.given(ctx, s)
	if err != nil {
		return schema.Prompt{}, err
	}
	if b.variant.Shots > 0 {
		if p, found, err := b.stored(ctx, t, given); err != nil || found {
			return p, err
		}
	}
	examples, err := b.pool.pick(ctx, t)
	if err != nil {
		return schema.Prompt{}, err
	}
	v, suffix := b.variant, ""
	if v.Trace && t.buggy != nil && t.trace == 0 {
		v.Trace, suffix = false, untraced
	}
	p, err := b.render(t, v, given, examples)
	if err == nil && p.Trace != 0 && utf8.RuneCountInString(p.System)+utf8.RuneCountInString(p.User) > v.Chars {
		v.Trace, suffix = false, tooLong
		p, err = b.render(t, v, given, examples)
	}
	p.Template = b.template + suffix
	return p, err
}

func (b *builder) render(t *task, v Variant, given string, examples []*example) (schema.Prompt, error) {
	p := schema.Prompt{Task: t.id}
	m := message{Trace: v.Trace && t.buggy != nil, Rationale: v.Rationale, Synthesis: t.buggy == nil, Given: v.Proxy, Task: t.section(v)}
	m.Task.Given = given
	if m.Task.Traced {
		p.Trace = t.trace
	}
	for _, e := range examples {
		m.Examples = append(m.Examples, e.shown(v))
		p.Examples = append(p.Examples, e.task)
	}
	var err error
	p.System, p.User, err = b.templates.render(m)
	return p, err
}

// given is the rationale that a proxy gets.
func (b *builder) given(ctx context.Context, s Subject) (rationale string, err error) {
	if !b.variant.Proxy {
		return "", nil
	}
	err = b.db.QueryRow(ctx, `SELECT rationale FROM sample WHERE id = ? AND task_id = ?`, s.Sample, s.Task).Scan(&rationale)
	if err != nil {
		return "", fmt.Errorf("rationale of sample %d: %w", s.Sample, err)
	}
	return rationale, nil
}

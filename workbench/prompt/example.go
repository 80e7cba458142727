package prompt

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"nextworkbench/schema"
)

// example is a task of the train split that may be shown with its answer.
type example struct {
	task    schema.TaskID
	name    string
	problem string
	traced  bool
	section *section // nil until it was needed
	program string   // without its trace; known with section
	tooLong bool     // known with section
}

// pool is the examples, best first: an order that depends on the seed and the
// tasks' text ids, so that it is the same in every file with the same facts.
type pool struct {
	db       *schema.DB
	variant  Variant
	examples []*example
}

// readPool lists the usable tasks of the train split that have an answer: a
// reference and a rationale in their metadata, or a kept sample with a rationale.
// When traces are shown, tasks with a trace come before others.
func readPool(ctx context.Context, db *schema.DB, v Variant) (*pool, error) {
	p := &pool{db: db, variant: v}
	if v.Shots == 0 {
		return p, nil
	}
	rows, err := db.Query(ctx, `
		SELECT t.id, t.task_id, t.problem_id, EXISTS (
		         SELECT 1 FROM trace x JOIN test_case c ON c.id = x.test_case_id WHERE x.program_id = t.buggy_id AND c.task_id = t.id)
		FROM task t
		JOIN v_task u ON u.task_id = t.task_id
		WHERE t.split = 'train' AND t.buggy_id IS NOT NULL AND u.usable = 1
		  AND (t.reference_id IS NOT NULL AND json_type(t.metadata, '$.rationale') = 'text' AND trim(json_extract(t.metadata, '$.rationale')) <> ''
		       OR EXISTS (SELECT 1 FROM sample s JOIN v_decision d ON d.sample_id = s.id
		                  WHERE s.task_id = t.id AND s.fix_id IS NOT NULL AND trim(s.rationale) <> '' AND s.purpose <> 'eval'
		                    AND d.policy = ? AND d.keep = 1))`, v.Policy)
	if err != nil {
		return nil, fmt.Errorf("examples: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var e example
		if err := rows.Scan(&e.task, &e.name, &e.problem, &e.traced); err != nil {
			return nil, fmt.Errorf("examples: %w", err)
		}
		p.examples = append(p.examples, &e)
	}
	p.sort()
	return p, rows.Err()
}

func (p *pool) sort() {
	key := func(e *example) string { return schema.Hash(strconv.FormatInt(p.variant.Seed, 10), e.name) }
	later := func(e *example) int {
		if p.variant.Trace && !e.traced {
			return 1
		}
		return 0
	}
	slices.SortFunc(p.examples, func(a, b *example) int {
		return cmp.Or(cmp.Compare(later(a), later(b)), cmp.Compare(key(a), key(b)))
	})
}

// pick takes the examples for a task: never the task itself, nor two of one
// problem, nor one of the task's problem.
func (p *pool) pick(ctx context.Context, t *task) ([]*example, error) {
	var picked []*example
	problems := map[string]bool{t.problem: true}
	for _, e := range p.examples {
		if len(picked) == p.variant.Shots {
			break
		}
		if e.task == t.id || problems[e.problem] {
			continue
		}
		if err := p.load(ctx, e); err != nil {
			return nil, fmt.Errorf("example %s: %w", e.name, err)
		}
		if !e.tooLong {
			picked = append(picked, e)
			problems[e.problem] = true
		}
	}
	return picked, nil
}

// load reads an example's section and answer, once.
func (p *pool) load(ctx context.Context, e *example) error {
	if e.section != nil {
		return nil
	}
	tasks, err := readTasks(ctx, p.db, []schema.TaskID{e.task})
	if err != nil {
		return err
	}
	s := tasks[e.task].section(p.variant)
	e.program = *tasks[e.task].buggy
	err = p.db.QueryRow(ctx, `
		SELECT json_extract(t.metadata, '$.rationale') AS rationale, r.source
		FROM task t JOIN program r ON r.id = t.reference_id
		WHERE t.id = ?1 AND json_type(t.metadata, '$.rationale') = 'text' AND trim(json_extract(t.metadata, '$.rationale')) <> ''
		UNION ALL
		SELECT * FROM (SELECT s.rationale, f.source
		               FROM sample s JOIN program f ON f.id = s.fix_id JOIN v_decision d ON d.sample_id = s.id
		               WHERE s.task_id = ?1 AND trim(s.rationale) <> '' AND s.purpose <> 'eval' AND d.policy = ?2 AND d.keep = 1
		               ORDER BY s.sha256 LIMIT 1)
		LIMIT 1`, e.task, p.variant.Policy).Scan(&s.Rationale, &s.Fix)
	if err != nil {
		return err
	}
	e.tooLong = utf8.RuneCountInString(s.Instruction+s.Program+s.Tests+s.Rationale+s.Fix) > p.variant.ExampleChars
	e.section = &s
	return nil
}

// shown is the example as a variant shows it.
func (e *example) shown(v Variant) section {
	s := *e.section
	if !v.Trace {
		s.Program, s.Traced = e.program, false
	}
	switch {
	case v.Proxy:
		s.Given, s.Rationale = s.Rationale, ""
	case !v.Rationale:
		s.Rationale = ""
	}
	return s
}

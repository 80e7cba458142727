package export

import (
	"context"
	"iter"
	"slices"
	"strings"

	"nextworkbench/schema"
)

// content is everything that a row can show.
type content struct {
	sample    schema.SampleID
	key       string // the sample's name in every file
	taskID    string
	problemID string
	source    string
	run       *string
	iteration *int64
	model     string
	policy    *string
	rationale string
	fix       string
	fixSHA    string
	promptSHA string
	system    string
	user      string
	shown     string // what a model without roles sees of them; empty when not made yet

	label    bool     // the sample was selected
	weight   float64  // of the row
	rejected *content // the other half of a pair
	raw      *rawFacts
	trace    *traceFacts
}

// reading is what contents are read with, beside the plan of the rows.
type reading struct {
	db       *schema.DB
	template string
	policy   *string
	proxy    Prompter
	perTask  map[schema.TaskID]int // rows, for their weight
	prompts  *prompts
}

func (o Options) reading(db *schema.DB, parameters map[string]string, rows []planned) reading {
	r := reading{db: db, template: o.Template, policy: policyOf(parameters), proxy: o.Proxy, perTask: map[schema.TaskID]int{}, prompts: &prompts{db: db, known: map[int64]promptText{}}}
	for _, p := range rows {
		r.perTask[p.task]++
	}
	return r
}

// contents reads the rows of a plan, one for each in their order.
func (f format) contents(ctx context.Context, r reading, rows []planned) iter.Seq2[content, error] {
	return func(yield func(content, error) bool) {
		next := 0
		for c, err := range ahead(ctx, func(ctx context.Context) iter.Seq2[content, error] { return f.read(ctx, r, rows) }) {
			if err == nil {
				p := rows[next]
				next++
				c.policy, c.label, c.weight = r.policy, !p.dropped, 1/float64(r.perTask[p.task])
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

// rowsPerStatement bounds the list of ids that one statement is given. Rows
// stream: the texts of one row are in memory at a time, those of so many in the
// formats that join two sources.
const rowsPerStatement = 64

func readSamples(ctx context.Context, r reading, rows []planned) iter.Seq2[content, error] {
	return r.samples(ctx, sampleIDs(rows))
}

func sampleIDs(rows []planned) []schema.SampleID {
	ids := make([]schema.SampleID, len(rows))
	for i, p := range rows {
		ids[i] = p.sample
	}
	return ids
}

// samples reads samples with their fix and prompt. Every one of them must have
// passed the guards.
func (r reading) samples(ctx context.Context, ids []schema.SampleID) iter.Seq2[content, error] {
	const query = `SELECT s.id, s.sha256, t.task_id, t.problem_id, t.source, r.name, coalesce(i.number, s.given_iteration),
			m.name, s.rationale, p.source, p.sha256,
			CASE WHEN ?2 = '' THEN s.prompt_id ELSE (SELECT k.prompt_id ` + ofTemplate + `) END
		FROM json_each(?1) j
		CROSS JOIN sample s ON s.id = j.value
		JOIN task t ON t.id = s.task_id
		JOIN model m ON m.id = s.model_id
		JOIN program p ON p.id = s.fix_id
		LEFT JOIN iteration i ON i.id = s.iteration_id
		LEFT JOIN run r ON r.id = i.run_id`
	return inOrder(ctx, r.db, query, ids, rowsPerStatement, r.template, func(scan func(...any) error) (schema.SampleID, content, error) {
		var c content
		var prompt *int64
		err := scan(&c.sample, &c.key, &c.taskID, &c.problemID, &c.source, &c.run, &c.iteration, &c.model, &c.rationale, &c.fix, &c.fixSHA, &prompt)
		if err == nil && prompt != nil {
			err = r.prompts.show(ctx, *prompt, &c)
		}
		return c.sample, c, err
	})
}

// readPairs reads selected samples, each with the dropped one that it is paired with.
func readPairs(ctx context.Context, r reading, rows []planned) iter.Seq2[content, error] {
	rejected := func(some []planned) ([]content, error) {
		ids := make([]schema.SampleID, len(some))
		for i, p := range some {
			ids[i] = p.rejected
		}
		return collect(r.samples(ctx, ids))
	}
	return joined(ctx, r, rows, rejected, func(c *content, other content) { c.rejected = &other })
}

// joined reads samples, some at a time, and puts into each what beside gives for it.
func joined[T any](ctx context.Context, r reading, rows []planned, beside func([]planned) ([]T, error), put func(*content, T)) iter.Seq2[content, error] {
	return func(yield func(content, error) bool) {
		for some := range slices.Chunk(rows, rowsPerStatement) {
			values, err := beside(some)
			if err != nil {
				yield(content{}, err)
				return
			}
			next := 0
			for c, err := range r.samples(ctx, sampleIDs(some)) {
				if err == nil {
					put(&c, values[next])
					next++
				}
				if !yield(c, err) {
					return
				}
			}
		}
	}
}

// collect reads values to their end or to the first error.
func collect[T any](values iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for v, err := range values {
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// prompt is the text that a model without roles sees.
func (c content) prompt() string {
	if c.shown != "" {
		return c.shown
	}
	if c.system == "" {
		return c.user
	}
	return c.system + "\n\n" + c.user
}

// completion is what a model is trained to answer: the rationale, if there is
// one, and the fix in a fence that no line of the fix can close.
func (c content) completion() string {
	fence := fenceFor(c.fix)
	block := fence + "python\n" + strings.TrimSuffix(c.fix, "\n") + "\n" + fence + "\n"
	rationale := strings.TrimRight(c.rationale, "\r\n")
	if strings.TrimSpace(rationale) == "" {
		return block
	}
	return rationale + "\n\n" + block
}

func fenceFor(code string) string {
	longest, current := 2, 0
	for _, r := range code {
		if r != '`' {
			current = 0
			continue
		}
		current++
		longest = max(longest, current)
	}
	return strings.Repeat("`", longest+1)
}

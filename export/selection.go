package export

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"iter"
	"slices"

	"nextworkbench/queries"
	"nextworkbench/schema"
)

// selection is the samples that rows are made of: those that the query selected,
// and behind them those that it left out, in formats that show both.
type selection struct {
	schema.Selection
	dropped int // the last so many samples
}

// ask runs the selection query and returns what it selects, not yet hashed.
func ask(ctx context.Context, db *schema.DB, name string, given map[string]string) (selection, error) {
	q, err := queries.Find(name)
	if err != nil {
		return selection{}, err
	}
	if q.Kind != queries.Selection {
		return selection{}, fmt.Errorf("query %s: is a %s, not a selection", name, q.Kind)
	}
	parameters, err := q.Complete(given)
	if err != nil {
		return selection{}, err
	}
	samples, err := selectedIDs(ctx, db, q, parameters)
	if err != nil {
		return selection{}, fmt.Errorf("query %s: %w", name, err)
	}
	return selection{schema.Selection{Name: q.Name, Query: q.Text, Parameters: parameters, Samples: samples}, 0}, nil
}

func selectedIDs(ctx context.Context, db *schema.DB, q queries.Query, parameters map[string]string) ([]schema.SampleID, error) {
	rows, err := q.Run(ctx, db, parameters)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	if columns[0] != "sample_id" {
		return nil, fmt.Errorf("the first column of a selection is sample_id, not %s", columns[0])
	}
	values := make([]any, len(columns))
	var id schema.SampleID
	for i := range values {
		values[i] = new(any)
	}
	values[0] = &id
	var all []schema.SampleID
	for rows.Next() {
		if err := rows.Scan(values...); err != nil {
			return nil, err
		}
		all = append(all, id)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	sorted := slices.Sorted(slices.Values(all))
	for i, id := range sorted[min(1, len(sorted)):] {
		if sorted[i] == id {
			return nil, fmt.Errorf("selects sample %d twice", id)
		}
	}
	return all, nil
}

// fact is what the content address of a selection, its guards and its plan need
// to know of a sample. Hashes and verdicts are nil where there is none.
type fact struct {
	sample    schema.SampleID
	key       string // the same in every file
	task      schema.TaskID
	taskID    string
	problemID string
	split     schema.Split
	model     string
	run       *string
	iteration *int64
	purpose   schema.Purpose
	index     int64
	rationale string
	fix       *string
	prompt    *string
	verdict   *schema.Verdict
	tier      *schema.Tier
	prompts   int // how many stored prompts could stand in the row: one is right
}

// factsPerStatement bounds the list of ids that one statement is given.
const factsPerStatement = 500

// ofTemplate is where the prompts are that the template ?2 made for the task of s: with
// what it was to show or, where there are none, without the trace, as package prompt
// names them.
const ofTemplate = `FROM prompt_task k WHERE k.task_id = s.task_id AND k.template = (SELECT min(l.template) FROM prompt_task l
	WHERE l.task_id = s.task_id AND (l.template = ?2 OR substr(l.template, 1, length(?2) + 10) = ?2 || ' untraced:'))`

// facts reads the facts of samples, in their order. Prompts are the samples' own
// when template is empty, else those that the template made for their tasks.
func facts(ctx context.Context, db *schema.DB, samples []schema.SampleID, template string) iter.Seq2[fact, error] {
	const query = `SELECT s.id, s.sha256, s.task_id, s.model_id, s.iteration_id, s.given_iteration, s.purpose, s.idx, s.rationale, p.sha256,
			s.prompt_id, v.verdict, v.tier,
			CASE WHEN ?2 = '' THEN s.prompt_id IS NOT NULL
			     ELSE (SELECT count(*) ` + ofTemplate + `) END
		FROM json_each(?1) j
		CROSS JOIN sample s ON s.id = j.value
		LEFT JOIN program p ON p.id = s.fix_id
		LEFT JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w
			WHERE w.program_id = s.fix_id AND w.task_id = s.task_id AND w.verdict <> 'infra')`
	frames := newFrames(db)
	return inOrder(ctx, db, query, samples, factsPerStatement, template, func(scan func(...any) error) (schema.SampleID, fact, error) {
		var f fact
		var model int64
		var iteration, prompt *int64
		err := scan(&f.sample, &f.key, &f.task, &model, &iteration, &f.iteration, &f.purpose, &f.index, &f.rationale, &f.fix,
			&prompt, &f.verdict, &f.tier, &f.prompts)
		if err == nil {
			err = frames.fill(ctx, &f, model, iteration, prompt)
		}
		return f.sample, f, err
	})
}

// inOrder asks query about samples or traces, some at a time, and yields one value
// for each of them in their order. The query takes a JSON array of ids and a word,
// the template say.
func inOrder[ID schema.SampleID | schema.TraceID, T any](ctx context.Context, db *schema.DB, query string, ids []ID, atOnce int, word string,
	read func(scan func(...any) error) (ID, T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		for some := range slices.Chunk(ids, atOnce) {
			more, err := eachOf(ctx, db, query, some, word, read, yield)
			if err != nil {
				yield(none, err)
				return
			}
			if !more {
				return
			}
		}
	}
}

func eachOf[ID schema.SampleID | schema.TraceID, T any](ctx context.Context, db *schema.DB, query string, ids []ID, word string,
	read func(scan func(...any) error) (ID, T, error), yield func(T, error) bool) (more bool, err error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return false, err
	}
	rows, err := db.Query(ctx, query, string(list), word)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for _, want := range ids {
		if !rows.Next() {
			if err := rows.Err(); err != nil {
				return false, err
			}
			return false, fmt.Errorf("row of %d: %w", want, schema.ErrUnknown)
		}
		id, value, err := read(rows.Scan)
		if err != nil {
			return false, err
		}
		if id != want { // the outer loop of the join is the list, and this proves it
			return false, fmt.Errorf("%d read in the place of %d", id, want)
		}
		if !yield(value, nil) {
			return false, nil
		}
	}
	return true, rows.Err()
}

// fingerprint is the content address of a selection while it is computed: the
// SHA-256 of one JSON array per line, the first for the query, then one for every
// sample, and one before the first that the query did not select. Only names, numbers and hashes of content go in, so that a copied or
// merged database gives the same address.
type fingerprint struct {
	sum      hash.Hash
	selected int // samples until those that the query did not select; -1 after that
}

func newFingerprint(s selection) (*fingerprint, error) {
	f := &fingerprint{sha256.New(), -1}
	if s.dropped > 0 {
		f.selected = len(s.Samples) - s.dropped
	}
	return f, f.line("selection/1", s.Name, s.Query, s.Parameters)
}

func (f *fingerprint) add(s fact) error {
	if f.selected == 0 {
		if err := f.line("dropped"); err != nil {
			return err
		}
	}
	f.selected = max(f.selected-1, -1)
	rationale := schema.Hash(s.rationale)
	return f.line(s.key, s.taskID, s.model, s.run, s.iteration, s.purpose, s.index, rationale, s.fix, s.prompt)
}

func (f *fingerprint) line(fields ...any) error {
	text, err := compactJSON(fields)
	if err != nil {
		return err
	}
	f.sum.Write(append(text, '\n'))
	return nil
}

func (f *fingerprint) String() string { return hex.EncodeToString(f.sum.Sum(nil)) }

// compactJSON encodes v on one line, with the keys of maps sorted.
func compactJSON(v any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

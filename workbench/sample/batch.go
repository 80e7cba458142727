package sample

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"nextworkbench/schema"
)

// BatchLimits bound one request file of a batch. The zero value is what the
// services take: 50,000 lines and 200 MB.
type BatchLimits struct {
	Lines int
	Bytes int64
}

// customID names one completion of a request. It depends on nothing local to one
// database file.
func customID(r Request, index int) (string, error) {
	parameters, err := json.Marshal(r.Parameters)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%.32s-%d", schema.Hash(r.Model.Name, r.PromptSHA256(), string(parameters)), index), nil
}

type batchRequest struct {
	CustomID string          `json:"custom_id"`
	Method   string          `json:"method"`
	URL      string          `json:"url"`
	Body     json.RawMessage `json:"body"`
}

// WriteBatch writes requests for the generations that job lacks into dir, as
// OpenAI batch files batch-0000.jsonl and on; a folder that has such files
// already is refused. model is what the service calls the model; empty takes the
// model's name. It returns the files and the number of requests in them. Run the
// same job with the answers of these files, see [OpenBatch].
func WriteBatch(ctx context.Context, db *schema.DB, job Job, model, dir string, limits BatchLimits) (files []string, requests int, err error) {
	p, err := newPlan(ctx, db, batchName, job)
	if err != nil {
		return nil, 0, err
	}
	w := batchWriter{dir: dir, limits: limits}
	defer func() { err = errors.Join(err, w.close()) }()
	for g, err := range p.gaps(ctx) {
		if err != nil {
			return w.files, requests, err
		}
		if len(g.missing) == 0 {
			continue
		}
		r, err := p.request(ctx, g)
		if err != nil {
			return w.files, requests, err
		}
		if err := w.request(r, model); err != nil {
			return w.files, requests, err
		}
		requests += len(r.Indices)
	}
	return w.files, requests, nil
}

const batchName = "batch"

// batchWriter splits lines over files.
type batchWriter struct {
	dir    string
	limits BatchLimits
	files  []string
	open   *os.File
	lines  int
	bytes  int64
}

// request writes one line per index.
func (w *batchWriter) request(r Request, model string) error {
	if model == "" {
		model = r.Model.Name
	}
	for _, index := range r.Indices {
		body, err := chatBody(r, model, index, 1)
		if err != nil {
			return err
		}
		id, err := customID(r, index)
		if err != nil {
			return err
		}
		line, err := json.Marshal(batchRequest{id, "POST", chatPath, body})
		if err != nil {
			return err
		}
		if err := w.write(append(line, '\n')); err != nil {
			return fmt.Errorf("batch request %d of task %s: %w", index, r.Task, err)
		}
	}
	return nil
}

func (w *batchWriter) write(line []byte) error {
	lines, bytes := w.limits.Lines, w.limits.Bytes
	if lines <= 0 {
		lines = 50_000
	}
	if bytes <= 0 {
		bytes = 200_000_000
	}
	if int64(len(line)) > bytes {
		return fmt.Errorf("line of %d bytes is longer than a file may be", len(line))
	}
	if w.open == nil || w.lines == lines || w.bytes+int64(len(line)) > bytes {
		if err := w.next(); err != nil {
			return err
		}
	}
	w.lines++
	w.bytes += int64(len(line))
	_, err := w.open.Write(line)
	return err
}

func (w *batchWriter) next() (err error) {
	if err := w.close(); err != nil {
		return err
	}
	name := filepath.Join(w.dir, fmt.Sprintf("batch-%04d.jsonl", len(w.files)))
	if w.open, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666); err != nil {
		return err
	}
	w.files, w.lines, w.bytes = append(w.files, name), 0, 0
	return nil
}

func (w *batchWriter) close() error {
	if w.open == nil {
		return nil
	}
	err := w.open.Close()
	w.open = nil
	return err
}

// Batch is a Sampler that answers from the output files of an OpenAI batch.
type Batch struct {
	files    lineFiles
	places   map[string]linePlace // custom_id -> its answer
	failed   map[string]string    // custom_id -> what went wrong with it
	problems []Problem
}

// batchAnswer is one line of an output file.
type batchAnswer struct {
	CustomID string `json:"custom_id"`
	Response *struct {
		Status int             `json:"status_code"`
		Body   json.RawMessage `json:"body"`
	} `json:"response"`
	Error json.RawMessage `json:"error"`
}

// failure says why a line is no completion, empty when it is one.
func (a batchAnswer) failure() string {
	switch {
	case len(a.Error) > 0 && !bytes.Equal(a.Error, []byte("null")):
		return "error " + excerpt(a.Error)
	case a.Response == nil:
		return "has no response"
	case a.Response.Status != 0 && a.Response.Status != 200:
		return fmt.Sprintf("status %d: %s", a.Response.Status, excerpt(a.Response.Body))
	}
	if _, err := completions(a.Response.Body, 0, 1); err != nil {
		return err.Error()
	}
	return ""
}

// OpenBatch reads where the answers are. requests are the files that [WriteBatch]
// wrote, outputs what came back for them, error files included, in any order. A
// request may be answered by an error in one line and by a completion in another.
// Call Close when done.
func OpenBatch(requests, outputs []string) (*Batch, error) {
	asked, problems, err := customIDs(requests)
	if err != nil {
		return nil, err
	}
	opened, err := openAllLines(outputs)
	if err != nil {
		return nil, err
	}
	b := &Batch{files: opened, places: map[string]linePlace{}, failed: map[string]string{}}
	more, err := opened.each(func(l numberedLine) string { return b.add(l, asked) })
	b.problems = append(problems, more...)
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

func customIDs(requests []string) (asked map[string]bool, problems []Problem, err error) {
	files, err := openAllLines(requests)
	if err != nil {
		return nil, nil, err
	}
	defer files.Close()
	asked = map[string]bool{}
	problems, err = files.each(func(l numberedLine) string {
		var request struct {
			CustomID string `json:"custom_id"`
		}
		if err := json.Unmarshal(l.data, &request); err != nil {
			return "request: " + err.Error()
		}
		asked[request.CustomID] = true
		return ""
	})
	return asked, problems, err
}

func (b *Batch) add(l numberedLine, asked map[string]bool) string {
	var line batchAnswer
	if err := json.Unmarshal(l.data, &line); err != nil {
		return err.Error()
	}
	id := line.CustomID
	failure := line.failure()
	switch {
	case !asked[id]:
		return fmt.Sprintf("custom_id %q was not asked for", id)
	case failure != "":
		b.failed[id] = failure
		return fmt.Sprintf("custom_id %q: %s", id, failure)
	case b.places[id].file != nil:
		return fmt.Sprintf("custom_id %q is answered twice; the first answer counts", id)
	}
	b.places[id] = l.place
	return ""
}

// Problems lists the lines that answer nothing: unreadable ones, errors, ids that
// were not asked for, and second answers.
func (b *Batch) Problems() []Problem { return b.problems }

// Close closes the files.
func (b *Batch) Close() error { return b.files.Close() }

// Name is "batch".
func (b *Batch) Name() string { return batchName }

// Sample answers from the output files.
func (b *Batch) Sample(ctx context.Context, r Request, yield func(Completion) error) error {
	var failures []error
	for _, index := range r.Indices {
		if err := ctx.Err(); err != nil {
			return err
		}
		id, err := customID(r, index)
		if err != nil {
			return err
		}
		completion, err := b.answer(id, index)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		if err := yield(completion); err != nil {
			return err
		}
	}
	return errors.Join(failures...)
}

func (b *Batch) answer(id string, index int) (Completion, error) {
	place, ok := b.places[id]
	switch {
	case ok:
	case b.failed[id] != "":
		return Completion{}, fmt.Errorf("completion %d: %s", index, b.failed[id])
	default:
		return Completion{}, fmt.Errorf("completion %d: %s has no answer yet", index, id)
	}
	data, err := place.read()
	if err != nil {
		return Completion{}, err
	}
	var line batchAnswer
	if err := json.Unmarshal(data, &line); err != nil {
		return Completion{}, fmt.Errorf("%s: %w", place.file.name, err)
	}
	found, err := completions(line.Response.Body, index, 1)
	if err != nil {
		return Completion{}, err
	}
	return found[0], nil
}

package sample

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// RecordingFilter picks lines of a recording that holds more than one thing.
type RecordingFilter struct {
	Model     string // only lines of this model; empty takes all
	Iteration *int   // only lines of this iteration; nil takes all
}

// Recording is a Sampler that answers from sample lines: completions that were
// drawn elsewhere, found by task and index. A line without an index is the next
// of its task. A line without raw text gives its rationale and fix as the text
// that a model would have written.
type Recording struct {
	files    lineFiles
	places   map[recordingKey]linePlace
	problems []Problem
}

type recordingKey struct {
	task  string
	index int
}

// recordedLine is what a recording reads of a sample line.
type recordedLine struct {
	Task      string  `json:"task_id"`
	Model     string  `json:"model"`
	Rationale string  `json:"rationale"`
	Fix       *string `json:"fix"`
	Raw       *string `json:"raw"`
	Iteration *int    `json:"iteration"`
	Index     *int    `json:"index"`
}

// OpenRecording reads where the lines of files are; files ending in .gz are
// unpacked. Call Close when done.
func OpenRecording(files []string, filter RecordingFilter) (*Recording, error) {
	opened, err := openAllLines(files)
	if err != nil {
		return nil, err
	}
	r := &Recording{files: opened, places: map[recordingKey]linePlace{}}
	next := map[string]int{}
	r.problems, err = opened.each(func(l numberedLine) string { return r.add(l, filter, next) })
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// add notes the place of a line. next holds the index of each task's next line.
func (r *Recording) add(l numberedLine, filter RecordingFilter, next map[string]int) string {
	var line recordedLine
	if err := json.Unmarshal(l.data, &line); err != nil {
		return err.Error()
	}
	switch {
	case line.Task == "":
		return "has no task_id"
	case line.Raw == nil && line.Fix == nil:
		return "has neither raw nor fix"
	case filter.Model != "" && line.Model != filter.Model:
		return ""
	case filter.Iteration != nil && (line.Iteration == nil || *line.Iteration != *filter.Iteration):
		return ""
	}
	key := recordingKey{line.Task, next[line.Task]}
	if line.Index != nil {
		key.index = *line.Index
	}
	next[line.Task] = key.index + 1
	if _, ok := r.places[key]; ok {
		return fmt.Sprintf("a second completion %d of task %s", key.index, key.task)
	}
	r.places[key] = l.place
	return ""
}

// Problems lists the lines that answer nothing: unreadable ones and second ones.
func (r *Recording) Problems() []Problem { return r.problems }

// Close closes the files.
func (r *Recording) Close() error { return r.files.Close() }

// Name is "batch".
func (r *Recording) Name() string { return batchName }

// Sample answers from the recorded lines.
func (r *Recording) Sample(ctx context.Context, request Request, yield func(Completion) error) error {
	var failures []error
	for _, index := range request.Indices {
		if err := ctx.Err(); err != nil {
			return err
		}
		place, ok := r.places[recordingKey{request.Task, index}]
		if !ok {
			failures = append(failures, fmt.Errorf("no completion %d of task %s is recorded", index, request.Task))
			continue
		}
		completion, err := place.recorded(index)
		if err != nil {
			return err
		}
		if err := yield(completion); err != nil {
			return err
		}
	}
	return errors.Join(failures...)
}

func (p linePlace) recorded(index int) (Completion, error) {
	data, err := p.read()
	if err != nil {
		return Completion{}, err
	}
	var line recordedLine
	if err := json.Unmarshal(data, &line); err != nil {
		return Completion{}, fmt.Errorf("%s: %w", p.file.name, err)
	}
	return Completion{Index: index, Text: line.text(), Finish: "recorded", Response: strings.TrimSpace(string(data))}, nil
}

// text is the completion as the model wrote it, or would have.
func (l recordedLine) text() string {
	if l.Raw != nil {
		return *l.Raw
	}
	fix := strings.TrimRight(*l.Fix, "\n")
	mark := "```"
	for strings.Contains(fix, mark) || strings.Contains(l.Rationale, mark) {
		mark += "`"
	}
	block := mark + "python\n" + fix + "\n" + mark + "\n"
	if rationale := strings.TrimSpace(l.Rationale); rationale != "" {
		return rationale + "\n\n" + block
	}
	return block
}

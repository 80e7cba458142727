package ingest

import (
	"errors"
	"fmt"

	"nextworkbench/schema"
)

// sampleReader takes in sample lines: generations that were recorded elsewhere.
type sampleReader struct {
	parse ParseCompletion
	tasks map[string]answered // by text id, those seen so far
}

// answered is the task that a sample answers.
type answered struct {
	id         schema.TaskID
	entryPoint string
}

func (r sampleReader) take(tx *schema.Tx, line []byte, file schema.IngestFileID) (bool, error) {
	f, err := readFields(line)
	if err != nil {
		return false, err
	}
	s, model, prompt, err := r.read(tx, f)
	if err != nil {
		return false, err
	}
	if s.Model, err = tx.PutModelName(model); err != nil {
		return false, err
	}
	if prompt != nil {
		s.Prompt, err = tx.PutPrompt(schema.Prompt{User: *prompt, Task: s.Task, Template: "given"})
		if err != nil {
			return false, err
		}
	}
	s.File = file
	_, stored, err := tx.PutSample(s)
	return stored, err
}

func (r sampleReader) read(tx *schema.Tx, f fields) (s schema.Sample, model string, prompt *string, err error) {
	s.Purpose = schema.Recorded
	task, err := f.requiredText("task_id")
	if err != nil {
		return s, "", nil, err
	}
	about, err := r.task(tx, task)
	if err != nil {
		return s, "", nil, err
	}
	s.Task = about.id
	if model, err = f.requiredText("model"); err != nil {
		return s, "", nil, err
	}
	if err := r.readText(f, &s, about.entryPoint); err != nil {
		return s, "", nil, err
	}
	if prompt, err = f.optionalText("prompt"); err != nil {
		return s, "", nil, err
	}
	if s.GivenIteration, err = f.integer("iteration"); err != nil {
		return s, "", nil, err
	}
	index, err := f.integer("index")
	if err != nil {
		return s, "", nil, err
	}
	if index != nil {
		s.Index = *index
	}
	if s.Metadata, err = f.metadata(); err != nil {
		return s, "", nil, err
	}
	s.Key = schema.Hash("recorded", task, model, deref(s.GivenIteration), fmt.Sprint(s.Index), s.Rationale,
		deref(s.Fix), deref(s.Raw), deref(prompt), s.Metadata)
	return s, model, prompt, nil
}

// readText reads rationale and fix, given apart or to be parsed from raw.
func (r sampleReader) readText(f fields, s *schema.Sample, entryPoint string) (err error) {
	if s.Rationale, err = f.text("rationale"); err != nil {
		return err
	}
	if s.Fix, err = f.optionalText("fix"); err != nil {
		return err
	}
	if s.Raw, err = f.optionalText("raw"); err != nil {
		return err
	}
	switch {
	case s.Fix != nil:
		s.Parse = schema.ParsedGiven
	case s.Raw == nil:
		return refuse("fix is null and there is no raw text to parse it from")
	default:
		var rationale string
		rationale, s.Fix, s.Parse, s.ParseDetail = r.parse(*s.Raw, entryPoint)
		if s.Rationale == "" {
			s.Rationale = rationale
		}
	}
	return nil
}

func (r sampleReader) task(tx *schema.Tx, text string) (answered, error) {
	if task, ok := r.tasks[text]; ok {
		return task, nil
	}
	id, entryPoint, err := tx.FindTask(text)
	if errors.Is(err, schema.ErrUnknown) {
		return answered{}, refuse("task %s is not in the database; ingest its tasks first", text)
	}
	task := answered{id, entryPoint}
	if err == nil {
		r.tasks[text] = task
	}
	return task, err
}

// deref tells "none" from every value.
func deref[T any](value *T) string {
	if value == nil {
		return "none"
	}
	return fmt.Sprintf("=%v", *value)
}

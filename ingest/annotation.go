package ingest

import (
	"errors"

	"nextworkbench/schema"
)

// takeAnnotation takes in one annotation line: the sample (by sample_id, or by
// task_id, model and index), annotator, question, answer and an optional note.
func takeAnnotation(tx *schema.Tx, line []byte, file schema.IngestFileID) (bool, error) {
	f, err := readFields(line)
	if err != nil {
		return false, err
	}
	a := schema.Annotation{File: file}
	if a.Sample, err = annotatedSample(tx, f); err != nil {
		return false, err
	}
	if a.Annotator, err = f.requiredText("annotator"); err != nil {
		return false, err
	}
	if a.Question, err = f.requiredText("question"); err != nil {
		return false, err
	}
	if a.Answer, err = f.requiredText("answer"); err != nil {
		return false, err
	}
	if a.Note, err = f.text("note"); err != nil {
		return false, err
	}
	return tx.Annotate(a)
}

func annotatedSample(tx *schema.Tx, f fields) (schema.SampleID, error) {
	id, err := f.integer("sample_id")
	if err != nil {
		return 0, err
	}
	var sample schema.SampleID
	if id != nil {
		sample, err = tx.SampleByID(int64(*id))
	} else {
		sample, err = namedSample(tx, f)
	}
	if errors.Is(err, schema.ErrUnknown) || errors.Is(err, schema.ErrAmbiguous) {
		return 0, refuse("%v", err)
	}
	return sample, err
}

func namedSample(tx *schema.Tx, f fields) (schema.SampleID, error) {
	task, err := f.requiredText("task_id")
	if err != nil {
		return 0, refuse("want sample_id, or task_id, model and index")
	}
	model, err := f.requiredText("model")
	if err != nil {
		return 0, err
	}
	index, err := f.integer("index")
	if err != nil {
		return 0, err
	}
	if index == nil {
		index = new(int)
	}
	return tx.SampleByName(task, model, *index)
}

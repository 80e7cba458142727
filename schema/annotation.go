package schema

import "fmt"

// Annotation is a person's judgement of a sample: an answer to a question.
type Annotation struct {
	Sample    SampleID
	Annotator string
	Question  string
	Answer    string
	Note      string
	File      IngestFileID // 0 when it was given at the workbench
}

// Annotate stores a judgement; the same one again is a duplicate (stored is false).
func (tx *Tx) Annotate(a Annotation) (stored bool, err error) {
	sum := Hash(fmt.Sprint(a.Sample), a.Annotator, a.Question, a.Answer, a.Note)
	_, found, err := tx.find(`SELECT id FROM annotation WHERE sha256 = ?`, sum)
	if err != nil || found {
		return false, err
	}
	err = tx.exec(`INSERT INTO annotation (sha256, sample_id, annotator, question, answer, note, ingest_file_id, created_us)
		VALUES (?,?,?,?,?,?,?,?)`, sum, a.Sample, a.Annotator, a.Question, a.Answer, a.Note, optional(a.File), tx.micros())
	if err != nil {
		return false, fmt.Errorf("annotation of sample %d: %w", a.Sample, err)
	}
	return true, nil
}

package schema

import "fmt"

// IngestFileID is the local id of a file that was taken in.
type IngestFileID int64

// IngestFile is a file that was taken in: its kind, name, content hash and lines.
type IngestFile struct {
	Kind   string // tasks, samples or annotations
	Name   string
	SHA256 string
	Lines  int
}

// Rejection is a line that was refused, and why.
type Rejection struct {
	Line   int
	Reason string
}

// NextIngestFile is the id that the file being taken in will have. Its rows may
// name it before [Tx.PutIngestFile] closes the same transaction.
func (tx *Tx) NextIngestFile() (IngestFileID, error) {
	id, _, err := tx.find(`SELECT coalesce(max(id), 0) + 1 FROM ingest_file`)
	return IngestFileID(id), err
}

// PutIngestFile records the file itself and the lines of it that were refused.
func (tx *Tx) PutIngestFile(id IngestFileID, f IngestFile, rejected []Rejection) error {
	err := tx.exec(`INSERT INTO ingest_file (id, kind, name, sha256, lines, created_us) VALUES (?, ?, ?, ?, ?, ?)`,
		id, f.Kind, f.Name, f.SHA256, f.Lines, tx.micros())
	if err != nil {
		return fmt.Errorf("ingest file %s: %w", f.Name, err)
	}
	rows := make([][]any, len(rejected))
	for i, r := range rejected {
		rows[i] = []any{id, r.Line, r.Reason}
	}
	return tx.insertRows("rejection", []string{"ingest_file_id", "line", "reason"}, rows)
}

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

// PutIngestFile records the file itself, after its rows.
func (tx *Tx) PutIngestFile(id IngestFileID, f IngestFile) error {
	err := tx.exec(`INSERT INTO ingest_file (id, kind, name, sha256, lines, created_us) VALUES (?, ?, ?, ?, ?, ?)`,
		id, f.Kind, f.Name, f.SHA256, f.Lines, tx.micros())
	if err != nil {
		return fmt.Errorf("ingest file %s: %w", f.Name, err)
	}
	return nil
}

// Reject records a line that was refused.
func (tx *Tx) Reject(file IngestFileID, r Rejection) error {
	err := tx.exec(`INSERT INTO rejection (ingest_file_id, line, reason) VALUES (?, ?, ?)`, file, r.Line, r.Reason)
	if err != nil {
		return fmt.Errorf("rejection of line %d: %w", r.Line, err)
	}
	return nil
}

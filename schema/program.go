package schema

import "fmt"

// ProgramID is the local id of a program.
type ProgramID int64

// PutProgram stores source text under its content address and returns its id;
// the same text is stored once.
func (tx *Tx) PutProgram(source string) (ProgramID, error) {
	sum := Hash(source)
	id, found, err := tx.find(`SELECT id FROM program WHERE sha256 = ?`, sum)
	if err == nil && !found {
		id, err = tx.insert(`INSERT INTO program (sha256, source, created_us) VALUES (?, ?, ?)`, sum, source, tx.micros())
	}
	if err != nil {
		return 0, fmt.Errorf("program %.12s: %w", sum, err)
	}
	return ProgramID(id), nil
}

// putOptionalProgram stores source, or nothing when there is none.
func (tx *Tx) putOptionalProgram(source *string) (ProgramID, error) {
	if source == nil {
		return 0, nil
	}
	return tx.PutProgram(*source)
}

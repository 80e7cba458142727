package schema

import "fmt"

// RunnerID is the local id of a runner.
type RunnerID int64

// Runner is a configuration that executes programs.
type Runner struct {
	Python    string // interpreter version, such as 3.11.7
	Isolation string // isolation level
	Version   string // version of the judging or tracing code
	Limits    string // JSON
}

// PutRunner stores a runner once and returns its id.
func (tx *Tx) PutRunner(r Runner) (RunnerID, error) {
	sum := Hash(r.Python, r.Isolation, r.Version, r.Limits)
	id, found, err := tx.find(`SELECT id FROM runner WHERE sha256 = ?`, sum)
	if err == nil && !found {
		id, err = tx.insert(`INSERT INTO runner (sha256, python, isolation, version, limits, created_us) VALUES (?,?,?,?,?,?)`,
			sum, r.Python, r.Isolation, r.Version, r.Limits, tx.micros())
	}
	if err != nil {
		return 0, fmt.Errorf("runner %s: %w", r.Python, err)
	}
	return RunnerID(id), nil
}

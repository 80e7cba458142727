package schema

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// PolicyID is the local id of one version of a policy.
type PolicyID int64

// ClaimVerdict says what a trace tells about a claim.
type ClaimVerdict string

// The verdicts on a claim. Missing evidence is Unverifiable, never the others.
const (
	Supported    ClaimVerdict = "supported"
	Contradicted ClaimVerdict = "contradicted"
	Unverifiable ClaimVerdict = "unverifiable"
)

// Claim is one checkable statement found in a rationale, with its check.
type Claim struct {
	Kind     string
	Quote    string // the exact words
	Start    int    // byte offset of the quote in the rationale
	Stated   string // what is stated, normalised
	Verdict  ClaimVerdict
	Trace    TraceID // 0 when there was none to check against
	Step     int     // of the evidence, -1 when there is none
	Evidence string
}

// RecordClaims stores the claims that parser found in a sample and what checker
// says of them. A reading by the same parser and a check by the same checker are
// kept as they are.
func (tx *Tx) RecordClaims(sample SampleID, parser, checker string, claims []Claim) error {
	for i, c := range claims {
		if err := tx.recordClaim(sample, parser, checker, i, c); err != nil {
			return fmt.Errorf("claim %d of sample %d: %w", i, sample, err)
		}
	}
	return nil
}

func (tx *Tx) recordClaim(sample SampleID, parser, checker string, position int, c Claim) error {
	id, found, err := tx.find(`SELECT id FROM claim WHERE sample_id = ? AND parser = ? AND position = ?`, sample, parser, position)
	if err == nil && !found {
		id, err = tx.insert(`INSERT INTO claim (sample_id, parser, position, kind, quote, start, stated, created_us) VALUES (?,?,?,?,?,?,?,?)`,
			sample, parser, position, c.Kind, c.Quote, c.Start, c.Stated, tx.micros())
	}
	if err != nil {
		return err
	}
	_, found, err = tx.find(`SELECT id FROM claim_check WHERE claim_id = ? AND checker = ? AND trace_id IS ?`, id, checker, optional(c.Trace))
	if err != nil || found {
		return err
	}
	var step any
	if c.Step >= 0 {
		step = c.Step
	}
	return tx.exec(`INSERT INTO claim_check (claim_id, checker, trace_id, verdict, step, evidence, created_us) VALUES (?,?,?,?,?,?,?)`,
		id, checker, optional(c.Trace), c.Verdict, step, c.Evidence, tx.micros())
}

// PutPolicy stores a policy. The filters of its newest version again are that
// version; other filters, be they those of an older one, make the next.
func (tx *Tx) PutPolicy(name string, filters any) (id PolicyID, version int, err error) {
	text, err := canonical(filters)
	if err != nil {
		return 0, 0, fmt.Errorf("policy %s: %w", name, err)
	}
	var newest string
	err = tx.tx.QueryRowContext(tx.ctx, `SELECT id, version, filters FROM policy WHERE name = ? ORDER BY version DESC LIMIT 1`, name).
		Scan(&id, &version, &newest)
	if err == nil && newest == text {
		return id, version, nil
	}
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		version++
		var n int64
		n, err = tx.insert(`INSERT INTO policy (sha256, name, version, filters, created_us) VALUES (?,?,?,?,?)`,
			Hash(name, fmt.Sprint(version), text), name, version, text, tx.micros())
		id = PolicyID(n)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("policy %s: %w", name, err)
	}
	return id, version, nil
}

// Kept is the reason of a decision that keeps its sample.
const Kept = "kept"

// Decision keeps or drops one sample under one policy.
type Decision struct {
	Sample  SampleID
	Keep    bool
	Reason  string // the first filter that dropped it, or Kept
	Detail  string
	Reasons []string // every filter that would have dropped it
}

// Decide stores decisions under a policy; a sample that has one keeps it.
func (tx *Tx) Decide(policy PolicyID, decisions []Decision) error {
	for _, d := range decisions {
		reasons, err := json.Marshal(append([]string{}, d.Reasons...))
		if err == nil {
			err = tx.exec(`INSERT INTO decision (sample_id, policy_id, keep, reason, detail, reasons, created_us) VALUES (?,?,?,?,?,?,?)
				ON CONFLICT (sample_id, policy_id) DO NOTHING`, d.Sample, policy, d.Keep, d.Reason, d.Detail, string(reasons), tx.micros())
		}
		if err != nil {
			return fmt.Errorf("decide sample %d: %w", d.Sample, err)
		}
	}
	return nil
}

package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"nextworkbench/schema"
)

// withFlaky adds a last verification to those of a program whose outcome is not
// the same every time: what changed is flaky, and that is what counts from then
// on. Every run stays on record.
func (s *round) withFlaky(ctx context.Context, j job, made []schema.Verification) ([]schema.Verification, error) {
	before, err := s.earlier(ctx, j)
	if err != nil {
		return nil, err
	}
	last := made[len(made)-1]
	flaky := changing(slices.Concat(before, made))
	if flaky == nil {
		return made, nil
	}
	last.Outcomes, last.Attempt = flaky, last.Attempt+1
	return append(made, last), nil
}

// earlier reads the verifications that this runner has made of a program, by
// test and verdict.
func (s *round) earlier(ctx context.Context, j job) ([]schema.Verification, error) {
	rows, err := s.db.Query(ctx, `SELECT v.attempt, o.test_case_id, o.verdict, o.tier, o.detail FROM verification v
		JOIN outcome o ON o.verification_id = v.id JOIN test_case c ON c.id = o.test_case_id
		WHERE v.program_id = ? AND v.task_id = ? AND v.runner_id = ? AND v.verdict NOT IN ('infra', 'flaky') ORDER BY v.attempt, c.position`,
		j.program, j.task, s.runner)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []schema.Verification
	for rows.Next() {
		var attempt int
		var o schema.Outcome
		if err := rows.Scan(&attempt, &o.TestCase, &o.Verdict, &o.Tier, &o.Detail); err != nil {
			return nil, err
		}
		if len(found) == 0 || found[len(found)-1].Attempt != attempt {
			found = append(found, schema.Verification{Attempt: attempt})
		}
		v := &found[len(found)-1]
		v.Outcomes = append(v.Outcomes, o)
	}
	return found, rows.Err()
}

// changing returns the outcomes of several runs as one: flaky where they differ.
// It returns nil when none does. A run that ended before a test says nothing of
// it, and neither does one in which the sandbox failed.
func changing(runs []schema.Verification) []schema.Outcome {
	var merged []schema.Outcome
	differ := false
	for i := 0; ; i++ {
		var seen []schema.Outcome
		for _, run := range runs {
			if i < len(run.Outcomes) && run.Outcomes[i].Verdict != schema.Infra {
				seen = append(seen, run.Outcomes[i])
			}
		}
		if len(seen) == 0 {
			break
		}
		o := seen[len(seen)-1]
		if !slices.ContainsFunc(seen, func(s schema.Outcome) bool { return s.Verdict != o.Verdict }) {
			merged = append(merged, o)
			continue
		}
		differ = true
		o.Verdict, o.Detail = schema.Flaky, tallied(seen)
		merged = append(merged, o)
	}
	if !differ {
		return nil
	}
	return merged
}

// tallied says how often each verdict came out, in the order they did.
func tallied(seen []schema.Outcome) string {
	var parts []string
	counts := map[schema.Verdict]int{}
	for _, o := range seen {
		counts[o.Verdict]++
	}
	for _, o := range seen {
		if n := counts[o.Verdict]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", o.Verdict, n))
			delete(counts, o.Verdict)
		}
	}
	return "of " + fmt.Sprint(len(seen)) + " runs: " + strings.Join(parts, ", ")
}

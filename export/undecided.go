package export

import (
	"context"
	"encoding/json"
	"slices"

	"nextworkbench/schema"
)

// notKept asks why the newest version of a policy keeps some samples not: the
// selections that name a policy promise that it keeps all. Without a policy there
// is no such promise, and nothing to ask.
func notKept(ctx context.Context, db *schema.DB, s schema.Selection) (map[schema.SampleID]string, error) {
	policy := policyOf(s.Parameters)
	if policy == nil {
		return nil, nil
	}
	why := map[schema.SampleID]string{}
	for some := range slices.Chunk(s.Samples, factsPerStatement) {
		list, err := json.Marshal(some)
		if err != nil {
			return nil, err
		}
		if err := notKeptOf(ctx, db, string(list), *policy, why); err != nil {
			return nil, err
		}
	}
	return why, nil
}

func notKeptOf(ctx context.Context, db *schema.DB, list, policy string, why map[schema.SampleID]string) error {
	rows, err := db.Query(ctx, `SELECT j.value, d.reason
		FROM json_each(?1) j
		LEFT JOIN policy p ON p.name = ?2 AND p.version = (SELECT max(q.version) FROM policy q WHERE q.name = ?2)
		LEFT JOIN decision d ON d.sample_id = j.value AND d.policy_id = p.id
		WHERE d.keep IS NOT 1`, list, policy)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var sample schema.SampleID
		var reason *string
		if err := rows.Scan(&sample, &reason); err != nil {
			return err
		}
		if why[sample] = "policy " + policy + " did not decide on it"; reason != nil {
			why[sample] = "policy " + policy + " dropped it: " + *reason
		}
	}
	return rows.Err()
}

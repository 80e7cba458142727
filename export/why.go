package export

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"nextworkbench/schema"
)

// question is the parameters of a selection query and the time that it was asked.
type question struct {
	Parameters map[string]string `json:"-"`
	Policy     string            `json:"policy"`
	At         int64             `json:"at"` // in microseconds; 0 is now
}

// reason is why a sample is not selected, as far as facts tell.
type reason struct {
	taskID string
	why    string
	detail string // what a policy said of this sample
}

// past is what was known of a sample when a question was asked.
type past struct {
	sample    schema.SampleID
	taskID    string
	split     string
	purpose   string
	run       *string
	iteration *int64
	later     bool // it came after the question
	verdict   *string
	policy    *int64 // the newest version
	keep      *bool
	reason    *string
	detail    *string
}

// why says for each sample why a selection with these parameters would not have
// held it at that time.
func (q question) why(ctx context.Context, db *schema.DB, samples []schema.SampleID) (map[schema.SampleID]reason, error) {
	const query = `SELECT s.id, t.task_id, t.split, s.purpose, r.name, coalesce(i.number, s.given_iteration),
			s.created_us > a.at, v.verdict, p.version, d.keep, d.reason, d.detail
		FROM json_each(?1) j
		CROSS JOIN (SELECT iif(?2 ->> 'at' = 0, 9223372036854775807, ?2 ->> 'at') AS at, ?2 ->> 'policy' AS policy) a
		CROSS JOIN sample s ON s.id = j.value
		JOIN task t ON t.id = s.task_id
		LEFT JOIN iteration i ON i.id = s.iteration_id
		LEFT JOIN run r ON r.id = i.run_id
		LEFT JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w
			WHERE w.program_id = s.fix_id AND w.task_id = s.task_id AND w.verdict <> 'infra' AND w.created_us <= a.at)
		LEFT JOIN policy p ON p.name = a.policy AND p.version = (SELECT max(k.version) FROM policy k
			WHERE k.name = a.policy AND k.created_us <= a.at)
		LEFT JOIN decision d ON d.sample_id = s.id AND d.policy_id = p.id AND d.created_us <= a.at`
	q.Policy = q.Parameters["policy"]
	word, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	all := map[schema.SampleID]reason{}
	read := func(scan func(...any) error) (schema.SampleID, past, error) {
		var p past
		err := scan(&p.sample, &p.taskID, &p.split, &p.purpose, &p.run, &p.iteration, &p.later, &p.verdict, &p.policy, &p.keep, &p.reason, &p.detail)
		return p.sample, p, err
	}
	for p, err := range inOrder(ctx, db, query, samples, factsPerStatement, string(word), read) {
		if err != nil {
			return nil, err
		}
		all[p.sample] = p.reasonOf(q)
	}
	return all, nil
}

func (p past) reasonOf(q question) reason {
	r := reason{taskID: p.taskID, why: p.why(q)}
	if p.detail != nil && p.keep != nil && !*p.keep && strings.HasSuffix(r.why, *p.reason) {
		r.detail = *p.detail
	}
	return r
}

func (p past) why(q question) string {
	switch {
	case p.later && p.purpose == string(schema.Recorded):
		return "was not recorded yet"
	case p.later:
		return "was not drawn yet"
	case p.purpose == string(schema.Baseline) || p.purpose == string(schema.Eval):
		return "was drawn for " + p.purpose
	}
	if why := elsewhere(q.Parameters, p.run, p.iteration, p.split); why != "" {
		return why
	}
	if q.Policy != "" {
		return p.decision(q.Policy)
	}
	switch {
	case p.verdict == nil:
		return "was not judged"
	case *p.verdict != string(schema.Pass):
		return "verdict " + *p.verdict
	}
	return ""
}

// decision is what the newest version of a policy says against a sample.
func (p past) decision(policy string) string {
	switch {
	case p.policy == nil:
		return "there was no policy " + policy
	case p.keep == nil:
		return fmt.Sprintf("policy %s/%d did not decide on it", policy, *p.policy)
	case *p.keep:
		return ""
	}
	return fmt.Sprintf("policy %s/%d dropped it: %s", policy, *p.policy, *p.reason)
}

// elsewhere says which parameter of a selection leaves out a sample of this run,
// iteration and split; empty when none does. An empty split is not known.
func elsewhere(parameters map[string]string, run *string, iteration *int64, split string) string {
	if want := parameters["run"]; want != "" && (run == nil || *run != want) {
		if run == nil {
			return "is of no run, not of " + want
		}
		return "is of run " + *run + ", not of " + want
	}
	if want, err := strconv.ParseInt(parameters["iteration"], 10, 64); err == nil && want >= 0 && (iteration == nil || *iteration != want) {
		if iteration == nil {
			return fmt.Sprintf("is of no iteration, not of %d", want)
		}
		return fmt.Sprintf("is of iteration %d, not of %d", *iteration, want)
	}
	if want := parameters["split"]; want != "" && split != "" && split != want {
		return "is of the " + split + " split, not of " + want
	}
	return ""
}

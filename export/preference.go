package export

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"nextworkbench/queries"
	"nextworkbench/schema"
)

// addDropped adds, behind what was selected, the samples that the selection left
// out for being worse: those of the same task, run and iteration that the policy
// of the selection dropped or, when it names no policy, whose tests fail.
func (s *selection) addDropped(ctx context.Context, db *schema.DB) error {
	q, err := queries.Find("dropped")
	if err != nil {
		return err
	}
	selected, err := json.Marshal(s.Samples)
	if err != nil {
		return err
	}
	given := map[string]string{"selected": string(selected)}
	if policy := policyOf(s.Parameters); policy != nil {
		given["policy"] = *policy
	}
	dropped, err := selectedIDs(ctx, db, q, given)
	if err != nil {
		return fmt.Errorf("query dropped: %w", err)
	}
	s.Samples, s.dropped = append(s.Samples, dropped...), len(dropped)
	return nil
}

// place is what the halves of a pair have in common: the task, the round and, when
// the rows show the samples' own prompts, the prompt.
func (f fact) place(template string) mark {
	prompt := f.prompt
	if template != "" {
		prompt = nil
	}
	return markOf(f.taskID, f.run, f.iteration, f.purpose, prompt)
}

// says stands for the completion of a sample.
func (f fact) says() mark { return markOf(f.taskID, schema.Hash(f.rationale), f.fix) }

// pairs gives the nth kept sample of a place the nth dropped one of that place, and
// begins again with the first when there are fewer dropped than kept. A kept sample
// of a place without dropped ones makes no row.
func pairs(kept, dropped []planned, places map[schema.SampleID]mark) []planned {
	others := map[mark][]schema.SampleID{}
	for _, p := range dropped {
		place := places[p.sample]
		others[place] = append(others[place], p.sample)
	}
	next := map[mark]int{}
	var rows []planned
	for _, p := range kept {
		place := places[p.sample]
		if all := others[place]; len(all) > 0 {
			p.rejected = all[next[place]%len(all)]
			next[place]++
			rows = append(rows, p)
		}
	}
	return rows
}

// labelled puts the dropped samples of each task behind its kept ones, the tasks in
// the order of the selection.
func labelled(kept, dropped []planned) []planned {
	first := map[schema.TaskID]int{}
	for i, p := range kept {
		if _, seen := first[p.task]; !seen {
			first[p.task] = i
		}
	}
	rows := slices.Concat(kept, dropped)
	slices.SortStableFunc(rows, func(a, b planned) int { return cmp.Compare(first[a.task], first[b.task]) })
	return rows
}

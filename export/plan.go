package export

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"slices"
	"strconv"

	"nextworkbench/schema"
)

// planned is one row to come. Plans of a million rows are held in memory, texts
// are not.
type planned struct {
	sample schema.SampleID
	task   schema.TaskID
	split  split
	order  [16]byte // place in a shuffled export
	whole  bool     // it has the fix and the one prompt that make a row
}

// split is the place of a split among the files; its text is the file's.
type split uint8

func splitOf(s schema.Split) split { return split(slices.Index(splits(), s)) }

// String is the name that the Hugging Face libraries give the split.
func (s split) String() string { return splitNames()[s] }

func splits() []schema.Split { return []schema.Split{schema.Train, schema.Dev, schema.Test} }

func splitNames() []string { return []string{"train", "validation", "test"} }

// choose asks the selection query, addresses what it selects, and plans the rows.
// The guards come back with what the facts of the samples tripped, ready for the
// texts of the rows.
func choose(ctx context.Context, db *schema.DB, o Options) (schema.Selection, []planned, guards, error) {
	guard := guards{allowed: o.Allow, template: o.Template}
	selection, err := ask(ctx, db, o.Select, o.Parameters)
	if err != nil {
		return selection, nil, guard, err
	}
	if guard.policy, err = notKept(ctx, db, selection); err != nil {
		return selection, nil, guard, err
	}
	address, rows, err := survey(ctx, db, selection, o, &guard)
	if err != nil {
		return selection, nil, guard, err
	}
	selection.SHA256 = address
	guard.heldOut, err = holdOut(ctx, db, rows)
	return selection, rows, guard, err
}

// survey goes through the facts of a selection once: its content address, its
// guards and its plan.
func survey(ctx context.Context, db *schema.DB, selection schema.Selection, o Options, guard *guards) (string, []planned, error) {
	address, err := newFingerprint(selection)
	if err != nil {
		return "", nil, err
	}
	rows := make([]planned, 0, len(selection.Samples))
	for f, err := range facts(ctx, db, selection.Samples, o.Template) {
		if err != nil {
			return "", nil, err
		}
		if err := address.add(f); err != nil {
			return "", nil, err
		}
		guard.check(f)
		rows = append(rows, plan(f, o.Shuffle))
	}
	return address.String(), arrange(rows, o), nil
}

func plan(f fact, seed *int64) planned {
	p := planned{sample: f.sample, task: f.task, split: splitOf(f.split), whole: f.fix != nil && f.prompts == 1}
	if seed != nil {
		sum := sha256.Sum256([]byte(strconv.FormatInt(*seed, 10) + "\n" + f.key))
		copy(p.order[:], sum[:])
	}
	return p
}

// arrange puts the rows in the order of the files: by split, then as shuffled,
// then as selected. The cap keeps the first rows of each task in that order.
func arrange(rows []planned, o Options) []planned {
	slices.SortStableFunc(rows, func(a, b planned) int {
		return cmp.Or(cmp.Compare(a.split, b.split), bytes.Compare(a.order[:], b.order[:]))
	})
	if o.MaxPerTask == 0 {
		return rows
	}
	count := map[schema.TaskID]int{}
	return slices.DeleteFunc(rows, func(p planned) bool {
		count[p.task]++
		return count[p.task] > o.MaxPerTask
	})
}

// bySplit cuts arranged rows into the samples of each split, in file order. An
// export without rows still has a train split.
func bySplit(rows []planned) map[split][]schema.SampleID {
	all := map[split][]schema.SampleID{}
	for _, p := range rows {
		all[p.split] = append(all[p.split], p.sample)
	}
	if len(rows) == 0 {
		all[0] = nil
	}
	return all
}

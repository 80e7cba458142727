package export

import (
	"context"
	"errors"
	"os"
	"slices"

	"nextworkbench/schema"
)

// Answer is what a selection query answers today, held against a frozen selection.
type Answer struct {
	Problem      string // why it cannot be asked any more; the rest is then empty
	QueryChanged bool   // its text is not the one that the manifest records
	Samples      int    // that it selects
	Same         bool   // the same samples in the same order
	Reordered    bool   // the same samples in another order
	More, Less   []Moved
	Guards       []Lifted // what they would hold back of the export today, or let through otherwise than it says
}

// Moved is a sample that came into a selection or left it. Why is the reason that
// it was not in it before, or is not any more; empty where no fact tells.
type Moved struct {
	Sample  schema.SampleID `json:"sample"`
	TaskID  string          `json:"task"`
	Dropped bool            `json:"dropped,omitempty"` // of those that the selection leaves out
	Why     string          `json:"why"`
	Detail  string          `json:"detail,omitempty"` // what a policy said of this sample
}

// askToday asks the selection query again, and compares the answer with what was
// frozen, if that is known.
func (r *remaking) askToday(ctx context.Context, then selection, known bool) error {
	today := &r.result.Today
	now, err := r.answer(ctx)
	if err != nil {
		today.Problem = err.Error()
		return ctx.Err()
	}
	today.QueryChanged = now.Query != r.manifest.Selection.Query
	today.Samples = len(now.Samples) - now.dropped
	if !known && !r.result.Frozen {
		return nil
	}
	today.Same = slices.Equal(then.Samples, now.Samples) && then.dropped == now.dropped
	var q question
	q.Parameters = now.Parameters
	if today.Less, err = r.moved(ctx, then, now, q); err != nil {
		return err
	}
	err = r.db.QueryRow(ctx, `SELECT coalesce(max(created_us), 0) FROM selection WHERE sha256 = ?`, r.manifest.Selection.SHA256).Scan(&q.At)
	if err != nil {
		return err
	}
	if today.More, err = r.moved(ctx, now, then, q); err != nil {
		return err
	}
	today.Reordered = !today.Same && len(today.More) == 0 && len(today.Less) == 0
	return nil
}

// moved are the samples of one selection that another has not, with the reason
// that facts give for that.
func (r *remaking) moved(ctx context.Context, in, out selection, q question) ([]Moved, error) {
	var all []schema.SampleID
	var dropped []bool
	sides := out.sides()
	for i, id := range in.Samples {
		if side, ok := sides[id]; !ok || side != in.isDropped(i) {
			all, dropped = append(all, id), append(dropped, in.isDropped(i))
		}
	}
	lost, err := lostSamples(ctx, r.db, all)
	if err != nil {
		return nil, err
	}
	gone := map[schema.SampleID]bool{}
	for _, id := range lost {
		gone[id] = true
	}
	whys, err := q.why(ctx, r.db, slices.DeleteFunc(slices.Clone(all), func(id schema.SampleID) bool { return gone[id] }))
	if err != nil {
		return nil, err
	}
	var moved []Moved
	for i, id := range all {
		m := Moved{Sample: id, Dropped: dropped[i], Why: "the database has lost it"}
		if w, ok := whys[id]; ok {
			m.TaskID, m.Why, m.Detail = w.taskID, w.why, w.detail
		}
		if m.Dropped && !gone[id] { // why asks about what is selected
			m.Why, m.Detail = "", ""
		}
		moved = append(moved, m)
	}
	return moved, nil
}

// isDropped says whether the nth sample is one that the selection left out.
func (s selection) isDropped(n int) bool { return n >= len(s.Samples)-s.dropped }

// sides says of every sample whether it is one that the selection left out.
func (s selection) sides() map[schema.SampleID]bool {
	all := map[schema.SampleID]bool{}
	for i, id := range s.Samples {
		all[id] = s.isDropped(i)
	}
	return all
}

// nameUnknown names rows of the export whose samples this database has not, or does
// not select today. That takes shards that say where their rows come from.
func (r *remaking) nameUnknown(ctx context.Context, now selection) error {
	s := side{dir: r.dir, manifest: r.manifest, format: r.format}
	s.findKeys()
	if s.keys != inColumns && s.keys != inLineage {
		return nil
	}
	selected := now.sides()
	named := 0
	for row, err := range s.rows(ctx) {
		if errors.Is(err, os.ErrNotExist) {
			return nil // only the manifest is here
		}
		if err != nil {
			r.change(RowDiffers, "the shards beside the manifest cannot tell which: %s", oneLine(err))
			return ctx.Err()
		}
		c, differs, err := r.unknown(ctx, row, selected)
		if err != nil {
			return err
		}
		if differs {
			if named++; named <= namedProblems {
				r.result.Changes = append(r.result.Changes, c)
			}
		}
	}
	if rest := named - namedProblems; rest > 0 {
		r.change(FactMissing, "%d more rows are of samples that the database has not, or does not select", rest)
	}
	return nil
}

// unknown says what the database lacks for a row.
func (r *remaking) unknown(ctx context.Context, row sideRow, selected map[schema.SampleID]bool) (Change, bool, error) {
	c := Change{TaskID: row.from.task}
	found, err := ids(ctx, r.db, `SELECT id FROM sample WHERE sha256 = ?`, row.key)
	if err != nil {
		return c, false, err
	}
	if len(found) == 0 {
		c.Kind, c.Detail = FactMissing, "task "+row.from.task+": the database has no sample "+row.key[:12]
		return c, true, nil
	}
	if _, ok := selected[found[0]]; ok {
		return c, false, nil
	}
	q := question{Parameters: r.manifest.Selection.Parameters}
	whys, err := q.why(ctx, r.db, found)
	c.Kind, c.Sample, c.Detail = SelectionDiffers, found[0], "is not selected today: "+whys[found[0]].why
	return c, true, err
}

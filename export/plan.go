package export

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"nextworkbench/schema"
)

// planned is one row to come. Plans of a million rows are held in memory, texts
// are not.
type planned struct {
	sample   schema.SampleID // that the row is recorded as
	rejected schema.SampleID // the other half of a pair
	trace    schema.TraceID  // of a row that shows a trace
	task     schema.TaskID
	split    split
	dropped  bool    // the sample was not selected
	whole    bool    // it has the fix and the one prompt that the row shows
	silent   bool    // its rationale says nothing
	rank     float64 // place in a curriculum, the easiest first
	order    mark    // place in a shuffled export, or among equals in a curriculum
}

// split is the place of a split among the files; its text is the file's.
type split uint8

const (
	trainSplit split = iota
	validationSplit
)

func splitOf(s schema.Split) split { return split(slices.Index(splits(), s)) }

// String is the name that the Hugging Face libraries give the split.
func (s split) String() string { return splitNames()[s] }

func splits() []schema.Split { return []schema.Split{schema.Train, schema.Dev, schema.Test} }

func splitNames() []string { return []string{"train", "validation", "test"} }

// choose asks the selection query, addresses what it selects, and plans the rows.
// The guards come back with what the facts of the samples tripped, ready for the
// texts of the rows.
func choose(ctx context.Context, db *schema.DB, o Options, f format) (selection, []planned, guards, error) {
	guard := guards{allowed: o.Allow, template: o.Template}
	s, err := ask(ctx, db, o.Select, o.Parameters)
	if err != nil {
		return s, nil, guard, err
	}
	if guard.policy, err = notKept(ctx, db, s.Selection); err != nil {
		return s, nil, guard, err
	}
	if f.unit.dropped() {
		if err := s.addDropped(ctx, db); err != nil {
			return s, nil, guard, err
		}
	}
	address, rows, err := survey(ctx, db, s, o, f, &guard)
	if err != nil {
		return s, nil, guard, err
	}
	s.SHA256 = address
	guard.heldOut, err = holdOut(ctx, db, rows)
	return s, rows, guard, err
}

// survey goes through the facts of a selection once: its content address, its
// guards and its plan.
func survey(ctx context.Context, db *schema.DB, s selection, o Options, f format, guard *guards) (string, []planned, error) {
	address, err := newFingerprint(s)
	if err != nil {
		return "", nil, err
	}
	p, err := newPlanner(ctx, db, o, f, len(s.Samples)-s.dropped)
	if err != nil {
		return "", nil, err
	}
	guard.needsFix, guard.needsPrompt = f.unit.needs()
	position := 0
	read := func(ctx context.Context, some []schema.SampleID) iter.Seq2[fact, error] {
		return facts(ctx, db, some, o.Template)
	}
	for fact, err := range aheadOf(ctx, s.Samples, factsPerStatement, read) {
		if err != nil {
			return "", nil, err
		}
		if err := address.add(fact); err != nil {
			return "", nil, err
		}
		selected := position < len(s.Samples)-s.dropped
		position++
		if selected {
			guard.check(fact)
		}
		p.add(fact, selected)
	}
	rows, err := p.rows(ctx, db)
	return address.String(), arrange(rows, o.MaxPerTask), err
}

// planner makes rows of facts.
type planner struct {
	options Options
	format  format
	ease    map[solved]float64 // how often the base model solved a task; only for a curriculum
	kept    []planned
	dropped []planned
	places  map[schema.SampleID]mark // what the halves of a pair share; only where dropped ones are needed
	said    map[mark]bool            // what the kept samples say; only where dropped ones are needed
	mixed   bool                     // there are tasks of other splits than train
}

func newPlanner(ctx context.Context, db *schema.DB, o Options, f format, samples int) (*planner, error) {
	p := &planner{options: o, format: f, said: map[mark]bool{}, places: map[schema.SampleID]mark{}, kept: make([]planned, 0, samples)}
	var err error
	if o.Order == byCurriculum {
		p.ease, err = ease(ctx, db)
	}
	return p, err
}

// add plans the row of one sample. A dropped sample counts if a row can be made of
// it and no kept one says the same.
func (p *planner) add(f fact, selected bool) {
	row := planned{sample: f.sample, task: f.task, split: p.split(f), dropped: !selected, silent: strings.TrimSpace(f.rationale) == ""}
	fix, prompt := p.format.unit.needs()
	row.whole = (f.fix != nil || !fix) && (f.prompts == 1 || !prompt)
	row.rank, row.order = p.position(f)
	if !p.format.unit.dropped() {
		p.kept = append(p.kept, row)
		return
	}
	p.places[f.sample] = f.place(p.options.Template)
	says := f.says()
	if selected {
		p.said[says] = true
		p.kept = append(p.kept, row)
	} else if f.prompts == 1 && f.fix != nil && !p.said[says] {
		p.dropped = append(p.dropped, row)
	}
}

// rows are what the format makes of the samples.
func (p *planner) rows(ctx context.Context, db *schema.DB) ([]planned, error) {
	if p.mixed {
		return nil, errors.New("a validation share is cut from the train split, and the selection has tasks of other splits")
	}
	switch p.format.unit {
	case byPair:
		return pairs(p.kept, p.dropped, p.places), nil
	case byLabel:
		return labelled(p.kept, p.dropped), nil
	case byRationale:
		return slices.DeleteFunc(p.kept, func(row planned) bool { return row.silent }), nil
	case byTrace:
		return planTraces(ctx, db, p.kept, p.options)
	}
	return p.kept, nil
}

// arrange puts the rows in the order of the files: by split, then as asked for,
// then as selected. The cap keeps the first rows of each task in that order, of
// selected and of dropped samples apart.
func arrange(rows []planned, perTask int) []planned {
	slices.SortStableFunc(rows, func(a, b planned) int {
		return cmp.Or(cmp.Compare(a.split, b.split), cmp.Compare(a.rank, b.rank), bytes.Compare(a.order[:], b.order[:]))
	})
	if perTask == 0 {
		return rows
	}
	type side struct {
		task    schema.TaskID
		dropped bool
	}
	count := map[side]int{}
	return slices.DeleteFunc(rows, func(p planned) bool {
		s := side{p.task, p.dropped}
		count[s]++
		return count[s] > perTask
	})
}

// bySplit cuts arranged rows into those of each split, in file order. An export
// without rows still has a train split.
func bySplit(rows []planned) map[split][]planned {
	all := map[split][]planned{}
	for len(rows) > 0 {
		of := rows[0].split
		n := slices.IndexFunc(rows, func(p planned) bool { return p.split != of })
		if n < 0 {
			n = len(rows)
		}
		all[of], rows = rows[:n:n], rows[n:]
	}
	if len(all) == 0 {
		all[trainSplit] = nil
	}
	return all
}

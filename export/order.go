package export

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"nextworkbench/queries"
	"nextworkbench/schema"
)

// The orders of [Options.Order].
const (
	byQuery      = "query"
	byShuffle    = "shuffle"
	byCurriculum = "curriculum"
)

// Orders are the names that [Options.Order] can have, the default first.
func Orders() []string { return []string{byQuery, byShuffle, byCurriculum} }

// completeOrder fills in the order: a seed alone asks for a shuffle.
func (o *Options) completeOrder() error {
	if o.Order == "" {
		o.Order = byQuery
		if o.Shuffle != nil {
			o.Order = byShuffle
		}
	}
	if !slices.Contains(Orders(), o.Order) {
		return fmt.Errorf("order %q: there are %s", o.Order, strings.Join(Orders(), ", "))
	}
	if o.Order != byShuffle && o.Shuffle != nil {
		return fmt.Errorf("a seed shuffles, and the order asked for is %s", o.Order)
	}
	if o.Order == byShuffle && o.Shuffle == nil {
		o.Shuffle = new(int64)
	}
	if o.ValidationShare < 0 || o.ValidationShare > 0.5 {
		return errors.New("a validation share is between 0 and 0.5")
	}
	return nil
}

// mark is the start of a SHA-256: it stands for a text in plans, and orders texts
// in a way that looks random and is the same everywhere.
type mark [16]byte

// markOf marks words; none of them can hold what parts them.
func markOf(words ...any) mark {
	text, err := json.Marshal(words)
	if err != nil {
		panic(err) // texts and numbers have an encoding
	}
	sum := sha256.Sum256(text)
	return mark(sum[:16])
}

// position is where a sample goes: in a curriculum by how seldom the base model of
// its run solved the task, last where that is not known, the rows of a task
// together; in a shuffle by its mark under the seed.
func (p *planner) position(f fact) (rank float64, order mark) {
	switch p.options.Order {
	case byShuffle:
		return 0, p.options.shuffled(f.key)
	case byCurriculum:
		rank = 1
		if f.run != nil {
			if rate, known := p.ease[solved{f.task, *f.run}]; known {
				rank = -rate
			}
		}
		return rank, markOf("task", f.taskID)
	}
	return 0, mark{}
}

func (o Options) shuffled(key string) mark { return markOf("shuffle", *o.Shuffle, key) }

// split is the split of a sample's row: a share of the problems of the train split
// goes into validation, all tasks of a problem to the same side, and always to the
// same side for the same seed.
func (p *planner) split(f fact) split {
	s := splitOf(f.split)
	if p.options.ValidationShare == 0 {
		return s
	}
	if s != trainSplit {
		p.mixed = true
	}
	m := markOf("validation", p.options.ValidationSeed, f.problemID)
	if float64(binary.BigEndian.Uint64(m[:8])>>11)/(1<<53) < p.options.ValidationShare {
		return validationSplit
	}
	return trainSplit
}

// solved names a task as the base model of a run met it.
type solved struct {
	task schema.TaskID
	run  string
}

// ease reads how often the base model of each run solved its tasks.
func ease(ctx context.Context, db *schema.DB) (map[solved]float64, error) {
	rows, err := queries.Run(ctx, db, "ease", nil)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[solved]float64{}
	for rows.Next() {
		var of solved
		var rate float64
		if err := rows.Scan(&of.task, &of.run, &rate); err != nil {
			return nil, err
		}
		all[of] = rate
	}
	return all, rows.Err()
}

package export

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// Lifted is a guard that was allowed, and what it would have held back: the
// evidence for whoever asks later what a training set was let to hold.
type Lifted struct {
	Guard  string `json:"guard"`
	Rows   int    `json:"rows"`
	Pairs  int    `json:"pairs,omitempty"`  // of tasks in the rows and held-out tasks that they are like
	SHA256 string `json:"sha256,omitempty"` // of all pairs, one JSON object a line
	Listed []Pair `json:"listed,omitempty"` // the first thousand pairs, the most alike first
}

// Pair is a task of exported rows and a held-out task that they are like.
type Pair struct {
	TaskID string `json:"task_id"`
	Likeness
	Rows int `json:"rows"`
}

// listedPairs bounds the pairs of one guard in a manifest.
const listedPairs = 1000

// lifted collects what lifted guards let through, by guard.
type lifted map[string]*letThrough

type letThrough struct {
	rows  int
	pairs map[pairKey]*Pair
}

type pairKey struct{ task, heldOut, part string }

func (l *lifted) note(guard string, row TrippedRow) {
	if *l == nil {
		*l = lifted{}
	}
	through := (*l)[guard]
	if through == nil {
		through = &letThrough{pairs: map[pairKey]*Pair{}}
		(*l)[guard] = through
	}
	through.rows++
	for _, like := range row.Like {
		key := pairKey{row.TaskID, like.HeldOut, like.Part}
		p := through.pairs[key]
		if p == nil {
			p = &Pair{TaskID: row.TaskID, Likeness: like}
			through.pairs[key] = p
		}
		p.Similarity = max(p.Similarity, like.Similarity)
		p.Rows++
	}
}

// facts are what the manifest says of it, in the order of [Allowances].
func (l lifted) facts() ([]Lifted, error) {
	var all []Lifted
	for _, guard := range Allowances() {
		if through := l[guard]; through != nil {
			f, err := through.facts(guard)
			if err != nil {
				return nil, err
			}
			all = append(all, f)
		}
	}
	return all, nil
}

func (t *letThrough) facts(guard string) (Lifted, error) {
	f := Lifted{Guard: guard, Rows: t.rows, Pairs: len(t.pairs)}
	if len(t.pairs) == 0 {
		return f, nil
	}
	for _, p := range t.pairs {
		f.Listed = append(f.Listed, *p)
	}
	slices.SortFunc(f.Listed, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.Similarity, a.Similarity), cmp.Compare(a.TaskID, b.TaskID), cmp.Compare(a.HeldOut, b.HeldOut), cmp.Compare(a.Part, b.Part))
	})
	sum := sha256.New()
	for _, p := range f.Listed {
		line, err := compactJSON(p)
		if err != nil {
			return f, err
		}
		sum.Write(append(line, '\n'))
	}
	f.SHA256 = hex.EncodeToString(sum.Sum(nil))
	f.Listed = f.Listed[:min(listedPairs, len(f.Listed))]
	return f, nil
}

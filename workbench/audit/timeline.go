package audit

import (
	"sort"

	"nextworkbench/schema"
)

// moment is a value that a variable took in a frame.
type moment struct {
	observation
	index int  // of the event
	gone  bool // it was deleted
}

// history is what one variable held in one frame, in order.
type history []moment

// at is what the variable held once an event was over; nil for nothing.
func (h history) at(index int) *observation {
	after := sort.Search(len(h), func(i int) bool { return h[i].index > index })
	if after == 0 || h[after-1].gone {
		return nil
	}
	return &h[after-1].observation
}

// during is what the variable held in a range of events, what it held before it
// included.
func (h history) during(r round) (held []observation) {
	if before := h.at(r.from - 1); before != nil {
		held = append(held, *before)
	}
	return append(held, h.taken(r)...)
}

// taken are the values that the variable took within a range of events.
func (h history) taken(r round) (all []observation) {
	for _, m := range h {
		if m.index >= r.from && m.index < r.to && !m.gone {
			all = append(all, m.observation)
		}
	}
	return all
}

// round is one run through the body of a loop: a range of events, the first one
// of its header, the last one not included.
type round struct{ from, to int }

// timeline is the order of events in each frame.
type timeline struct {
	histories map[string]map[int]history // by name and frame
	visits    map[int][]int              // indexes of what happened on a line, by frame
}

func newTimeline(events []schema.TraceEvent) timeline {
	t := timeline{map[string]map[int]history{}, map[int][]int{}}
	for i, e := range events {
		for _, c := range e.Changes {
			if t.histories[c.Name] == nil {
				t.histories[c.Name] = map[int]history{}
			}
			m := moment{observation{e.Step, c.Name, c.Value, e.Line}, i, c.Removed}
			t.histories[c.Name][e.Frame] = append(t.histories[c.Name][e.Frame], m)
		}
		switch e.Kind {
		case schema.LineEvent, schema.ReturnEvent, schema.ExceptionEvent, schema.YieldEvent:
			t.visits[e.Frame] = append(t.visits[e.Frame], i)
		}
	}
	return t
}

// rounds are the rounds of a loop in a frame, one list for every time that it was
// begun, and the indexes of the events at which each of these ended.
func (e *evidence) rounds(l loop, frame int) (runs [][]round, ends []int) {
	inside, atHeader := false, -1
	finish := func(index int) {
		if last := len(runs) - 1; inside && last >= 0 {
			if n := len(runs[last]); n > 0 && runs[last][n-1].to < 0 {
				runs[last][n-1].to = index
			}
		}
	}
	for _, i := range e.time.visits[frame] {
		switch line := e.Events[i].Line; {
		case line == l.header:
			finish(i)
			if !inside {
				runs, ends, inside = append(runs, nil), append(ends, 0), true
			}
			atHeader = i
			ends[len(ends)-1] = i
		case line >= l.first && line <= l.last && inside:
			if atHeader >= 0 {
				runs[len(runs)-1] = append(runs[len(runs)-1], round{atHeader, -1})
			}
			atHeader = -1
		case inside:
			finish(i)
			inside, atHeader = false, -1
		}
	}
	finish(len(e.Events))
	return runs, ends
}

// frameIDs are the frames that events tell of, in order.
func (e *evidence) frameIDs() (all []int) {
	for _, f := range e.frames {
		all = append(all, f.number)
	}
	return all
}

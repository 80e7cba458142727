package audit

import (
	"fmt"
	"strings"

	"nextworkbench/schema"
)

const noSuchCall = "the trace has no such call"

// ofTheRun says whether a statement about what happened within the run surely
// speaks of the traced one.
func (e *evidence) ofTheRun(a about) (firm bool, why string) {
	frames, firm, why := e.subjects(a)
	switch {
	case firm:
		return true, ""
	case a.call != nil && (len(frames) == 0 || a.loose):
		return false, why
	}
	return !a.elsewhere && !a.loose, "it does not say on which test"
}

// checkMoment checks what a variable is said to hold at some time of the run.
func (e *evidence) checkMoment(c Claim) Finding {
	firm, why := e.ofTheRun(c.about)
	if why == noSuchCall {
		return unverifiable("%s", why)
	}
	var held []observation
	doubt := e.Truncated
	for _, frame := range e.frameIDs() {
		h := e.historiesOf(c.name)[frame]
		if len(h) == 0 {
			continue
		}
		seen, sure := e.momentsOf(c, h, frame)
		held, doubt = append(held, seen...), doubt || !sure
	}
	var shown []string
	for _, o := range held {
		switch compare(c.value, e.shown(o.value)) {
		case same:
			return supported(o)
		case unknown:
			doubt = true
		}
		if n := len(shown); n == 0 || shown[n-1] != o.value {
			shown = append(shown, o.value)
		}
	}
	if doubt && !e.Truncated && (c.Kind == AtLine || c.Kind == AtRound) && e.neverHolds(c) {
		doubt = false
		if len(held) == 0 {
			held = e.values(c.name)
		}
	}
	switch {
	case len(held) == 0:
		return unverifiable("the trace does not show %s%s", c.name, strings.TrimPrefix(c.Stated, c.name+" = "+c.value.String()))
	case doubt:
		return unverifiable("the trace does not show all of %s", c.name)
	case !firm:
		return unverifiable("%s; %s", why, held[len(held)-1])
	}
	last := held[len(held)-1]
	return Finding{schema.Contradicted, last.step, fmt.Sprintf("step %d shows %s=%s; at that time it holds %s", last.step, c.name, excerpt(last.value), excerpt(strings.Join(shown, ", ")))}
}

// neverHolds says whether a variable surely does not hold the value at any time, so
// that it does not matter which line or round is meant.
func (e *evidence) neverHolds(c Claim) bool {
	match, doubt := e.sought(c.name, c.value)
	return match == nil && !doubt
}

// momentsOf are the values that a claim's time covers in one frame; sure says that
// they are all that it could mean.
func (e *evidence) momentsOf(c Claim, h history, frame int) (held []observation, sure bool) {
	switch {
	case c.Kind == AtStart:
		return h.first(), true
	case c.Kind == AtEnd:
		return e.atEnds(h, frame), true
	case c.Kind == AtLine:
		return e.atLine(c, h, frame)
	case c.when != nil:
		return e.whileHolds(*c.when, h, frame)
	}
	return e.inRound(c.number, c.value, h, frame)
}

func (h history) first() []observation {
	for _, m := range h {
		if !m.gone {
			return []observation{m.observation}
		}
	}
	return nil
}

// atEnds is what a variable holds when its call is over, and when a loop of it is.
func (e *evidence) atEnds(h history, frame int) (held []observation) {
	for _, l := range e.layout.loops {
		_, ends := e.rounds(l, frame)
		for _, end := range ends {
			if o := h.at(end); o != nil {
				held = append(held, *o)
			}
		}
	}
	if o := h.at(len(e.Events)); o != nil {
		held = append(held, *o)
	}
	return held
}

// atLine is what a variable holds before and after each execution of a line; it is
// sure where the line speaks of the variable, so that it was counted as it is here.
func (e *evidence) atLine(c Claim, h history, frame int) (held []observation, sure bool) {
	if c.number < 1 || c.number > len(e.layout.lines) {
		return nil, true
	}
	for _, i := range e.time.visits[frame] {
		if e.Events[i].Line == c.number {
			held = append(held, h.during(round{i, i + 1})...)
		}
	}
	for _, name := range names.FindAllString(e.layout.lines[c.number-1], -1) {
		sure = sure || name == c.name
	}
	return held, sure
}

// inRound is what a variable holds in a round of a loop, counted from 1: any loop
// that has so many, where there are several.
func (e *evidence) inRound(number int, value value, h history, frame int) (held []observation, sure bool) {
	sure = true
	for _, l := range e.layout.loops {
		runs, _ := e.rounds(l, frame)
		sure = sure && len(runs) <= 1
		for _, rounds := range runs {
			n := number
			if n == lastRound {
				n = len(rounds)
			}
			if n >= 1 && n <= len(rounds) {
				held = append(held, h.during(rounds[n-1])...)
				sure = sure && !e.beside(value, h, rounds, n)
			}
		}
	}
	return held, sure
}

// beside says whether the round before or behind one has a value, so that rounds may
// be counted in another way.
func (e *evidence) beside(v value, h history, rounds []round, n int) bool {
	for _, near := range []int{n - 1, n + 1} {
		if near < 1 || near > len(rounds) {
			continue
		}
		for _, o := range h.during(rounds[near-1]) {
			if compare(v, e.shown(o.value)) == same {
				return true
			}
		}
	}
	return false
}

// whileHolds is what a variable holds while another has a value.
func (e *evidence) whileHolds(b binding, h history, frame int) (held []observation, sure bool) {
	other := e.historiesOf(b.name)[frame]
	sure = true
	for i, m := range other {
		like := unknown
		if !m.gone {
			like = compare(b.value, e.shown(m.value))
		}
		sure = sure && like != unknown
		if like != same {
			continue
		}
		until := len(e.Events)
		if i+1 < len(other) {
			until = other[i+1].index
		}
		held = append(held, h.during(round{m.index, until})...)
	}
	return held, sure
}

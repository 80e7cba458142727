package audit

import (
	"fmt"
	"regexp"
	"strings"

	"nextworkbench/schema"
)

var (
	keepsValue = regexp.MustCompile(`(?i)^(?:['’]s still|\s+(?:always |simply |just |therefore |thus |still |never leaves |finally )?(?:stays|stayed|remains|remained|is still|was still|sticks|stuck|holds steady|stays put|keeps the value|kept the value|sits)(?: at| as| on)?)\s`)
	neverMoves = regexp.MustCompile(`(?i)^\s+(?:(?:isn|wasn)['’]t (?:ever |even )?(?:changed|updated|modified|incremented|decremented|reassigned|altered|mutated|touched)|(?:is|was|stays|remains) untouched|keeps (?:that|this|the same|its) value|(?:is|was|gets|got) (?:never|not)(?: ever| actually)? (?:changed|updated|modified|incremented|decremented|reassigned|increased|decreased|advanced|reset|touched|altered|mutated)|never (?:changes|changed|grows|grew|increases|increased|decreases|decreased|moves|gets (?:updated|changed|incremented|modified))|(?:does not|did not|doesn['’]t|didn['’]t) (?:ever )?change|(?:stays|stayed|remains|remained) (?:unchanged|the same|constant)|keeps its (?:initial )?value)\b`)
	isNot      = regexp.MustCompile(`(?i)n['’]t\b|\bnot\b`)
	atAll      = regexp.MustCompile(`(?i)^\s*(?:at all|anywhere|ever|even once|a single time)\b|\bever\b`)
	throughout = regexp.MustCompile(`(?i)^[\s,]*(?:throughout|all along|all the way|the (?:whole|entire) time|for the (?:whole|entire) (?:run|call|loop)|in (?:every|each|all) (?:iterations?|pass(?:es)?|rounds?)|all the time|the whole time|until the end|from start to end|forever)\b`)
	partly     = regexp.MustCompile(`(?i)^[\s,]*(?:in|inside|within|during|on|for|when|if|after|before|until|while|at)\b`)
)

// findConstant finds that a variable is said to keep its value.
func findConstant(r *reader) {
	for _, b := range r.spots() {
		r.constant(b, false)
	}
	for _, m := range r.s.all(itWord) {
		if name := r.variableBefore(m[0]); name != "" {
			r.constant(binding{at: span{m[0], m[1]}, name: name}, true)
		}
	}
}

func (r *reader) constant(b binding, pronoun bool) {
	name, at := b.name, b.at
	tail := r.s.prose[at.end:]
	c := Claim{Kind: Constant, name: name, number: -1, Stated: name + " never changes"}
	end := at.end
	if m := neverMoves.FindString(tail); m != "" {
		end += len(m)
		if partly.MatchString(r.s.prose[end:]) || isNot.MatchString(m) && !atAll.MatchString(r.s.prose[end:]) && !atAll.MatchString(m) {
			c.number = 0 // in some part of the run
		}
	} else if m := keepsValue.FindStringIndex(tail); m != nil {
		v, after, ok := r.s.written(at.end + m[1])
		if !ok {
			return
		}
		c.value, end, c.Stated = v, after, name+" stays "+v.String()
		if all := throughout.FindStringIndex(r.s.prose[after:]); all != nil {
			end += all[1]
		} else {
			c.number = 0
		}
	} else {
		return
	}
	c.about = r.speaksOf(at.start, end)
	c.about.pronoun, c.about.loose = pronoun, c.about.loose || pronoun && c.value.kind == opaque
	c.mood = r.s.mood(span{at.end, at.end}, end, c.about.call)
	if c.number < 0 && stillAfter.MatchString(r.s.prose[end:]) {
		c.mood = conditional
	}
	r.add(c, span{at.start, end})
}

func (e *evidence) checkConstant(c Claim) Finding {
	firm, why := e.ofTheRun(c.about)
	if why == noSuchCall {
		return unverifiable("%s", why)
	}
	var first, other *observation
	var match *observation
	doubt := e.Truncated
	for _, frame := range e.frameIDs() {
		all := e.historiesOf(c.name)[frame].taken(round{0, len(e.Events)})
		for i := range all {
			if c.value.kind != opaque {
				like := compare(c.value, e.shown(all[i].value))
				doubt = doubt || like == unknown
				if like == same {
					match = &all[i]
				}
			}
			if first == nil {
				first = &all[0]
			}
			if all[i].value != all[0].value {
				other = &all[i]
			}
		}
	}
	stays := c.value.kind == opaque || match != nil
	switch {
	case first == nil:
		return unverifiable("the trace has no variable %s", c.name)
	case other == nil && stays && !e.Truncated:
		return supported(*first)
	case match != nil && c.number == 0:
		return supported(*match)
	case doubt:
		return unverifiable("the trace does not show all of %s", c.name)
	case !firm:
		return unverifiable("%s; %s", why, first)
	case !stays:
		return contradicted(*last(first, other))
	case c.number == 0 || other == nil:
		return unverifiable("it may speak of a part of the run; %s", last(first, other))
	}
	return Finding{schema.Contradicted, other.step, fmt.Sprintf("step %d shows %s=%s, after %s", other.step, c.name, excerpt(other.value), excerpt(strings.TrimSpace(first.value)))}
}

func last(a, b *observation) *observation {
	if b != nil {
		return b
	}
	return a
}

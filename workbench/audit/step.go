package audit

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	stepMention = regexp.MustCompile(`(?i)\b(?:(?:at|in|on|after|by)\s+)?(?:the\s+)?(?:trace\s+)?step\s+\(?(\d{1,7})\)?`)
	upTo        = regexp.MustCompile(`(?i)\b(?:until|till|before|up to|from|to|between|than|towards)\s+(?:the\s+)?$`)
	inlineStep  = regexp.MustCompile(`\((\d{1,7})\) ([A-Za-z_]\w*)\s?=\s?`)
	stepHead    = regexp.MustCompile(`^[\s):*\x60>-]*$`)
)

// findAtStep finds the values that variables are said to have at steps of the trace.
func findAtStep(r *reader) {
	steps := slices.DeleteFunc(stepMention.FindAllStringSubmatchIndex(r.s.prose, -1), func(m []int) bool { return r.upTo(m) })
	bindings := r.bindings()
	for _, b := range bindings {
		if m := nearestStep(r.s.prose, b, steps, bindings); m != nil && !r.taken(b.at) {
			step, _ := strconv.Atoi(r.s.prose[m[2]:m[3]])
			r.atStep(b, step, span{min(b.at.start, m[0]), max(b.at.end, m[1])})
		}
	}
	for _, m := range inlineStep.FindAllStringSubmatchIndex(r.s.text, -1) {
		if v, n, ok := parseLiteral(r.s.text[m[1]:]); ok {
			step, _ := strconv.Atoi(r.s.text[m[2]:m[3]])
			at := span{m[0], m[1] + n}
			if !r.taken(at) {
				r.atStep(binding{at: at, name: r.s.text[m[4]:m[5]], value: v}, step, at)
			}
		}
	}
}

// upTo says whether a time is only the border of what is meant: "until step 6".
func (r *reader) upTo(at []int) bool {
	return upTo.MatchString(r.s.prose[:at[0]]) && !preposition.MatchString(r.s.prose[at[0]:at[1]])
}

var preposition = regexp.MustCompile(`(?i)^(?:at|in|on|during|after|by|for)\b`)

// nearestStep finds the step mentioned right behind a binding, or before it with
// no other binding in between.
func nearestStep(prose string, b binding, steps [][]int, all []binding) []int {
	for _, m := range steps {
		if m[1] <= b.at.start && stepHead.MatchString(prose[m[1]:b.at.start]) && !steals(prose, m, all) {
			return m
		}
	}
	for _, m := range steps {
		if m[0] >= b.at.end && joining.MatchString(prose[b.at.end:m[0]]) && !(strings.Contains(prose[b.at.end:m[0]], ",") && heads(prose, m, all)) {
			return m
		}
	}
	for i := len(steps) - 1; i >= 0; i-- {
		m := steps[i]
		if m[1] > b.at.start || b.at.start-m[1] > 60 || endVerb.MatchString(b.verb) || strings.ContainsAny(prose[m[1]:b.at.start], ".;") {
			continue
		}
		for _, other := range all {
			if other.at.start < b.at.start && other.at.end > m[1] && !strings.Contains(prose[other.at.end:b.at.start], "and") {
				return nil
			}
		}
		if steals(prose, m, all) {
			return nil
		}
		return m
	}
	return nil
}

// heads says whether a step stands right before a binding.
func heads(prose string, step []int, all []binding) bool {
	return slices.ContainsFunc(all, func(b binding) bool {
		return b.at.start >= step[1] && stepHead.MatchString(prose[step[1]:b.at.start])
	})
}

// steals says whether a step is already that of a binding right before it, which no
// comma parts from it.
func steals(prose string, step []int, all []binding) bool {
	for _, b := range all {
		if b.at.end <= step[0] && joining.MatchString(prose[b.at.end:step[0]]) && !strings.Contains(prose[b.at.end:step[0]], ",") {
			return true
		}
	}
	return false
}

var joining = regexp.MustCompile(`^[\s,(` + "`" + `]*(?:(?:already|only|first|right|still) )?$`)

func (r *reader) atStep(b binding, step int, at span) {
	c := Claim{Kind: AtStep, name: b.name, value: b.value, number: step, about: r.speaksOf(at.start, at.end)}
	c.Stated = b.name + " = " + b.value.String() + " at step " + strconv.Itoa(step)
	c.about.loose = r.s.steps
	verb := span{b.at.start, b.at.end}
	if c.mood = r.s.mood(verb, at.end, c.about.call); c.mood == conditional {
		c.mood = stated // a step of the trace is one of the traced run
	}
	r.add(c, at)
}

func (e *evidence) checkAtStep(c Claim) Finding {
	if c.about.call != nil && len(e.called(*c.about.call)) == 0 {
		return unverifiable("the trace has no such call")
	}
	states := map[int]*observation{} // what each frame last showed of the variable
	for _, event := range e.Events {
		for _, change := range event.Changes {
			if change.Name == c.name && change.Removed {
				delete(states, event.Frame)
			} else if change.Name == c.name {
				states[event.Frame] = &observation{event.Step, change.Name, change.Value, event.Line}
			}
		}
		if event.Step == c.number {
			return e.atState(c, states[event.Frame])
		}
	}
	return unverifiable("the trace has no step %d", c.number)
}

// nearStep is where a step beside the stated one shows the stated value.
func (e *evidence) nearStep(c Claim) *observation {
	for _, h := range e.historiesOf(c.name) {
		for _, m := range h {
			if (m.step == c.number-1 || m.step == c.number+1) && !m.gone && compare(c.value, e.shown(m.value)) == same {
				return &m.observation
			}
		}
	}
	return nil
}

func (e *evidence) atState(c Claim, seen *observation) Finding {
	if seen == nil {
		return unverifiable("%s has no value at step %d", c.name, c.number)
	}
	switch compare(c.value, e.shown(seen.value)) {
	case same:
		return supported(*seen)
	case different:
		switch near := e.nearStep(c); {
		case near != nil:
			return unverifiable("steps may be counted in another way; %s", near)
		case !c.about.loose || c.about.traced && seen.step == c.number:
			return contradicted(*seen)
		}
		return unverifiable("the rationale may count steps of its own; %s", seen)
	}
	return unverifiable("%s", seen)
}

package audit

import (
	"fmt"
	"regexp"
	"strings"

	"nextworkbench/schema"
)

var (
	calledTimes = regexp.MustCompile(`(?i)^\s+(?:is|was|gets|got) (?:only |just |actually |recursively |then )*(?:called|invoked|executed|run) (?:only |exactly |just |recursively |a total of )*` + timesWord + `\b`)
	calledNever = regexp.MustCompile(`(?i)^\s+(?:(?:is|was|gets|got) (?:never|not)(?: ever| actually| even)? (?:called|invoked)|(?:isn|wasn)['’]t (?:called|invoked))\b`)
	calledWith  = regexp.MustCompile(`(?i)^\s+(?:is|was|gets|got) (?:then |first |here |now )?(?:called|invoked) (?:with|on) `)
	oneMore     = regexp.MustCompile(`(?i)^[\s\x60*]*(?:and|,)\s*[\x60*]*[A-Za-z_0-9'"\[({]`)
)

// findCalled finds how, and how often, a function is said to be called.
func findCalled(r *reader) {
	for _, c := range r.s.code {
		name := strings.TrimSuffix(strings.TrimSpace(r.s.slice(c)), "()")
		if i := strings.LastIndexByte(name, '.'); i >= 0 {
			name = name[i+1:]
		}
		if r.functions[name] {
			r.called(name, span{c.start - 1, closing(r.s.prose, c.end)})
		}
	}
}

func (r *reader) called(name string, at span) {
	tail := r.s.prose[at.end:]
	c := Claim{Kind: Called, name: name, number: -1}
	end := at.end
	if m := calledTimes.FindStringSubmatchIndex(tail); m != nil {
		c.number, end = count(group(tail, m)), end+m[1]
		c.Stated = fmt.Sprintf("%s is called %d times", name, c.number)
	} else if m := calledNever.FindStringIndex(tail); m != nil {
		c.number, end, c.Stated = 0, end+m[1], name+" is never called"
	} else if m := calledWith.FindStringIndex(tail); m != nil {
		v, after, ok := r.s.written(end + m[1])
		argument := binding{}
		for _, b := range r.bindings() {
			if b.at.start >= end+m[1]-1 && b.at.start <= end+m[1]+1 {
				argument, v, after, ok = b, b.value, b.at.end, true
			}
		}
		if !ok || oneMore.MatchString(r.s.prose[after:]) {
			return
		}
		c.value, c.text, end = v, argument.name, after
		c.Stated = fmt.Sprintf("%s is called with %s", name, strings.TrimPrefix(argument.name+"="+v.String(), "="))
	} else {
		return
	}
	r.shaped(c, span{at.start, end}, at.end)
}

func (e *evidence) checkCalled(c Claim) Finding {
	firm, why := e.ofTheRun(c.about)
	if why == noSuchCall {
		return unverifiable("%s", why)
	}
	var frames []*frame
	for _, f := range e.frames {
		if f.function == c.name {
			frames = append(frames, f)
		}
	}
	seen := fmt.Sprintf("the trace shows %d calls of %s", len(frames), c.name)
	outer := len(e.outermost(c.name))
	switch {
	case c.value.kind != opaque:
		return e.checkArgument(c, frames, firm, why)
	case e.Truncated:
		return unverifiable("the trace does not show all calls")
	case len(frames) == c.number && (firm || c.number > 0):
		return Finding{schema.Supported, -1, seen}
	case !firm:
		return unverifiable("%s; %s", why, seen)
	case outer == c.number, len(frames)-outer == c.number:
		return unverifiable("calls of a recursion are counted in several ways; %s", seen)
	}
	return Finding{schema.Contradicted, -1, seen}
}

// checkArgument checks what a function is said to be called with.
func (e *evidence) checkArgument(c Claim, frames []*frame, firm bool, why string) Finding {
	doubt, seen := e.Truncated, ""
	for _, f := range frames {
		for _, p := range f.parameters {
			if c.text != "" && p.Name != c.text {
				continue
			}
			switch compare(c.value, parseRendered(p.Value)) {
			case same:
				return Finding{schema.Supported, -1, fmt.Sprintf("the trace shows a call of %s with %s=%s", c.name, p.Name, excerpt(p.Value))}
			case unknown:
				doubt = true
			}
			seen = fmt.Sprintf("%s=%s", p.Name, excerpt(p.Value))
		}
	}
	switch {
	case seen == "":
		return unverifiable("the trace has no such parameter of %s", c.name)
	case doubt:
		return unverifiable("the trace does not show all calls of %s", c.name)
	case !firm:
		return unverifiable("%s; the trace shows a call of %s with %s", why, c.name, seen)
	}
	return Finding{schema.Contradicted, -1, fmt.Sprintf("the trace shows no call of %s with it, the last is with %s", c.name, seen)}
}

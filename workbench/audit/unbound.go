package audit

import (
	"regexp"
	"strings"
)

var (
	unboundAfter = regexp.MustCompile(`(?i)^\s+(?:(?:is|was)\s+(?:never|not)(?:\s+(?:even|ever|actually))?|has\s+(?:never|not)\s+been|(?:never|not)\s+gets|never got|(?:isn|wasn|hasn)['’]t(?: been)?)\s+(?:assigned|defined|initiali[sz]ed|given a value|set up|set|bound|created|introduced|declared|known|a value)(?:\s+(?:anywhere|at all|a value|in the (?:function|program|code)))?\s*(?:[.,;:)]|$|and\b|so\b|which\b|but\b|by\b|because\b|since\b|hence\b|at\b|when\b|before\b|on\b|in\b)|^\s+(?:is|was)\s+(?:undefined|unassigned|uninitiali[sz]ed|unbound)\s*(?:[.,;:)]|$|and\b|so\b|which\b|when\b|at\b|by\b|because\b|in the (?:function|program|code)\b)|^\s+(?:has|had|gets|got) no value\b|^\s+(?:does not|did not|doesn['’]t|didn['’]t) (?:exist|have a value|get a value|receive a value)\b|^\s+never (?:gets|got|receives|received|takes|took) (?:a|any) value\b|^\s+(?:is|was) (?:used|read|referenced) before (?:it is |being |it was |its )?(?:assigned|assignment|defined|initiali[sz]ed)`)
	unboundFirst = regexp.MustCompile(`(?i)\b(?:undefined|unassigned|uninitiali[sz]ed|unbound) (?:local )?(?:variable|name) [\x60"']?$`)
)

// findUnbound finds variables that are said to have no value.
func findUnbound(r *reader) {
	for _, b := range r.spots() {
		if m := unboundAfter.FindStringIndex(r.s.prose[b.at.end:]); m != nil && r.s.prose[b.at.start] != '`' {
			made := Claim{Kind: Unbound, name: b.name, number: -1, Stated: b.name + " has no value", about: r.speaksOf(b.at.start, b.at.end)}
			made.mood = r.s.mood(span{b.at.end, b.at.end}, b.at.end+m[1], made.about.call)
			r.add(made, span{b.at.start, len(strings.TrimRight(r.s.text[:b.at.end+m[1]], " .,;)"))})
		}
	}
	for _, c := range r.s.code {
		name := r.s.slice(c)
		end := closing(r.s.prose, c.end)
		m := unboundAfter.FindStringIndex(r.s.prose[end:])
		first := unboundFirst.FindStringIndex(r.s.prose[:c.start])
		if !identifier.MatchString(name) && !r.partOf(name) || m == nil && first == nil {
			continue
		}
		at, verb := span{c.start - 1, end}, span{}
		if m != nil {
			at.end, verb = end+m[1], span{end, end}
		} else {
			at.start, verb = first[0], span{first[0], first[0]}
		}
		made := Claim{Kind: Unbound, name: name, number: -1, Stated: name + " has no value", about: r.speaksOf(at.start, at.end)}
		made.mood = r.s.mood(verb, at.end, made.about.call)
		r.add(made, span{at.start, len(strings.TrimRight(r.s.text[:at.end], " .,;)"))})
	}
}

func (e *evidence) checkUnbound(c Claim) Finding {
	for _, o := range e.exceptions {
		if (strings.HasPrefix(o.value, "NameError") || strings.HasPrefix(o.value, "UnboundLocalError")) && strings.Contains(plain(o.value), strings.ToLower(c.name)) {
			return supported(o)
		}
	}
	_, firm, _ := e.subjects(c.about)
	seen := e.values(c.name)
	switch {
	case len(seen) == 0:
		return unverifiable("the trace has no variable %s", c.name)
	case !firm && beforeUse.MatchString(c.Quote):
		return unverifiable("it may speak of another path; %s", seen[0])
	case !e.boundEverywhere(c.name):
		return unverifiable("it may speak of another function; %s", seen[0])
	}
	return contradicted(seen[0])
}

var beforeUse = regexp.MustCompile(`(?i)\bbefore\b`)

// boundEverywhere says whether the trace gives the name a value in each function
// of the program that mentions it.
func (e *evidence) boundEverywhere(name string) bool {
	bound := map[string]bool{}
	functions := map[int]string{}
	for _, f := range e.frames {
		functions[f.number] = f.function
	}
	for _, event := range e.Events {
		for _, change := range event.Changes {
			if change.Name == name {
				bound[functions[event.Frame]] = true
			}
		}
	}
	mention := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)
	function := ""
	for _, line := range e.lines {
		if m := defined.FindStringSubmatch(line); m != nil {
			function = m[1]
		}
		if mention.MatchString(line) && !bound[function] {
			return false
		}
	}
	return true
}

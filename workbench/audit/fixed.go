package audit

import (
	"fmt"
	"regexp"

	"nextworkbench/schema"
)

// hedged are the words with which people do not report what a repaired program does.
var hedged = regexp.MustCompile(`(?i)\b(?:should|must|could|might|may|can|cannot|never|not)\b|n['’]t\b`)

// fixed turns a statement on what is returned, which is about the repaired
// program, into one that can be held against that program.
func (r *reader) fixed(c Claim, verb span, end int) Claim {
	if c.mood == stated && r.proposing(verb.start) && c.about.call != nil && c.about.call.at.end >= 0 {
		c.Kind, c.either, c.Stated = Fixed, true, "the fix "+c.Stated
		c.about.loose = false
		return c
	}
	head := r.s.prose[r.s.clauseStart(verb.start):verb.start]
	if c.mood != unstated || !r.s.ofRepaired(verb.start, end) || hedged.MatchString(head) || specifying.MatchString(r.s.prose[:verb.start]) {
		return c
	}
	c.Kind, c.mood, c.Stated = Fixed, stated, "the fix "+c.Stated
	c.about.loose = len(r.calls) > 1 || whichGives.MatchString(r.s.prose[:verb.start])
	if call := c.about.call; call != nil && (call.at.end < 0 || call.at.end > verb.start || !directlyBefore(r.s.prose, call.at.end, verb.start)) {
		c.about.call = nil
	} else if call != nil {
		c.about.loose = false // the call itself is the subject
	}
	return c
}

// checkFixed holds a statement on the repaired program against the trace of the
// fix, or against the tests that the fix is known to pass.
func (e *evidence) checkFixed(c Claim) Finding {
	if e.Passed && (e.Trace != 0 || e.fix != nil) && c.about.call != nil && c.about.call.at.end >= 0 {
		for _, t := range append(e.others, e.test) {
			if t.asserted && !t.truth && sameCall(*c.about.call, t.call) == same {
				return byTest(compare(c.value, t.value), t)
			}
		}
	}
	if e.Passed && (e.Trace != 0 || e.fix != nil) && c.about.call == nil && !c.about.elsewhere && e.noTestWants(c.value) {
		return byTest(different, e.test)
	}
	if e.fix == nil {
		return unverifiable("there is no trace of the fix")
	}
	frames, firm, why := e.fix.subjects(c.about)
	if !firm && c.about.call == nil && len(frames) == 1 {
		firm, why = e.ofTheRun(c.about)
	}
	for _, f := range frames {
		switch like, seen := f.ended(c.value); {
		case like == same:
			return supported(*seen)
		case like == different && firm && len(frames) == 1:
			return contradicted(*seen)
		}
	}
	return unverifiable("%s", firstOf(why, "the trace of the fix does not show it"))
}

// checkEither holds a statement against both programs: it is contradicted only if
// neither makes it true.
func (e *evidence) checkEither(c Claim) Finding {
	repaired := e.checkFixed(c)
	if !c.either || repaired.Verdict != schema.Contradicted || e.Trace == 0 {
		return repaired
	}
	c.Kind = Returned
	if was := e.checkReturned(c); was.Verdict != schema.Contradicted {
		return unverifiable("it may speak of the program as it was; %s", repaired.Evidence)
	}
	return repaired
}

// noTestWants says whether no test asserts a value, while each asserts one, so that it
// does not matter of which call it is said to be returned.
func (e *evidence) noTestWants(v value) bool {
	for _, t := range append(e.others, e.test) {
		if !t.asserted && !t.wanted || t.truth || compare(v, t.value) != different {
			return false
		}
	}
	return true
}

func byTest(like likeness, t expectation) Finding {
	evidence := fmt.Sprintf("the fix passes the test that asserts %s", excerpt(t.value.String()))
	switch like {
	case same:
		return Finding{schema.Supported, -1, evidence}
	case different:
		return Finding{schema.Contradicted, -1, evidence}
	}
	return unverifiable("%s", evidence)
}

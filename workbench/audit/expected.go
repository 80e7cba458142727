package audit

import (
	"regexp"
	"strings"

	"nextworkbench/schema"
)

var (
	expectBefore = regexp.MustCompile(`(?i)\b(?:(?:expected|correct|right|desired) (?:output|result|value|answer|return value|outcome|list|string|number|tuple)\s*(?:is|was|of|:|to be|=)?|should (?:have )?(?:return(?:ed)?|give|given|produced?|output|yield(?:ed)?|evaluate to|come out as)|(?:is|was) (?:supposed|expected|meant) to (?:return|give|produce|be)|ought to (?:have )?(?:return(?:ed)?|give|given|be|been|yield|produce)|(?:right|correct|proper|true) (?:one|total|count|list|string|number|sum|order) (?:is|was|would be|would have been)|correct (?:is|was)|(?:test|assert|assertion|test case)\s+(?:expects|expected|wants|wanted|demands|asks for|requires|says|insists on|insisted on|checks for|is after|was after|calls for|called for|needs|needed|compares (?:it )?with)|(?:test|assert|assertion)['’]s (?:right(?:-hand)? side|expected value) (?:is|was)|expected was|(?:test|assert|assertion)['’]s expectation (?:is|was)|(?:test|assert|assertion|caller) (?:is looking|looks|was looking|hopes|hoped|is hoping) for|(?:correct|right) would (?:be|have been)|(?:we|you) (?:would )?(?:want|need|expect)|(?:result|answer|output|return value|outcome) (?:should|must|ought to) (?:be|have been|equal)|(?:asserted|expected) value(?: is| of)?|the target(?: is| was)?|correct|right|desired|demanded|intended|proper|expectation (?:is|was|of)|expected|expects|wanted|required|correct(?: value| answer| result)?\s*:|should (?:be|have been)\s*:|\(should (?:be|have been)|(?:correct|right) answer(?: is)?|(?:test|assert|assertion|test case) (?:is looking|would (?:accept|like|rather see|have)(?: only)?|was for|is for|has|had|compares against|compared with|stipulates|prescribes)|(?:one|two) (?:\w+ )?(?:short of|less than|more than|fewer than)|in (?:place|lieu) of|as opposed to|(?:is|was) (?:required|supposed|meant|asserted|expected) to be|(?:what['’]s|what is) (?:wanted|expected|required|asked for) is)(?:\s|:|=)`)
	expectBare   = regexp.MustCompile(`(?:^|[\s(])(-?\d+(?:\.\d+)?|True|False|None) (?:is|was) (?:the )?expected\b`)
	expectLate   = regexp.MustCompile(`(?i)\b(?:(?:is|was|were|had been|being) (?:the |what is |what was )?(?:expected|wanted|required|desired|demanded|asked for|asked|called for|due|hoped for|(?:the )?target|asserted)\b|(?:is|was) what (?:the (?:test|assert(?:ion)?) (?:expects|wants|asks for|insists on|compares (?:with|against)|demands|requires|looks for)|(?:is|was) (?:expected|wanted|hoped for|asked for))\b|(?:that|which)? ?the (?:test|assert(?:ion)?) (?:expects|wants|demands|compares with|asks for|requires|insists on|is after)\b|(?:that|which) (?:is|was) (?:asserted|expected|wanted|required)\b|in the (?:test|assert(?:ion)?)\b|would (?:be|have been) (?:right|correct|the right (?:answer|result|value))(?: by the test)?\b|(?:is|was) (?:correct|right|the right answer)\b|as expected\b)`)
	expectAfter  = regexp.MustCompile(`(?i)^\s*(?:is|was) (?:the )?(?:expected|wanted|required|correct|right)\b(?: (?:value|result|output|answer))?`)
)

// findExpected finds what the failing test is said to expect.
func findExpected(r *reader) {
	for _, m := range r.matches(expectBefore, "expect", "correct", "right", "desired", "should", "suppos", "want", "demand", "asks", "requir", "insist", "compar", "looking for", "looks for", "hop", "need",
		"short of", "less than", "more than", "fewer than", "lieu", "in place", "oppos", "meant", "accept", "would like", "rather see", "test has", "test had", "test was for", "test is for", "stipulat", "prescrib",
		"ought", "must", "target", "proper", "intended", "calls for", "called for", "checks for", "is after", "was after", "says", "assert") {
		if v, end, ok := r.s.written(m[1]); ok && !strings.Contains(strings.ToLower(r.s.prose[m[0]:m[1]]), "to be ") {
			r.expected(span{m[0], m[1]}, span{m[0], end}, v)
		}
	}
	for _, c := range r.s.code {
		end := c.end
		for end < len(r.s.prose) && r.s.prose[end] == '`' {
			end++
		}
		m := expectAfter.FindStringIndex(r.s.prose[end:])
		if v, ok := parseWhole(r.s.slice(c)); ok && m != nil {
			r.expected(span{c.start, c.end}, span{c.start - 1, end + m[1]}, v)
		}
	}
	for _, m := range r.matches(expectBare, "expected") {
		if v, ok := parseWhole(r.s.text[m[2]:m[3]]); ok {
			r.expected(span{m[2], m[3]}, span{m[2], m[1]}, v)
		}
	}
	for _, m := range r.matches(expectLate, "expect", "want", "requir", "desired", "demand", "asked", "called", "due", "hope", "target", "assert", "test", "correct", "right") {
		if v, start, ok := r.s.before(m[0]); ok {
			r.expected(span{start, m[0]}, span{start, m[1]}, v)
		}
	}
}

// findInstead finds the other halves of what is said to be returned, or to be held
// at the end.
func findInstead(r *reader) {
	for i := range r.claims {
		r.expectedInstead(i)
	}
}

// expectedInstead finds the other half of "returns 5 instead of 6".
func (r *reader) expectedInstead(i int) {
	c := r.claims[i]
	end := c.Start - r.s.start + len(c.Quote)
	if c.Kind != Returned && c.Kind != AtEnd || end <= 0 || end > len(r.s.text) {
		return
	}
	m := insteadOf.FindString(strings.TrimPrefix(r.s.prose[end:], "`"))
	if strings.HasPrefix(r.s.prose[end:], "`") && m != "" {
		end++
	}
	if v, after, ok := r.s.written(end + len(m)); ok && m != "" {
		made := Claim{Kind: Expected, value: v, number: -1, Stated: "expected " + v.String(), about: c.about, mood: c.mood}
		if at := (span{end, after}); !r.taken(at) && halves.MatchString(m) {
			r.add(made, at)
		}
	}
}

// halves are the words that oppose what was returned to what is expected.
var halves = regexp.MustCompile(`(?i)instead of|in place of|in lieu of|opposed|≠|!=|\bvs\b|versus|rather than|expect|correct|right|required|wanted|desired|^\s*,?\s*(?:but|and)? ?not\s`)

func (r *reader) expected(verb, at span, v value) {
	if r.taken(at) {
		return
	}
	c := Claim{Kind: Expected, value: v, number: -1, Stated: "expected " + v.String(), about: r.speaksOf(verb.start, at.end)}
	if call := c.about.call; call != nil && call.at.end < 0 && theTest.MatchString(r.s.slice(at)) {
		c.about.call = nil // the call is one that sentences before speak of
	}
	switch {
	case r.s.underCondition(verb.start, at.end, c.about.call):
		c.mood = conditional
	case strings.HasSuffix(strings.TrimSpace(r.s.prose), "?"), negated.MatchString(r.s.prose[:verb.start]):
		c.mood = unstated
	case r.s.ofRepaired(verb.start, at.end):
		c.about.loose = true
	}
	c.about.loose = c.about.loose || strings.HasSuffix(strings.TrimSpace(r.s.prose[:verb.start]), ":") && !testWord.MatchString(r.s.prose[:verb.start])
	c.about.loose = c.about.loose || !r.opposed() && !r.subjectOf(verb.start) && !testWord.MatchString(r.s.slice(at))
	r.add(c, at)
}

var negated = regexp.MustCompile(`(?i)(?:\bnot|\bnever|n['’]t|\bno|\bun)\s*$`)

// opposed says whether the sentence tells what the run did before it tells what
// is expected.
func (r *reader) opposed() bool {
	for _, c := range r.claims {
		if c.Start >= r.s.start && (c.Kind == Returned || c.Kind == Raised) {
			return true
		}
	}
	return false
}

var theTest = regexp.MustCompile(`(?i)\b(?:test|assert|assertion)\b`)

var testWord = regexp.MustCompile(`(?i)\b(?:test|assert|assertion|output|answer|return value)\b`)

func (e *evidence) checkExpected(c Claim) Finding {
	t := e.test
	if !t.asserted && !t.wanted {
		return unverifiable("the test does not compare the call with a value")
	}
	evidence := "the test asserts " + excerpt(t.value.String())
	like := compare(c.value, t.value)
	if c.about.call != nil && c.about.call.function != t.call.function {
		c.about.call, c.about.traced = nil, true
	}
	about := c.about.call != nil && sameCall(*c.about.call, t.call) == same
	if t.truth && like == different && c.value.kind != boolean {
		like = unknown
	}
	unique := true
	for _, o := range e.others {
		unique = unique && (o.asserted || o.wanted) && compare(c.value, o.value) == different
	}
	switch {
	case c.about.call != nil && !about:
		return e.expectedElsewhere(c)
	case like == same && (about || !c.about.elsewhere):
		return Finding{schema.Supported, -1, evidence}
	case like == different && !c.about.loose && (about || !c.about.elsewhere && unique):
		return Finding{schema.Contradicted, -1, evidence}
	}
	return unverifiable("it does not say on which test; %s", evidence)
}

// expectedElsewhere checks what is said to be expected of the call of another test.
func (e *evidence) expectedElsewhere(c Claim) Finding {
	for _, t := range e.others {
		if !t.asserted || t.truth || sameCall(*c.about.call, t.call) != same {
			continue
		}
		evidence := "another test asserts " + excerpt(t.value.String())
		switch like := compare(c.value, t.value); {
		case like == same:
			return Finding{schema.Supported, -1, evidence}
		case like == different && !c.about.loose && c.about.call.at.end >= 0:
			return Finding{schema.Contradicted, -1, evidence}
		}
	}
	return unverifiable("no test makes that call")
}

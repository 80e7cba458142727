package audit

import (
	"regexp"
	"strings"
)

var (
	expectBefore = regexp.MustCompile(`(?i)\b(?:(?:expected|correct|right|desired) (?:output|result|value|answer|return value)\s*(?:is|was|of|:|to be|=)?|should (?:have )?(?:return(?:ed)?|give|given|produced?|output|yield(?:ed)?|evaluate to|come out as)|(?:is|was) (?:supposed|expected|meant) to (?:return|give|produce|be)|ought to (?:have )?(?:return(?:ed)?|give|given|be|been|yield|produce)|(?:right|correct|proper|true) (?:one|total|count|list|string|number|sum|order) (?:is|was|would be|would have been)|correct (?:is|was)|(?:test|assert|assertion|test case)\s+(?:expects|expected|wants|wanted|demands|asks for|requires|says|insists on|insisted on|checks for|is after|was after|calls for|called for|needs|needed|compares (?:it )?with)|(?:test|assert|assertion)['’]s (?:right(?:-hand)? side|expected value) (?:is|was)|expected was|(?:test|assert|assertion)['’]s expectation (?:is|was)|(?:test|assert|assertion|caller) (?:is looking|looks|was looking|hopes|hoped|is hoping) for|(?:correct|right) would (?:be|have been)|(?:we|you) (?:would )?(?:want|need|expect)|expected|expects|(?:correct|right) answer(?: is)?)(?:\s|:|=)`)
	expectBare   = regexp.MustCompile(`(?:^|[\s(])(-?\d+(?:\.\d+)?|True|False|None) (?:is|was) (?:the )?expected\b`)
	expectLate   = regexp.MustCompile(`(?i)\b(?:(?:is|was|were) (?:the )?(?:expected|wanted|required|desired|demanded|asked for|called for)\b|is what the (?:test|assert(?:ion)?) (?:expects|wants|asks for)\b|as expected\b)`)
	expectAfter  = regexp.MustCompile(`(?i)^\s*(?:is|was) (?:the )?(?:expected|wanted|required|correct|right)\b(?: (?:value|result|output|answer))?`)
)

// findExpected finds what the failing test is said to expect.
func findExpected(r *reader) {
	for _, m := range r.matches(expectBefore, "expect", "correct", "right", "desired", "should", "suppos", "want", "demand", "asks", "requir", "says", "compar", "look", "hop", "need") {
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
	for _, m := range r.matches(expectLate, "expect", "want", "requir", "desired", "demand", "asked", "called") {
		if v, start, ok := r.s.before(m[0]); ok {
			r.expected(span{start, m[0]}, span{start, m[1]}, v)
		}
	}
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
var halves = regexp.MustCompile(`(?i)instead of|rather than|expect|correct|right|^\s*,?\s*(?:but|and)? ?not\s`)

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

package audit

import (
	"regexp"
	"strings"
)

var (
	speaksOfTrace = regexp.MustCompile(`(?i)\b(?:the |execution |traced? )traces?\b|\btraced\b|\b(?:failing|failed) (?:test|assert|assertion|case|call|input|run)\b|\b(?:on|for|in) this (?:test|input|run|call)\b|\bat step \d|\(step \d|\bstep \d+ (?:shows|gives|sets|has)\b`)
	reports       = regexp.MustCompile(`(?i)\btraced?\b|\bfail(?:ing|ed) (?:test|run|call|case|assert)|\bbuggy\b|\boriginal|\bcurrent|\bstep \d`)
	whichTests    = regexp.MustCompile(`(?i)\b(?:in|on|for|at|of) the (first|second|third|fourth|fifth|last|other|passing) (?:test|case|example|assert|assertion|call|input)\b`)
	otherTests    = regexp.MustCompile(`(?i)\b(?:earlier|previous|remaining|other|passing|next|later) (?:tests?|cases?|calls?|examples?|inputs?|asserts?|assertions?)\b|\b(?:with|for|on|given) (?:an? )(?:empty|single|one-element|longer|shorter|larger|smaller|negative|positive|even|odd)\b`)
	exampleInput  = regexp.MustCompile(`(?i)\b(?:examples? (?:of|case|input|usage|output)|for example|for instance|consider|suppose|e\.g\.|such as|imagine)\b`)
	forInput      = regexp.MustCompile(`(?i)^\W*(?:for|with|on|given|in the case of) (?:the )?(?:inputs? |list |string |arguments? |numbers? |values? )?`)
	otherInput    = regexp.MustCompile(`(?i)\b(?:for example|for instance|consider|suppose|another|other|e\.g\.|such as|test cases? where|imagine|if)\b`)
	inputInWords  = regexp.MustCompile(`(?i)(?:^|[,:]\s+(?:and |but |while |whereas )?)\W*(?:for|with|given|on|in case of)\s+((?:the|an?|no|only|just|one|two|three|four|five|zero|empty|negative|equal|even|odd)\s+[a-z][a-z -]*)`)
	noInput       = regexp.MustCompile(`(?i)\b(?:this|that|failing|failed|traced?|steps?|lines?|pass|passes|iterations?|rounds?|tests?|call|calls|input|first|second|third|fourth|last|next|loop|run|hand|way|bugs?|fix|fixes|changes?|added|removed|swapped|replaced|same|help|whole|result|values? of|help|condition|operator|comparison)\b`)
)

// speaksOfTrace says whether the sentence speaks of the trace or the failing test.
func (r *reader) speaksOfTrace() bool {
	return r.s.says("trace", "fail", "at step", "step ", "this test", "this input", "this run", "this call") && len(r.s.all(speaksOfTrace)) > 0
}

// turnsElsewhere says whether a sentence speaks of another run than the traced one,
// given what those before it spoke of.
func (r *reader) turnsElsewhere(was bool) bool {
	prose := r.s.prose
	for _, m := range r.whichTests() {
		if strings.EqualFold(m[1], "other") || strings.EqualFold(m[1], "passing") || r.nth(m[1]) != r.task.Failing {
			return true
		}
		was = false
	}
	if r.speaksOfTrace() || r.namesFailing() {
		return false
	}
	if r.s.says("example", "instance", "consider", "suppose", "e.g", "such as", "imagine") && exampleInput.MatchString(prose) ||
		r.s.says("test", "case", "call", "input", "assert", "example", " a") && otherTests.MatchString(prose) || r.namesOtherInput() {
		return true
	}
	if m := forInput.FindStringIndex(prose); m != nil {
		if v, _, ok := r.s.written(m[1]); ok {
			return !r.passed(v)
		}
	}
	return was
}

// namesFailing says whether the sentence is on the failing test by its number: "the
// second assertion is red".
func (r *reader) namesFailing() bool {
	if !r.s.says("fail", "break", "broke", "red", "wrong", "hold", "violat", "trip", "culprit", "not pass") {
		return false
	}
	for _, m := range r.matches(testFails, "test", "assert", "case") {
		if failing.MatchString(r.s.prose[m[4]:m[5]]) && r.nth(r.s.prose[m[2]:m[3]]) == r.task.Failing {
			return true
		}
	}
	return false
}

// whichTests are the words for tests by their number.
func (r *reader) whichTests() [][]string {
	if !r.s.says("test", "case", "example", "assert", "call", "input") {
		return nil
	}
	return whichTests.FindAllStringSubmatch(r.s.prose, -1)
}

// namesOtherInput says whether the sentence quotes an argument that another test
// has, and the failing one has not.
func (r *reader) namesOtherInput() bool {
	for _, c := range r.s.code {
		if v, ok := parseWhole(r.s.slice(c)); ok && telling(v) && r.otherArgument(v) {
			return true
		}
	}
	for _, m := range quotedText.FindAllStringIndex(r.s.prose, -1) {
		if v, ok := parseWhole(r.s.text[m[0]:m[1]]); ok && telling(v) && r.otherArgument(v) {
			return true
		}
	}
	return false
}

var quotedText = regexp.MustCompile(`'[^'\x00]*'|"[^"\x00]*"|\[[^\]\x00]*\]`)

// telling says whether a value is unlikely to be met by chance.
func telling(v value) bool {
	return v.kind == str && v.text != "" || len(v.items) > 0
}

func (r *reader) otherArgument(v value) bool {
	if r.passed(v) {
		return false
	}
	for i, c := range r.tests {
		if i == r.task.Failing {
			continue
		}
		for _, a := range c.args {
			if compare(v, a.value) == same {
				return true
			}
		}
	}
	return false
}

// passed says whether a value is an argument of the failing test's call.
func (r *reader) passed(v value) bool {
	if f := r.task.Failing; f >= 0 && f < len(r.task.Tests) && v.text != "" && strings.Contains(r.task.Tests[f], v.text) {
		return true
	}
	for _, a := range r.test.args {
		if compare(v, a.value) != different {
			return true
		}
		for _, item := range a.value.items {
			if compare(v, item) != different {
				return true
			}
		}
	}
	return false
}

// speaksOf finds the call that a statement at at, which ends at end, is about.
func (r *reader) speaksOf(at, end int) about {
	a := about{traced: r.traced, elsewhere: r.elsewhere, reported: r.s.says("trace", "fail", "bug", "origin", "current", "step ") && len(r.s.all(reports)) > 0}
	var before, after *call
	distinct := 0
	for i := range r.calls {
		c := &r.calls[i]
		if i == 0 || sameCall(*c, r.calls[0]) != same {
			distinct++
		}
		if c.at.end <= at {
			before = c
		} else if c.at.start >= end && after == nil {
			after = c
		}
	}
	switch {
	case before != nil:
		a.call = before
	case after != nil:
		a.call = after
	case distinct == 0:
		a.call = r.focus
	}
	a.proposed = distinct <= 1 && r.proposing(at)
	a.loose = distinct > 1 || a.proposed
	a.elsewhere = a.elsewhere || r.foreignInput(at) || r.describedInput(at)
	return a
}

// foreignInput says whether the words before a byte name an input that is not the
// failing test's: "for 13 the program", "`'2h'` returned".
func (r *reader) foreignInput(at int) bool {
	from := strings.LastIndexAny(r.s.prose[:at], ";") + 1
	head := r.s.prose[from:at]
	for _, m := range inputBefore.FindAllStringIndex(head, -1) {
		if v, _, ok := r.s.written(from + m[1]); ok && from+m[1] < at && !r.passed(v) {
			return true
		}
	}
	for _, m := range namedInput.FindAllStringSubmatchIndex(head, -1) {
		name := strings.Trim(r.s.text[from+m[2]:from+m[3]], "`*")
		if v, _, ok := parseLiteral(strings.TrimLeft(r.s.text[from+m[1]:], "` ")); ok && r.parameters[name] && !r.passed(v) {
			return true
		}
	}
	if strings.TrimSpace(head) == "" {
		return false
	}
	v, start, ok := r.s.before(at)
	return ok && strings.Trim(r.s.prose[from:start], " *\x60") == "" && !r.passed(v)
}

// describedInput says whether the clause before a byte begins with an input in words:
// "for the empty list", "with only one player".
func (r *reader) describedInput(at int) bool {
	from := strings.LastIndexAny(r.s.prose[:at], ";") + 1
	for _, m := range inputInWords.FindAllStringSubmatch(r.s.prose[from:at], -1) {
		if !noInput.MatchString(m[1]) {
			return true
		}
	}
	return false
}

var namedInput = regexp.MustCompile(`(?i)\b(?:for|given|on|with|when|where|if|at)\s+([\x60*\x00a-z_]\w*[\x60*\x00]*)\s*(?:=|==|is|of|equals)\s*`)

var inputBefore = regexp.MustCompile(`(?i)\b(?:for|given|on input|on|with) (?:the )?(?:inputs? |list |string |arguments? |numbers? |values? )?`)

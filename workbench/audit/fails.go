package audit

import (
	"fmt"
	"regexp"
	"strings"

	"nextworkbench/schema"
)

// failWords are what is said of a test that fails, or passes.
const failWords = `(?:is |was )?(?:still |also |then |only |indeed |already |just )*(fails|failed|failing|breaks|broke|broken|trips|goes red|went red|is red|red|is broken|goes wrong|went wrong|does not hold|doesn['’]t hold|is violated|violated|does not pass|doesn['’]t pass|is (?:the )?(?:one (?:that |which )?(?:fails|breaks|trips|falls over|goes red|violated)|first (?:to fail|to break|failing)|failing(?: one| test)?|broken one|red one|culprit)|the (?:one (?:that |which )?(?:fails|breaks|trips|falls over|goes red|violated)|failing(?: one| test)?|broken one|red one|culprit)|is what (?:fails|breaks)|what (?:fails|breaks)|passes|passed|fine|green|holds|held|succeeds|succeeded|works|worked|ok|okay|is fine|is green|is ok|is okay)`

var (
	testFails   = regexp.MustCompile(`(?i)\b(?:the )?(?:very )?(first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th|final) (?:of the (?:\w+ )?)?(?:tests?(?: case)?|assert(?:ion)?s?|one|case)(?: case)? (?:` + failWords + `)\b`)
	failsTest   = regexp.MustCompile(`(?i)\b(fails|failed|passes|passed|breaks|broke|trips|red|crashes) (?:on |at |in |with )?(?:only )?the (?:very )?(first|second|third|fourth|fifth|last|final) (?:test(?: case)?|assert(?:ion)?|case)\b`)
	theFailing  = regexp.MustCompile(`(?i)\b(?:the )?(?:failing (?:test|assert(?:ion)?|one|case)|(?:test|assert(?:ion)?|one) that (?:fails|breaks)) is (?:the )?(?:very )?(first|second|third|fourth|fifth|last|final)(?: one| test| assert)?\b|\bwhat (?:fails|trips|breaks) is the (?:very )?(first|second|third|fourth|fifth|last|final) (?:test|assert(?:ion)?|one|case)\b|\b(?:it is|it['’]s) the (?:very )?(first|second|third|fourth|fifth|last|final) (?:test|assert(?:ion)?|one|case)[^.;]{0,60}? that (?:fails|breaks|goes red|does not hold|trips)\b`)
	numberFails = regexp.MustCompile(`(?i)\b(?:test|assert(?:ion)?)(?: case)? (?:number |no\.? ?|#)?(one|two|three|four|five|[1-9])(?: of (?:\w+))? (?:` + failWords + `)\b`)
	allTests    = regexp.MustCompile(`(?i)\b(?:(all|both|every|each)(?: of)?(?: the)? tests?(?: cases?)? (fails?|failed|pass(?:es)?|passed)|(passes|passed|fails|failed) (all|both|every)(?: of)?(?: the)? tests?(?: cases?)?)\b`)
	assertOn    = regexp.MustCompile(`(?i)\b(?:the )?(?:assert(?:ion)?|test|test case|case) (?:on|with|for|about|of) `)
	assertNoun  = regexp.MustCompile(`(?i) (?:assert(?:ion)?|test|test case|case)\b`)
	thatFails   = regexp.MustCompile(`(?i)^[\x60*]*\s+(?:` + failWords + `)\b`)
	failsIs     = regexp.MustCompile(`(?i)(?:test|assert(?:ion)?|call|case|one) that (?:fails|breaks) is (?:the )?[\x60*]*$`)
	quoteFail   = regexp.MustCompile(`(?i)^\s+(?:still |then )?(fails|failed|breaks|broke|is red|is broken|goes wrong|went wrong|does not hold|doesn['’]t hold|is violated|does not pass|doesn['’]t pass|is the (?:failing (?:test|assert(?:ion)?|one|call|case)|one (?:that|which) (?:fails|breaks)|first (?:test|assert(?:ion)?|one) to (?:fail|break|go red)|culprit)|passes|passed|is fine|is green|holds|succeeds|succeeded|works|is ok|is okay)\b`)
)

// findFails finds which test is said to fail, or to pass.
func findFails(r *reader) {
	if !r.s.says("test", "assert", "case", "one", "call") {
		return
	}
	for _, m := range testFails.FindAllStringSubmatchIndex(r.s.prose, -1) {
		r.fails(r.nth(r.s.prose[m[2]:m[3]]), r.s.prose[m[4]:m[5]], span{m[0], m[1]}, m[4])
	}
	r.findAssertOn()
	for _, m := range failsTest.FindAllStringSubmatchIndex(r.s.prose, -1) {
		r.fails(r.nth(r.s.prose[m[4]:m[5]]), r.s.prose[m[2]:m[3]], span{m[0], m[1]}, m[2])
	}
	for _, m := range theFailing.FindAllStringSubmatchIndex(r.s.prose, -1) {
		r.fails(r.nth(group(r.s.prose, m)), "fails", span{m[0], m[1]}, m[1])
	}
	for _, m := range numberFails.FindAllStringSubmatchIndex(r.s.prose, -1) {
		n := count(r.s.prose[m[2]:m[3]]+" ") - 1
		if n >= 0 && n < len(r.task.Tests) {
			r.fails(n, r.s.prose[m[4]:m[5]], span{m[0], m[1]}, m[4])
		}
	}
	for _, m := range allTests.FindAllStringSubmatchIndex(r.s.prose, -1) {
		r.fails(everyTest, strings.ToLower(r.s.prose[m[0]:m[1]]), span{m[0], m[1]}, m[0])
	}
	for _, c := range r.s.code {
		end := closing(r.s.prose, c.end)
		if m := quoteFail.FindStringSubmatchIndex(r.s.prose[end:]); m != nil {
			if i := r.testOf(r.s.slice(c)); i >= 0 {
				r.fails(i, r.s.prose[end+m[2]:end+m[3]], span{c.start - 1, end + m[1]}, end)
			}
		} else if head := failsIs.FindStringIndex(r.s.prose[:c.start-1]); head != nil {
			if i := r.testOf(r.s.slice(c)); i >= 0 {
				r.fails(i, "fails", span{head[0], end}, head[0])
			}
		}
	}
}

// testOf is the index of the test that a code span quotes, whole or by the call that
// it alone makes; -1 for none.
func (r *reader) testOf(code string) int {
	code = strings.TrimSpace(code)
	found := -1
	for i, test := range r.task.Tests {
		if code == strings.TrimSpace(test) {
			return i
		}
	}
	for _, c := range calls(code, r.functions) {
		if c.at.start > 0 || c.at.end < len(code) {
			return -1
		}
		for i, t := range r.tests {
			if sameCall(c, t) != same {
				continue
			}
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// findAssertOn finds "the assert on [1, 2] fails", "the `[5]` assertion is red": the
// test whose argument, or expected value, is named.
func (r *reader) findAssertOn() {
	if !r.s.says("test", "assert", "case") {
		return
	}
	for _, m := range r.s.all(assertOn) {
		v, end, ok := r.s.written(m[1])
		if w := thatFails.FindStringSubmatchIndex(r.s.prose[end:]); ok && w != nil {
			r.fails(r.testWith(v), r.s.prose[end+w[2]:end+w[3]], span{m[0], end + w[1]}, end)
		}
	}
	for _, m := range r.s.all(assertNoun) {
		v, start, ok := r.s.before(m[0])
		if w := thatFails.FindStringSubmatchIndex(r.s.prose[m[1]:]); ok && w != nil {
			r.fails(r.testWith(v), r.s.prose[m[1]+w[2]:m[1]+w[3]], span{start, m[1] + w[1]}, m[1])
		}
	}
}

// testWith is the index of the one test that has a value as an argument, -1 where
// none or several have.
func (r *reader) testWith(v value) int {
	found := -1
	for i, t := range r.tests {
		for _, a := range t.args {
			if compare(v, a.value) != same {
				continue
			}
			if found >= 0 && found != i {
				return -1
			}
			found = i
		}
	}
	return found
}

var failing = regexp.MustCompile(`(?i)fail|break|broke|\bred\b|wrong|not|n['’]t|violated|trips|falls|culprit`)

const everyTest = -2

// nth is the index of the test that a word names, -1 for none.
func (r *reader) nth(word string) int {
	n := ordinal(word)
	switch {
	case n == lastRound:
		return len(r.task.Tests) - 1
	case n > len(r.task.Tests):
		return -1
	}
	return n - 1
}

func (r *reader) fails(test int, verb string, at span, from int) {
	if test == -1 {
		return
	}
	c := Claim{Kind: Fails, number: test, text: "passes"}
	if failing.MatchString(verb) {
		c.text = "fails"
	}
	c.Stated = fmt.Sprintf("test %d %s", test, c.text)
	if test == everyTest {
		c.Stated = "every test " + c.text
	}
	r.shaped(c, at, from)
}

// checkFails knows the first test that fails, and that those before it pass.
func (e *evidence) checkFails(c Claim) Finding {
	first := e.Task.Failing
	seen := fmt.Sprintf("the first test that fails is number %d of %d, counted from 0", first, len(e.Task.Tests))
	fails := c.text == "fails"
	switch {
	case first < 0:
		return unverifiable("no test is known to fail")
	case c.number == everyTest && fails && first == 0 && len(e.Task.Tests) > 1, c.number > first:
		return unverifiable("only the first test that fails is known")
	case c.number == everyTest:
		return verdictIf(fails && first == 0, seen)
	}
	return verdictIf(fails == (c.number == first), seen)
}

func verdictIf(holds bool, evidence string) Finding {
	if holds {
		return Finding{schema.Supported, -1, evidence}
	}
	return Finding{schema.Contradicted, -1, evidence}
}

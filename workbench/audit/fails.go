package audit

import (
	"fmt"
	"regexp"
	"strings"

	"nextworkbench/schema"
)

var (
	testFails   = regexp.MustCompile(`(?i)\b(?:the )?(first|second|third|fourth|fifth|last) (?:test(?: case)?|assert(?:ion)?|one)(?: case)? (?:still |also |then |only )?(fails|failed|breaks|broke|is red|is broken|goes wrong|went wrong|does not hold|doesn['’]t hold|is violated|does not pass|doesn['’]t pass|is (?:the )?(?:one that fails|failing(?: one| test)?)|passes|passed|is fine|is green|holds|succeeds|succeeded|works|is ok|is okay)\b`)
	failsTest   = regexp.MustCompile(`(?i)\b(fails|failed|passes|passed) (?:on )?(?:only )?the (first|second|third|fourth|fifth|last) (?:test(?: case)?|assert(?:ion)?)\b`)
	theFailing  = regexp.MustCompile(`(?i)\b(?:the )?(?:failing (?:test|assert(?:ion)?|one)|(?:test|assert(?:ion)?) that fails) is (?:the )?(first|second|third|fourth|fifth|last)(?: one| test| assert)?\b|\bit is the (first|second|third|fourth|fifth|last) (?:test|assert(?:ion)?)[^.;]{0,60} that fails\b`)
	numberFails = regexp.MustCompile(`(?i)\btest number (one|two|three|four|five) (fails|passes)\b`)
	allTests    = regexp.MustCompile(`(?i)\b(?:(all|both|every|each)(?: of)?(?: the)? tests?(?: cases?)? (fails?|failed|pass(?:es)?|passed)|(passes|passed|fails|failed) (all|both|every)(?: of)?(?: the)? tests?(?: cases?)?)\b`)
	quoteFail   = regexp.MustCompile(`(?i)^\s+(?:still |then )?(fails|failed|breaks|broke|is red|is broken|goes wrong|went wrong|does not hold|doesn['’]t hold|is violated|does not pass|doesn['’]t pass|is the (?:failing (?:test|assert(?:ion)?|one)|one that fails)|passes|passed|is fine|is green|holds|succeeds|succeeded|works|is ok|is okay)\b`)
)

// findFails finds which test is said to fail, or to pass.
func findFails(r *reader) {
	for _, m := range testFails.FindAllStringSubmatchIndex(r.s.prose, -1) {
		r.fails(r.nth(r.s.prose[m[2]:m[3]]), r.s.prose[m[4]:m[5]], span{m[0], m[1]}, m[4])
	}
	for _, m := range failsTest.FindAllStringSubmatchIndex(r.s.prose, -1) {
		r.fails(r.nth(r.s.prose[m[4]:m[5]]), r.s.prose[m[2]:m[3]], span{m[0], m[1]}, m[2])
	}
	for _, m := range theFailing.FindAllStringSubmatchIndex(r.s.prose, -1) {
		r.fails(r.nth(group(r.s.prose, m)), "fails", span{m[0], m[1]}, m[1])
	}
	for _, m := range numberFails.FindAllStringSubmatchIndex(r.s.prose, -1) {
		n := strings.Index("one  two  threefour five ", strings.ToLower(r.s.prose[m[2]:m[3]])) / 5
		if n < len(r.task.Tests) {
			r.fails(n, r.s.prose[m[4]:m[5]], span{m[0], m[1]}, m[4])
		}
	}
	for _, m := range allTests.FindAllStringSubmatchIndex(r.s.prose, -1) {
		r.fails(everyTest, strings.ToLower(r.s.prose[m[0]:m[1]]), span{m[0], m[1]}, m[0])
	}
	for _, c := range r.s.code {
		end := closing(r.s.prose, c.end)
		m := quoteFail.FindStringSubmatchIndex(r.s.prose[end:])
		if m == nil {
			continue
		}
		for i, test := range r.task.Tests {
			if strings.TrimSpace(r.s.slice(c)) == strings.TrimSpace(test) {
				r.fails(i, r.s.prose[end+m[2]:end+m[3]], span{c.start - 1, end + m[1]}, end)
			}
		}
	}
}

var failing = regexp.MustCompile(`(?i)fail|break|broke|red|wrong|not|n['’]t|violated`)

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

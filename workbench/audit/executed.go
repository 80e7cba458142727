package audit

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nextworkbench/schema"
)

// ranWords are how people say that a line or a branch is executed.
const ranWords = `(?:executed|executes|runs|ran|run|reached|carried out|evaluated|performed|completes|completed|entered|hit|visited|gone through|goes through|walked through|passed through|attempted|tried|triggered|taken|fires|fired|happens|happened|takes place|took place|occurs|occurred|(?:gets|got) its turn|(?:gets|got) (?:executed|run|reached|hit|triggered|evaluated)|done|called|invoked|applied)`

var (
	executes   = regexp.MustCompile(`(?i)^\s+(?:(?:is|was|gets|got|does|did) )?(?:then |only |just )*` + ranWords + `,?\s+(?:for )?(?:exactly |only |just |but |a total of )*(once|thrice|twice|a single time|one time|both times|\d{1,6} ?[x×]|(?:(\d{1,6})|one|two|three|four|five|six|seven|eight|nine|ten) times?|never)\b|^\s+(?:is|was) (never) (?:executed|reached|run)\b|^\s+(never) (?:executes|runs|ran)\b`)
	lineNumber = regexp.MustCompile(`(?i)\bline (\d{1,6})\b`)
)

// findExecuted finds how often a line is said to be executed: a line quoted in a
// code span, or "line 5".
func findExecuted(r *reader) {
	for _, c := range r.s.code {
		if end := closing(r.s.prose, c.end); !identifier.MatchString(r.s.slice(c)) && r.layout.calling(r.s.slice(c)) == "" {
			r.executed(span{c.start - 1, end}, strings.TrimSpace(r.s.slice(c)), 0)
		}
	}
	for _, p := range r.mentions() {
		if p.code != "" && (p.meant || r.s.prose[p.at.start] != '`') && !p.body {
			r.executed(p.at, p.code, 0)
		}
	}
	for _, m := range lineNumber.FindAllStringSubmatchIndex(r.s.prose, -1) {
		line, _ := strconv.Atoi(r.s.prose[m[2]:m[3]])
		r.executed(span{m[0], m[1]}, "", line)
	}
}

func (r *reader) executed(at span, code string, line int) {
	m := executes.FindStringSubmatchIndex(r.s.prose[at.end:])
	if m == nil && r.counts() {
		m = bareTimes.FindStringSubmatchIndex(r.s.prose[at.end:])
	}
	if m == nil || strings.HasPrefix(r.s.prose[at.end+m[1]:], " more") || r.taken(at) {
		return
	}
	if m[2] < 0 || strings.EqualFold(r.s.prose[at.end+m[2]:at.end+m[3]], "never") {
		return
	}
	times := r.s.prose[at.end+m[2] : at.end+m[3]]
	c := Claim{Kind: Executed, name: strconv.Itoa(line), text: code, number: count(times), about: r.speaksOf(at.start, at.end+m[1])}
	c.Stated = fmt.Sprintf("line %s is executed %d times", firstOf(code, c.name), c.number)
	c.mood = r.s.mood(span{at.end, at.end}, at.end+m[1], c.about.call)
	r.add(c, span{at.start, at.end + m[1]})
}

// counts says whether the sentence has counted something already, so that "line 7
// twice" goes on.
func (r *reader) counts() bool {
	return slices.ContainsFunc(r.claims, func(c Claim) bool { return c.Start >= r.s.start && (c.Kind == Executed || c.Kind == Called) })
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// count reads "never", "twice", "7 times".
func count(words string) int {
	word, _, _ := strings.Cut(strings.ToLower(words), " ")
	switch word {
	case "a":
		return 1 // a single time
	case "both":
		return 2
	}
	for n, name := range []string{"never", "once", "twice", "three", "four", "five", "six", "seven", "eight", "nine", "ten"} {
		if word == name {
			return n
		}
	}
	switch word {
	case "one":
		return 1
	case "two":
		return 2
	case "thrice":
		return 3
	}
	n, _ := strconv.Atoi(strings.TrimRight(word, "x×"))
	return n
}

func (e *evidence) checkExecuted(c Claim) Finding {
	line, why := e.lineOf(c)
	if why != "" {
		return unverifiable("%s", why)
	}
	firm, why := e.ofTheRun(c.about)
	times, last := 0, -1
	for _, event := range e.Events {
		if event.Line == line && event.Kind == schema.LineEvent {
			times++
			last = max(last, event.Step)
		}
	}
	evidence := fmt.Sprintf("the trace shows line %d executed %d times", line, times)
	switch {
	case why == "the trace has no such call":
		return unverifiable("%s", why)
	case times == c.number && !e.Truncated && (firm || times > 0):
		return Finding{schema.Supported, last, evidence}
	case times > c.number && firm && c.text != "", times < c.number && firm && !e.Truncated && c.text != "", times != c.number && firm && !e.Truncated && e.numbered, firm && !e.Truncated && c.text == "" && e.nowhere(c.number):
		return Finding{schema.Contradicted, last, evidence}
	}
	return unverifiable("%s", evidence)
}

// nowhere says whether no line of the program is executed so many times, so that it
// does not matter how lines are counted.
func (e *evidence) nowhere(times int) bool {
	for line := range e.layout.lines {
		if n, _ := e.executions(line + 1); n == times {
			return false
		}
	}
	return true
}

// lineOf finds the line that a claim speaks of. The headers of loops are left
// alone: people count the rounds, the trace the tests.
func (e *evidence) lineOf(c Claim) (line int, why string) {
	if c.text == "" {
		fmt.Sscan(c.name, &line)
	}
	for i, text := range e.lines {
		code, _, _ := strings.Cut(text, "  #")
		if c.text == "" || strings.TrimSpace(code) != c.text {
			continue
		}
		if line > 0 {
			return 0, "the program has several such lines"
		}
		line = i + 1
	}
	switch {
	case line < 1 || line > len(e.lines):
		return 0, "the program has no such line"
	case loopHeader.MatchString(e.lines[line-1]):
		return 0, "how often a loop's header is executed is counted in two ways"
	}
	return line, ""
}

var loopHeader = regexp.MustCompile(`^\s*(?:for|while|async for)\b`)

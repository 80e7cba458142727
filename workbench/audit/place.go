package audit

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nextworkbench/schema"
)

// place is a part of the program as somebody spoke of it.
type place struct {
	code    string // a line, as quoted
	line    int    // its number, from 1
	keyword string // of a statement: if, elif, else, for, while, try, except, finally; loop for any loop
	meant   bool   // by what it does: "the append"
	body    bool   // what is under the statement, rather than its line
}

// String is the place in one form for all wordings.
func (p place) String() string {
	text := "the " + p.keyword
	if p.code != "" {
		text = p.code
	} else if p.line > 0 {
		text = "line " + strconv.Itoa(p.line)
	}
	if p.body {
		return "the body of " + text
	}
	return text
}

// branch says whether the place is what is under a condition or a handler.
func (p place) branch() bool {
	return p.body && slices.Contains([]string{"if", "elif", "else", "except", "finally"}, p.keyword)
}

// mention is a place with where it is spoken of.
type mention struct {
	place
	at span
}

var (
	branchNoun  = regexp.MustCompile(`(?i)^\s+(?:branch|block|body|clause|part|arm|path|case|side|handler)(?:['’]s body)?\b`)
	keywordCode = regexp.MustCompile(`^(?:if|elif|else|except|finally|while|for):?$`)
	keywordNoun = regexp.MustCompile(`(?i)^\s+(?:loop|branch|block|body|clause|part|arm|path|case|side|handler|statement)(?:['’]s)?(?: body)?\b`)
	plainNoun   = regexp.MustCompile(`(?i)^\s+(?:line|statement|assignment|update|append|increment|instruction|call)\b`)
	loopNoun    = regexp.MustCompile(`(?i)\b(?:the )?(?:body of the )?(?:(while|for|inner|outer) |main )?(?:[\x60]?(while|for)[\x60]? )?loop(?:['’]s)?( body)?\b|\bthe [\x60]?(while|for)[\x60]?(?: body)?\b`)
	keywordOf   = regexp.MustCompile(`(?i)\b(?:the )?(?:body of the )?[\x60]?(if|elif|else|except|finally|try)[\x60]? (?:branch|block|body|clause|part|arm|path|case|side|handler|statement['’]s body)\b|\bthe [\x60]?(if|elif|else|except|finally)[\x60]?(?:\s|$)`)
	lastLine    = regexp.MustCompile(`(?i)\bthe (?:last|final) line(?: of (?:the (?:function|program)|(\x60\x00+\x60)))?`)
	deedNoun    = regexp.MustCompile(`(?i)\bthe (increment|append|return|break|continue)(?: (?:line|statement|call))?\b`)
	bodyOf      = regexp.MustCompile(`(?i)\bthe body of the [\x60]?(if|elif|else|while|for|loop)[\x60]?(?: statement| loop)?\b`)
	lineNoun    = regexp.MustCompile(`(?i)\b(?:line|L)\s?(\d{1,5})\b`)
)

// mentions are the places that the sentence speaks of.
func (r *reader) mentions() []mention {
	if r.places == nil {
		r.places = append([]mention{}, r.findMentions()...)
	}
	return r.places
}

// inText is the first group of a match in the prose, as the text has it.
func (r *reader) inText(m []int) string {
	for i := 2; i < len(m); i += 2 {
		if m[i] >= 0 {
			return r.s.text[m[i]:m[i+1]]
		}
	}
	return ""
}

func (r *reader) findMentions() (all []mention) {
	prose := r.s.prose
	add := func(p place, at span) { all = append(all, mention{p, at}) }
	for _, c := range r.s.code {
		text, end := strings.TrimSpace(r.s.slice(c)), closing(prose, c.end)
		if keywordCode.MatchString(text) {
			if m := keywordNoun.FindStringIndex(prose[end:]); m != nil {
				end += m[1]
			}
			add(place{keyword: strings.TrimSuffix(text, ":"), body: true}, span{c.start - 1, end})
			continue
		}
		if line := r.layout.calling(text); line != "" && !r.functions[functionName(text)] {
			add(place{code: line, meant: true}, span{c.start - 1, end})
			continue
		}
		if identifier.MatchString(text) && len(r.layout.find(text)) == 0 {
			continue
		}
		if m := branchNoun.FindStringIndex(prose[end:]); m != nil {
			add(place{code: text, body: true}, span{c.start - 1, end + m[1]})
		} else if m := plainNoun.FindStringIndex(prose[end:]); m != nil {
			add(place{code: text}, span{c.start - 1, end + m[1]})
		} else {
			add(place{code: text}, span{c.start - 1, end})
		}
	}
	for _, m := range r.matches(keywordOf, "branch", "block", "body", "clause", "part", "arm", "path", "case", "side", "handler", "the if", "the el", "the except", "the finally") {
		end := len(strings.TrimRight(prose[:m[1]], " "))
		add(place{keyword: strings.ToLower(r.inText(m)), body: true}, span{m[0], end})
	}
	for _, m := range r.matches(lastLine, "last line", "final line") {
		if line := r.layout.last(firstOf(functionName(strings.Trim(r.s.text[max(m[2], 0):max(m[3], 0)], "`")), r.entry)); line > 0 {
			add(place{line: line, meant: true}, span{m[0], m[1]})
		}
	}
	for _, m := range r.matches(deedNoun, "the increment", "the append", "the return", "the break", "the continue") {
		if code := r.layout.deed(strings.ToLower(prose[m[2]:m[3]])); code != "" {
			add(place{code: code, meant: true}, span{m[0], m[1]})
		}
	}
	for _, code := range r.layout.distinct {
		if at := strings.Index(prose, code); at >= 0 {
			add(place{code: code}, span{at, at + len(code)})
		}
	}
	for _, m := range r.matches(bodyOf, "body of") {
		add(place{keyword: strings.ToLower(r.s.text[m[2]:m[3]]), body: true}, span{m[0], m[1]})
	}
	for _, m := range r.matches(loopNoun, "loop", "the while", "the for") {
		keyword := strings.ToLower(group(prose, append(m[:6:6], m[8:]...)))
		if keyword == "" {
			keyword = "loop"
		}
		add(place{keyword: keyword, body: true}, span{m[0], m[1]})
	}
	for _, m := range r.matches(lineNoun, "line", "l") {
		n, _ := strconv.Atoi(prose[m[2]:m[3]])
		add(place{line: n}, span{m[0], m[1]})
	}
	return all
}

var (
	skippedAfter = regexp.MustCompile(`(?i)^(?:\s+(?:in|of) \x60\x00+\x60)?\s+(?:(?:is|was|are|were|gets|got) (?:never|not|n['’]t)(?: ever| even| actually)? (?:executed|reached|run|entered|taken|hit|triggered|evaluated|visited|touched|tried)|(?:isn|wasn)['’]t (?:executed|reached|run|entered|taken|hit|triggered)|never (?:executes|runs|ran|fires|fired|gets (?:executed|reached|run|entered|hit)|iterates|triggers)|(?:does not|did not|doesn['’]t|didn['’]t) (?:execute|run|fire|iterate|get executed|get reached|trigger)|(?:is|was|gets|got) (?:then |simply |just |also |completely |therefore )?(?:skipped|bypassed|jumped over|passed over|passed by|left out|ignored|omitted|avoided)|(?:stays|remains|is|was) (?:idle|untouched|out of reach|dormant|unused)|sees? no action|(?:gets|got) no (?:turn|chance)|(?:isn|wasn)['’]t (?:touched|visited|begun|gone through)|(?:is|was|remains|stays) (?:unreached|unreachable|unexecuted)|never (?:starts|begins|gets a chance|comes into play|is (?:entered|reached|executed|run|taken))|(?:does not|did not|doesn['’]t|didn['’]t) (?:start|begin|get entered|get run)|has no (?:iterations|rounds)|(?:isn|wasn)['’]t (?:even )?(?:executed|reached|run|entered|taken|hit|triggered|evaluated))\b`)
	ranAfter     = regexp.MustCompile(`(?i)^(?:\s+(?:in|of) \x60\x00+\x60)?\s+(?:(?:is|was|gets|got) (?:then |still |indeed |also |therefore |wrongly |incorrectly |in fact |actually )?(?:executed|reached|entered|taken|hit|triggered|run|carried out|evaluated|arrived at|visited|gone through|what (?:gets|is|was) (?:executed|run|reached))|(?:then |still |also |does |did )?(?:executes|runs|run|ran|fires|fired|kicks in|kicked in|goes through|takes effect|comes into play|does get its turn|gets its turn|got its turn))\b`)
	timesWord    = `(once|twice|thrice|a single time|both times|\d{1,6} ?[x×]|(?:\d{1,6}|one|two|three|four|five|six|seven|eight|nine|ten) times?)`
	stillAfter   = regexp.MustCompile(`(?i)^\s*(?:when|if|for (?:any|every|all|each)|unless|whenever|until)\b`)
)

// findPlaces finds that a line or a branch is said to be executed, or not to be.
func findPlaces(r *reader) {
	for _, m := range r.mentions() {
		tail := r.s.prose[m.at.end:]
		skipped, ran := skippedAfter.FindStringIndex(tail), ranAfter.FindStringIndex(tail)
		c := Claim{place: m.place, number: -1}
		switch {
		case skipped != nil:
			c.Kind, m.at.end = Skipped, m.at.end+skipped[1]
			c.Stated = m.place.String() + " is not executed"
		case roundsAfter.MatchString(tail) || executes.MatchString(tail):
			continue
		case ran != nil:
			c.Kind, m.at.end = Ran, m.at.end+ran[1]
			c.Stated = m.place.String() + " is executed"
		default:
			continue
		}
		r.placed(c, m.at, len(r.s.prose)-len(tail))
	}
}

func (r *reader) placed(c Claim, at span, verb int) {
	if r.taken(at) {
		return
	}
	c.about = r.speaksOf(at.start, at.end)
	c.about.loose = c.about.loose || c.place.meant && c.Kind == Skipped // of one round, perhaps
	c.mood = r.s.mood(span{verb, verb}, at.end, c.about.call)
	if stillAfter.MatchString(r.s.prose[at.end:]) || c.Kind == Skipped && partly.MatchString(r.s.prose[at.end:]) {
		c.mood = conditional
	}
	r.add(c, at)
}

// resolve finds the lines that a place stands for: its own, or the first of its
// body. It has none where the program has no such place or several.
func (e *evidence) resolve(p place) (line int, why string) {
	var found []int
	switch {
	case p.code != "":
		found = e.layout.find(p.code)
	case p.line > 0 && p.line <= len(e.layout.lines):
		found = []int{p.line}
	case slices.Contains(loopWords(), p.keyword):
		for _, l := range e.loopsOf(p) {
			found = append(found, l.header)
		}
	case p.keyword != "":
		found = e.layout.headed(p.keyword)
	}
	switch {
	case len(found) == 0:
		return 0, "the program has no such line"
	case len(found) > 1:
		return 0, "the program has several such lines"
	case !p.body:
		return found[0], ""
	}
	first, _ := e.layout.body(found[0])
	if first == 0 {
		return 0, "its body is not on a line of its own"
	}
	return first, ""
}

// executions counts how often a line is executed, in all frames.
func (e *evidence) executions(line int) (times int, last observation) {
	last = observation{step: -1, line: line}
	for _, event := range e.Events {
		if event.Line != line || event.Kind == schema.CallEvent || event.Kind == schema.GapEvent || event.Kind == schema.ResumeEvent || event.Kind == schema.UnwindEvent {
			continue
		}
		if event.Kind == schema.LineEvent || times == 0 {
			times++
		}
		last.step = max(last.step, event.Step)
	}
	return times, last
}

func (e *evidence) checkPlace(c Claim) Finding {
	line, why := e.resolve(c.place)
	if why != "" {
		return unverifiable("%s", why)
	}
	firm, why := e.ofTheRun(c.about)
	if why == noSuchCall {
		return unverifiable("%s", why)
	}
	times, last := e.executions(line)
	evidence := fmt.Sprintf("the trace shows line %d executed %d times", line, times)
	if !e.mentioned(line) {
		return unverifiable("line %d is no statement that a trace shows", line)
	}
	switch ran := times > 0; {
	case ran && c.Kind == Skipped && !atAnyTime.MatchString(c.Quote) && e.sometimesSkipped(line, times):
		return unverifiable("it may speak of one round or call; %s", evidence)
	case !ran && e.Truncated:
		return unverifiable("the trace does not show all lines")
	case ran == (c.Kind == Ran) && (firm || ran):
		return Finding{schema.Supported, last.step, evidence}
	case ran != (c.Kind == Ran) && (firm || ran && c.place.code != "" && !c.place.meant) && (c.place.line == 0 || c.place.meant || e.about(c, line) || e.numbered || e.around(line, ran)):
		return Finding{schema.Contradicted, last.step, evidence}
	}
	return unverifiable("%s; %s", evidence, why)
}

var atAnyTime = regexp.MustCompile(`(?i)\b(?:never|at all|ever|any|unreachable)\b`)

// sometimesSkipped says whether a line is executed less often than the statement that
// it stands under.
func (e *evidence) sometimesSkipped(line, times int) bool {
	for header := line - 1; header > 0; header-- {
		if e.layout.lines[header-1] == "" || e.layout.indents[header-1] >= e.layout.indents[line-1] {
			continue
		}
		if !e.mentioned(header) {
			line = header // an else, whose if decides
			continue
		}
		above, _ := e.executions(header)
		return above > times
	}
	return false
}

// mentioned says whether a line is one that an execution would show.
func (e *evidence) mentioned(line int) bool {
	text := e.layout.lines[line-1]
	for _, silent := range []string{"else:", "try:", "finally:", "def ", "class ", "@", "\"\"\"", "'''", "#", "global ", "nonlocal ", ")", "]", "}"} {
		if strings.HasPrefix(text, silent) {
			return false
		}
	}
	return text != ""
}

// around says whether the lines beside one are executed, or not, as it is: its
// number may have been counted from 0, or with a line more.
func (e *evidence) around(line int, ran bool) bool {
	for _, near := range []int{line - 1, line + 1} {
		if near < 1 || near > len(e.layout.lines) || !e.mentioned(near) {
			continue
		}
		if times, _ := e.executions(near); times > 0 != ran {
			return false
		}
	}
	return true
}

// about says whether the sentence quotes the line besides giving its number, so
// that the number is not one counted in another way.
func (e *evidence) about(c Claim, line int) bool {
	return strings.Contains(c.sentence, e.layout.lines[line-1])
}

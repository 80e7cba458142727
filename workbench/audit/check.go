package audit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"nextworkbench/schema"
)

// Finding is what an execution says of a claim.
type Finding struct {
	Verdict  schema.ClaimVerdict
	Step     int // of the evidence, -1 when there is none
	Evidence string
}

// Check holds claims against one execution. It is silent rather than wrong: what
// the execution does not show is unverifiable.
func Check(claims []Claim, x Execution) []Finding {
	return newEvidence(x).checkAll(claims)
}

func (e *evidence) checkAll(claims []Claim) []Finding {
	findings := make([]Finding, len(claims))
	e.numbered = !slices.ContainsFunc(claims, e.miscounts)
	for i, c := range claims {
		findings[i] = e.check(c)
	}
	return findings
}

// miscounts says whether a claim shows that its rationale counts lines in another
// way than the program does: what it says of a line is true of the one beside it.
func (e *evidence) miscounts(c Claim) bool {
	switch {
	case c.about.misquoted:
		return true
	case c.Kind == Raised && c.number > 0:
		end := e.ending()
		return end != nil && end.name != returnName && beside(end.line, c.number)
	case c.Kind != AtLine || c.value.kind == opaque:
		return false
	}
	near := false
	for _, h := range e.historiesOf(c.name) {
		for _, m := range h {
			if m.gone || compare(c.value, e.shown(m.value)) != same {
				continue
			}
			if m.line == c.number {
				return false
			}
			near = near || beside(m.line, c.number)
		}
	}
	return near
}

func beside(a, b int) bool { return a == b+1 || a == b-1 }

func (e *evidence) check(c Claim) Finding {
	switch {
	case c.Kind == Fixed:
		return e.checkEither(c)
	case e.Trace == 0:
		return unverifiable("there is no trace")
	case c.mood == conditional:
		return unverifiable("it speaks of a kind of input, not of the traced run")
	}
	found := e.checkKind(c)
	if c.about.pronoun && found.Verdict == schema.Contradicted && e.heldBySome(c.value) {
		return unverifiable("it may speak of something else; %s", found.Evidence)
	}
	if found.Verdict != schema.Unverifiable || !c.about.proposed || e.fix == nil {
		return found
	}
	c.about.loose, c.about.proposed = false, false
	if was := e.checkKind(c); was.Verdict == schema.Contradicted && e.fix.checkKind(c).Verdict == schema.Contradicted {
		return was // neither program makes it true
	}
	return found
}

func (e *evidence) checkKind(c Claim) Finding {
	switch c.Kind {
	case Returned:
		return e.checkReturned(c)
	case Expected:
		return e.checkExpected(c)
	case Raised:
		return e.checkRaised(c)
	case Quiet:
		return e.checkQuiet(c)
	case AtStep:
		return e.checkAtStep(c)
	case Takes:
		return e.checkTakes(c)
	case Unbound:
		return e.checkUnbound(c)
	case AtLine, AtRound, AtEnd, AtStart:
		return e.checkMoment(c)
	case Constant:
		return e.checkConstant(c)
	case Executed:
		if c.place != (place{}) {
			return e.checkRounds(c)
		}
		return e.checkExecuted(c)
	case Ran, Skipped:
		return e.checkPlace(c)
	case Called:
		return e.checkCalled(c)
	case Typed, Sized:
		return e.checkShape(c)
	case Fails:
		return e.checkFails(c)
	}
	return unverifiable("no check for claims of this kind")
}

func unverifiable(format string, args ...any) Finding {
	return Finding{schema.Unverifiable, -1, fmt.Sprintf(format, args...)}
}

func supported(o observation) Finding { return Finding{schema.Supported, o.step, o.String()} }

func contradicted(o observation) Finding { return Finding{schema.Contradicted, o.step, o.String()} }

func (e *evidence) checkReturned(c Claim) Finding {
	frames, firm, why := e.subjects(c.about)
	if len(frames) == 0 {
		if firm && e.broken != nil {
			return contradicted(*e.broken)
		}
		return unverifiable("%s", why)
	}
	var against *observation
	doubt := ""
	for _, f := range frames {
		like, seen := f.ended(c.value)
		switch {
		case like == same:
			return supported(*seen)
		case like == unknown && seen != nil:
			doubt = seen.String()
		case like == unknown:
			doubt = "the trace does not show how the call ended"
		case against == nil:
			against = seen
		}
	}
	switch {
	case doubt != "":
		return unverifiable("%s", doubt)
	case !firm:
		return unverifiable("%s; %s", why, against)
	case e.asWanted(c):
		return unverifiable("it may speak of the repaired program; %s", against)
	case c.about.call == nil && !(c.about.traced && c.about.reported) && e.returnedElsewhere(c.value):
		return unverifiable("another call, or another test's, returns it; %s", against)
	}
	return contradicted(*against)
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

// returnedElsewhere says whether another call of the run, or one of a test before
// the failing one, returns a value.
func (e *evidence) returnedElsewhere(v value) bool {
	for _, f := range e.frames {
		if f.returned != nil && compare(v, parseRendered(f.returned.value)) != different {
			return true
		}
	}
	return slices.ContainsFunc(e.others, func(o expectation) bool {
		return (o.asserted || o.wanted) && !o.truth && compare(v, o.value) != different
	})
}

// asWanted says whether a value that the run does not show is the one that the
// test wants, so that the statement may be one about the repaired program: nothing
// in its sentence says that it reports what happened.
func (e *evidence) asWanted(c Claim) bool {
	if c.about.reported || c.about.expects != nil && compare(c.value, *c.about.expects) != same {
		return false
	}
	return (e.test.asserted || e.test.wanted) && compare(c.value, e.test.value) != different
}

// ended compares a value with what the call returned.
func (f *frame) ended(stated value) (likeness, *observation) {
	switch {
	case f.raised != nil:
		return different, f.raised
	case f.returned == nil:
		return unknown, nil
	}
	like := compare(stated, parseRendered(f.returned.value))
	if f.yields && like == different {
		like = unknown // what is said of a generator is said of its items
	}
	return like, f.returned
}

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

func (e *evidence) checkRaised(c Claim) Finding {
	firm, why := e.ofTheRun(c.about)
	if c.about.call != nil && why == noSuchCall {
		return unverifiable("%s", why)
	}
	for _, o := range e.exceptions {
		switch like := c.sameException(o); like {
		case same:
			return supported(o)
		case unknown:
			return unverifiable("%s on line %d", o, o.line)
		}
	}
	end := e.ending()
	switch {
	case end == nil:
		return unverifiable("the trace does not show how the run ended")
	case c.name == "AssertionError" && end.name == returnName:
		return unverifiable("the trace ends before the assert")
	case !firm:
		return unverifiable("%s; %s", why, end)
	case slices.ContainsFunc(e.Raised, func(name string) bool { return name == c.name || derives(name, c.name) || derives(c.name, name) }):
		return unverifiable("another test ends with it; %s", end)
	}
	return contradicted(*end)
}

// sameException compares what is said of an exception with one that was raised.
// Another message, line or subclass is no contradiction: they vary with the
// version of Python and with the way that lines are counted.
func (c Claim) sameException(o observation) likeness {
	raised, message, _ := strings.Cut(o.value, "(")
	raised = lastName(raised)
	switch {
	case raised == c.name || derives(raised, c.name):
	case derives(c.name, raised):
		return unknown
	default:
		return different
	}
	if c.number >= 0 && c.number != o.line || c.text != "" && !strings.Contains(plain(message), plain(strings.TrimRight(c.text, ".…"))) {
		return unknown
	}
	return same
}

// plain leaves only what a message keeps when it is quoted within quotes.
func plain(text string) string {
	return strings.NewReplacer(`\`, "", `'`, "", `"`, "", "`", "").Replace(strings.ToLower(text))
}

// derives says whether an exception class is a subclass of another.
func derives(class, base string) bool {
	for parent := parentOf(class); parent != ""; parent = parentOf(parent) {
		if parent == base {
			return true
		}
	}
	return false
}

func parentOf(class string) string {
	switch class {
	case "IndexError", "KeyError":
		return "LookupError"
	case "ZeroDivisionError", "OverflowError", "FloatingPointError":
		return "ArithmeticError"
	case "UnboundLocalError":
		return "NameError"
	case "ModuleNotFoundError":
		return "ImportError"
	case "RecursionError", "NotImplementedError":
		return "RuntimeError"
	case "UnicodeError", "JSONDecodeError":
		return "ValueError"
	case "UnicodeDecodeError", "UnicodeEncodeError":
		return "UnicodeError"
	case "IndentationError":
		return "SyntaxError"
	case "TabError":
		return "IndentationError"
	case "FileNotFoundError", "PermissionError", "TimeoutError":
		return "OSError"
	case "SystemExit", "KeyboardInterrupt", "GeneratorExit", "BaseException":
		return ""
	case "Exception":
		return "BaseException"
	}
	return "Exception"
}

func (e *evidence) checkQuiet(c Claim) Finding {
	firm, why := e.ofTheRun(c.about)
	end := e.ending()
	switch {
	case end == nil:
		return unverifiable("the trace does not show how the run ended")
	case why == noSuchCall || !firm:
		return unverifiable("%s", why)
	case end.name == returnName:
		return supported(*end)
	case firm:
		return contradicted(*end)
	}
	return unverifiable("%s", why)
}

func (e *evidence) checkAtStep(c Claim) Finding {
	if c.about.call != nil && len(e.called(*c.about.call)) == 0 {
		return unverifiable("the trace has no such call")
	}
	states := map[int]*observation{} // what each frame last showed of the variable
	for _, event := range e.Events {
		for _, change := range event.Changes {
			if change.Name == c.name && change.Removed {
				delete(states, event.Frame)
			} else if change.Name == c.name {
				states[event.Frame] = &observation{event.Step, change.Name, change.Value, event.Line}
			}
		}
		if event.Step == c.number {
			return e.atState(c, states[event.Frame])
		}
	}
	return unverifiable("the trace has no step %d", c.number)
}

// nearStep is where a step beside the stated one shows the stated value.
func (e *evidence) nearStep(c Claim) *observation {
	for _, h := range e.historiesOf(c.name) {
		for _, m := range h {
			if (m.step == c.number-1 || m.step == c.number+1) && !m.gone && compare(c.value, e.shown(m.value)) == same {
				return &m.observation
			}
		}
	}
	return nil
}

func (e *evidence) atState(c Claim, seen *observation) Finding {
	if seen == nil {
		return unverifiable("%s has no value at step %d", c.name, c.number)
	}
	switch compare(c.value, e.shown(seen.value)) {
	case same:
		return supported(*seen)
	case different:
		switch near := e.nearStep(c); {
		case near != nil:
			return unverifiable("steps may be counted in another way; %s", near)
		case !c.about.loose || c.about.traced && seen.step == c.number:
			return contradicted(*seen)
		}
		return unverifiable("the rationale may count steps of its own; %s", seen)
	}
	return unverifiable("%s", seen)
}

func (e *evidence) checkTakes(c Claim) Finding {
	firm, why := e.ofTheRun(c.about)
	if why == noSuchCall {
		return unverifiable("%s", why)
	}
	match, doubt := e.sought(c.name, c.value)
	if match != nil {
		return supported(*match)
	}
	var last *observation
	all := e.values(c.name)
	if len(all) > 0 {
		last = &all[len(all)-1]
	}
	switch {
	case last == nil:
		return unverifiable("the trace has no variable %s", c.name)
	case doubt || e.Truncated:
		return unverifiable("the trace does not show all of %s", c.name)
	case !firm:
		return unverifiable("%s; %s", why, last)
	}
	return Finding{schema.Contradicted, last.step, fmt.Sprintf("up to step %d %s takes the values %s", last.step, c.name, excerpt(listed(all)))}
}

// listed are the first of some values, as people read them.
func listed(all []observation) string {
	var texts []string
	for _, o := range all[:min(len(all), 20)] {
		texts = append(texts, o.value)
	}
	return strings.Join(texts, ", ")
}

// search is what came of looking for a value among those of a variable.
type search struct {
	match *observation
	doubt bool
}

// sought looks for a value among those that a variable takes, once; doubt says that
// one of them may be it.
func (e *evidence) sought(name string, v value) (match *observation, doubt bool) {
	key := fmt.Sprint(name, "\x00", v.kind, "\x00", v.cut, "\x00", v.text, "\x00", v.class)
	if s, known := e.searched[key]; known {
		return s.match, s.doubt
	}
	var s search
	for _, o := range e.values(name) {
		switch compare(v, e.shown(o.value)) {
		case same:
			s.match = &o
		case unknown:
			s.doubt = true
		}
		if s.match != nil {
			break
		}
	}
	e.searched[key] = s
	return s.match, s.doubt
}

// heldBySome says whether any variable may take a value, or any call return it.
func (e *evidence) heldBySome(v value) bool {
	for name := range e.time.histories {
		if match, doubt := e.sought(name, v); name != exceptionMark && (match != nil || doubt) {
			return true
		}
	}
	return e.returnedElsewhere(v)
}

// values are the values that a variable takes, each once, in the order of their
// first appearance.
func (e *evidence) values(name string) []observation {
	if all, known := e.distinct[name]; known {
		return all
	}
	var moments history
	for _, h := range e.historiesOf(name) {
		moments = append(moments, h...)
	}
	slices.SortFunc(moments, func(a, b moment) int { return a.index - b.index })
	var all []observation
	seen := map[string]bool{}
	for _, m := range moments {
		if !m.gone && !seen[m.value] {
			seen[m.value] = true
			all = append(all, m.observation)
		}
	}
	e.distinct[name] = all
	return all
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

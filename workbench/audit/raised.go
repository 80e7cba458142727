package audit

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	exceptionName = regexp.MustCompile(`\b(?:[a-z]\w*\.)*([A-Z]\w*(?:Error|Exception|Interrupt|Iteration|Exit))\b`)
	raiseVerb     = regexp.MustCompile(`(?i)\b(?:raises|raised|throws|threw|triggers|triggered|causes|caused|hits|fails with|failed with|crashes with|crashed with|dies with|stops with|ends (?:in|with)|ended (?:in|with)|aborts with|results in|resulted in|runs into|encounters|gets|got|produces|leads to|led to|exits with|there (?:is|was)|breaks (?:off )?with|broke with|dies on|falls over with|fell over with|blows up with|blew up with|terminates with|terminated with|bails out with|is met with|gives up with|gave up with|complains with|complained with|chokes with|trips over|tripped over|trips on|dies of|died of|goes down with|went down with|stumbles over|stumbled over|hit|meets|met|errors out with|collapses with|quits with|ends up with|halts with|halted with|fails by raising|reports|reported|gives|gave|raising|causing|resulting in|leading to|throwing)\s+(?:an?\s+|the\s+|this\s+|that\s+|python['’]s\s+|uncaught\s+|unhandled\s+)*["'*\x60]*$`)
	withError     = regexp.MustCompile(`(?i)\b(?:fails?|failed|ends?|ended|stops?|stopped|crash(?:es|ed)?|dies|died|exits?|exited|aborts?|aborted|breaks?|broke|breaks off|terminates?|terminated)\b[^;.:]{0,40}\b(?:with|in|by|on)\s+(?:an?\s+|the\s+)?["'*\x60]*$`)
	afterColon    = regexp.MustCompile(`(?:[:—–-]|^)\s*[*\x60]*$`)
	withMessage   = regexp.MustCompile(`^(?:\(['"]|: [^ ])`)
	raisedAfter   = regexp.MustCompile(`(?i)^["'*\x60]*(?:\s+exception|\s+error)?\s+(?:is|was|gets|got)\s+(?:then\s+)?(?:raised|thrown|triggered)|^["'*\x60]*\s+(?:occurs|occurred|happens|happened|comes up|came up|stops|stopped|surfaces|appears|appeared|escapes|bubbles up|kills|killed|aborts|aborted|ends|ended|breaks|broke|terminates|terminated|follows|followed|is the (?:result|outcome|consequence|upshot)|was the (?:result|outcome|consequence|upshot)|is what (?:happens|comes out|you get|we get)|comes from|came from|comes out of|came out of|used to come from|ensues|ensued|goes off|went off|propagates|propagated|shows up|showed up|pops up|popped up|results|resulted|ends it|stops it|kills it)\b`)
	namedOnly     = regexp.MustCompile(`(?i)(?:^|[\s(,])(?:an?|the|the same|this|that|with|python['’]s|hence|so|thus|hence (?:the|an?)|so (?:the|an?))\s+["'*\x60]*$`)
	handled       = regexp.MustCompile(`(?i)\b(?:catch\w*|caught|handl\w*|except|excepts|expect\w*|subclass\w*|class|instead|rather|avoid\w*|prevent\w*|guard\w*|swallow\w*|suppress\w*|ignor\w*|deal\w*|test\w*|assert\w*|wait\w*|look\w*|type|kind|raise|message|clause|handler|block|or|not|no|nor|never|without|if|turns?|into|convert\w*|reach\w*|like|such|for)\b`)
	handler       = regexp.MustCompile(`(?i)^["'*\x60)]*\s*(?:handler|clause|branch|block|case|is (?:caught|handled|not|never|swallowed)|isn|was (?:caught|handled|swallowed)|from happening|would|could|might|class)\b`)
	onLine        = regexp.MustCompile(`(?i)^["'*\x60)]*[^.;]{0,40}?\b(?:on|at|in) line \x60?(\d+)`)
	saying        = regexp.MustCompile(`^["'*\x60]*\s*(?::|\(|with the message|saying|with message)\s*`)
)

// findRaised finds the exceptions that are said to have been raised.
func findRaised(r *reader) {
	for _, m := range exceptionName.FindAllStringSubmatchIndex(r.s.text, -1) {
		at := span{m[0], m[1]}
		end := at.end
		for end < len(r.s.text) && r.s.prose[end] == 0 {
			end++ // to the end of the code span
		}
		verb := raiseVerb.FindStringIndex(openProse(r.s.prose[:m[0]]))
		after := raisedAfter.FindStringIndex(r.s.prose[end:])
		switch {
		case verb != nil:
			r.raised(span{verb[0], verb[1]}, span{r.subjectStart(verb[0]), at.end}, end, r.s.text[m[2]:m[3]])
		case withError.MatchString(openProse(r.s.prose[:m[0]])):
			head := withError.FindStringIndex(openProse(r.s.prose[:m[0]]))
			r.raised(span{head[0], head[0]}, span{m[0], m[1]}, end, r.s.text[m[2]:m[3]])
		case after == nil && afterColon.MatchString(openProse(r.s.prose[:m[0]])) && withMessage.MatchString(r.s.text[m[1]:]):
			r.raised(at, at, end, r.s.text[m[2]:m[3]])
		case after != nil:
			r.raised(at, span{at.start, end + after[1]}, end, r.s.text[m[2]:m[3]])
		case namedOnly.MatchString(openProse(r.s.prose[:m[0]])) && !handled.MatchString(r.s.prose[r.s.clauseStart(m[0]):m[0]]) && !handler.MatchString(r.s.prose[end:]):
			r.raised(at, at, end, r.s.text[m[2]:m[3]])
		}
	}
}

// openProse undoes the blanking of a code span up to a name inside it.
func openProse(prose string) string { return strings.TrimRight(prose, "\x00") }

func (r *reader) raised(verb, at span, end int, name string) {
	c := Claim{Kind: Raised, name: name, number: -1, Stated: "raised " + name}
	c.about = r.speaksOf(verb.start, end)
	c.mood = r.s.mood(verb, max(end, at.end), c.about.call)
	if m := onLine.FindStringSubmatch(r.s.prose[end:]); m != nil {
		c.number, _ = strconv.Atoi(m[1])
		c.Stated += " on line " + m[1]
	}
	if m := saying.FindString(r.s.text[end:]); m != "" {
		if v, _, ok := r.s.written(end + len(m)); ok && v.kind == str {
			c.text = v.text
			c.Stated += ": " + v.text
		}
	}
	r.add(c, at)
}

var quiet = regexp.MustCompile(`(?i)\bno (?:exceptions?|errors?|\w+error) (?:(?:is|are|was|were) (?:ever )?(?:raised|thrown|seen|involved)|happens|happened|occurs|occurred|comes up|came up|escapes|arises|arose|shows up|showed up|appears|appeared|gets in)|\bnothing (?:at all )?(?:breaks|broke|blows up|blew up|goes bang|fails with an (?:exception|error)|(?:is|was) (?:raised|thrown))|\b(?:goes|went|gets|got) through (?:cleanly|without (?:an? )?(?:error|exception|complaint|trouble)s?)|\bfree of (?:exceptions|errors)|\bthere(?: is|['’]s| was) no (?:exception|error)\b|\bnothing (?:is|was) (?:raised|thrown)\b|\b(?:raises|raised|throws|threw) (?:nothing|no (?:errors?|exceptions?))\b|\bno (?:exceptions?|errors?) (?:leaves|left|is involved)\b|\bthere(?: is|['’]s| was) no (?:crash|error|exception)\b|\bno (?:method|function|line|call|statement) raises(?: anything)?\b|\b(?:does not|did not|doesn['’]t|didn['’]t|never) (?:crash(?:es)?|raises? anything|throws? anything)\b|\bnothing (?:crashes|crashed|goes wrong)\b|\bwithout (?:an?|any) (?:exception|error)s?\b|\bwithout (?:exceptions|errors)\b|\b(?:runs|ran|finishes|finished|completes|completed) (?:cleanly|normally|through)\b|\b(?:does not|did not|doesn['’]t|didn['’]t) (?:raise|throw) (?:an(?:y)? )?(?:exceptions?|errors?)\b|\b(?:runs|ran|finishes|finished|completes|completed|returns|returned|gets through|got through|ends|ended) (?:normally )?without (?:(?:raising|throwing|crashing)\b(?: an(?:y)? (?:exceptions?|errors?))?|(?:an(?:y)? )?(?:exceptions?|errors?)\b)`)

// findQuiet finds that no exception is said to have been raised.
func findQuiet(r *reader) {
	for _, m := range quiet.FindAllStringIndex(r.s.prose, -1) {
		c := Claim{Kind: Quiet, number: -1, Stated: "raised nothing", about: r.speaksOf(m[0], m[1])}
		c.mood = r.s.mood(span{m[0], m[0]}, m[1], c.about.call)
		r.add(c, span{m[0], m[1]})
	}
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

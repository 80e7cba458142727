package audit

import (
	"fmt"
	"regexp"
	"strings"

	"nextworkbench/schema"
)

var (
	calledTimes = regexp.MustCompile(`(?i)^\s+(?:(?:is|was|gets|got) (?:only |just |actually |recursively |then )*(?:called|invoked|executed|run|entered|asked|used)|(?:only |just |then )?(?:runs|ran|executes)) (?:only |exactly |just |recursively |a total of )*` + timesWord + `\b`)
	callsTo     = regexp.MustCompile(`(?i)\bthere (?:is|are|was|were) (?:only |just |exactly )?(one|two|three|four|five|six|seven|eight|nine|ten|no|\d{1,6}) calls? (?:to|of) [\x60]?$`)
	calledNever = regexp.MustCompile(`(?i)^\s+(?:(?:is|was|gets|got) (?:never|not)(?: ever| actually| even)? (?:called|invoked)|(?:isn|wasn)['’]t (?:called|invoked))\b`)
	calledWith  = regexp.MustCompile(`(?i)^\s+(?:(?:is|was|gets|got) (?:then |first |here |now |only |really |just )?(?:called|invoked|given|passed|run|handed|asked|fed|started|entered)(?: with| on| about| for)?|receives|received|is called as|gets|got|sees|saw|takes|took|has been passed) (?:the arguments? |just |only )?`)
	oneMore     = regexp.MustCompile(`(?i)^[\x60*]*(?:\s*,\s*(?:and\s+)?|\s+and\s+)`)
	keywordIs   = regexp.MustCompile(`^[\x60*]*([A-Za-z_]\w*)\s*=\s*`)
)

// findCalled finds how, and how often, a function is said to be called.
func findCalled(r *reader) {
	for _, c := range r.s.code {
		name := strings.TrimSuffix(strings.TrimSpace(r.s.slice(c)), "()")
		if i := strings.LastIndexByte(name, '.'); i >= 0 {
			name = name[i+1:]
		}
		if r.functions[name] {
			r.called(name, span{c.start - 1, closing(r.s.prose, c.end)})
		}
	}
	r.findGiven()
	for _, m := range r.s.all(itWord) {
		if name := r.functionBefore(m[0]); name != "" && (calledTimes.MatchString(r.s.prose[m[1]:]) || calledNever.MatchString(r.s.prose[m[1]:])) {
			r.called(name, span{m[0], m[1]})
		}
	}
	if m := constructor.FindStringIndex(r.s.prose); m != nil && r.functions["__init__"] {
		r.called("__init__", span{m[0], m[1]})
	}
	for _, m := range r.s.words() {
		if name := r.s.prose[m[0]:m[1]]; r.functions[name] && !article.MatchString(r.s.prose[:m[0]]) {
			r.called(name, span{m[0], m[1]})
		}
	}
}

// findGiven finds what one of several calls is said to be given: "the second call
// receives 3", "the innermost call gets `[]`".
func (r *reader) findGiven() {
	for _, m := range r.matches(oneCall, "first", "second", "third", "fourth", "fifth", "last", "innermost", "deepest") {
		args, end := r.arguments(m[1])
		name := r.functionBefore(m[1])
		if len(args) == 0 || name == "" || r.taken(span{m[0], end}) {
			continue
		}
		which := strings.ToLower(r.s.prose[m[2]:m[3]])
		c := Claim{Kind: Called, name: name, number: -1, args: args, Stated: fmt.Sprintf("the %s call of %s is given %s", which, name, argumentsText(args))}
		c.about = r.speaksOf(m[0], end)
		c.about.deepest = which == "innermost" || which == "deepest"
		c.about.last = which == "last"
		if !c.about.deepest {
			c.about.nth = ordinal(which)
		}
		c.mood = r.s.mood(span{m[0], m[0]}, end, c.about.call)
		r.add(c, span{m[0], end})
	}
}

var oneCall = regexp.MustCompile(`(?i)\bthe (first|second|third|fourth|fifth|last|innermost|deepest)(?: \x60\x00+\x60)? call(?: (?:of|to) \x60\x00+\x60)? (?:gets|got|receives|received|is given|was given|is made with|takes|has|is passed)\s`)

var constructor = regexp.MustCompile(`(?i)\bthe constructor\b`)

// functionBefore is the function that a pronoun stands for: the last that is named
// before it in its sentence, or in those before.
func (r *reader) functionBefore(at int) string {
	name := r.topic
	for _, c := range r.s.code {
		if f := functionName(r.s.slice(c)); c.end <= at && r.functions[f] {
			name = f
		}
	}
	return name
}

func (r *reader) called(name string, at span) {
	tail := r.s.prose[at.end:]
	c := Claim{Kind: Called, name: name, number: -1}
	end := at.end
	if m := calledTimes.FindStringSubmatchIndex(tail); m != nil {
		c.number, end = count(group(tail, m)), end+m[1]
		c.Stated = fmt.Sprintf("%s is called %d times", name, c.number)
	} else if m := callsTo.FindStringSubmatchIndex(r.s.prose[:at.start]); m != nil {
		c.number, at.start = count(r.s.prose[m[2]:m[3]]), m[0]
		c.Stated = fmt.Sprintf("%s is called %d times", name, c.number)
	} else if m := calledNever.FindStringIndex(tail); m != nil {
		c.number, end, c.Stated = 0, end+m[1], name+" is never called"
	} else if m := calledWith.FindStringIndex(tail); m != nil {
		args, after := r.arguments(end + m[1])
		if len(args) == 0 {
			return
		}
		c.args, end = args, after
		c.Stated = fmt.Sprintf("%s is called with %s", name, argumentsText(args))
	} else {
		return
	}
	r.shaped(c, span{at.start, end}, at.end)
}

// arguments reads "[1, 2] and 3", "`a = 1` and `b = 2`" from a byte on.
func (r *reader) arguments(at int) (args []argument, end int) {
	for {
		a := argument{}
		from := at
		if m := keywordIs.FindStringSubmatchIndex(r.tail(at)); m != nil {
			a.name, from = r.s.text[at+m[2]:at+m[3]], at+m[1]
		}
		v, after, ok := r.s.written(from)
		if a.name != "" {
			var n int
			if v, n, ok = parseLiteral(r.s.text[from:]); ok {
				after = closing(r.s.prose, from+n)
			}
		}
		if !ok {
			return args, end
		}
		a.value = v
		args, end = append(args, a), after
		m := oneMore.FindStringIndex(r.s.prose[after:])
		if m == nil {
			return args, end
		}
		at = after + m[1]
	}
}

func argumentsText(args []argument) string {
	var parts []string
	for _, a := range args {
		parts = append(parts, strings.TrimPrefix(a.name+"="+a.value.String(), "="))
	}
	return strings.Join(parts, ", ")
}

func (e *evidence) checkCalled(c Claim) Finding {
	firm, why := e.ofTheRun(c.about)
	if why == noSuchCall {
		return unverifiable("%s", why)
	}
	var frames []*frame
	for _, f := range e.frames {
		if f.function == c.name {
			frames = append(frames, f)
		}
	}
	seen := fmt.Sprintf("the trace shows %d calls of %s", len(frames), c.name)
	outer := len(e.outermost(c.name))
	switch {
	case len(c.args) > 0:
		return e.checkArguments(c, frames, firm, why)
	case e.Truncated:
		return unverifiable("the trace does not show all calls")
	case len(frames) == c.number && (firm || c.number > 0):
		return Finding{schema.Supported, -1, seen}
	case !firm:
		return unverifiable("%s; %s", why, seen)
	case outer == c.number, len(frames)-outer == c.number:
		return unverifiable("calls of a recursion are counted in several ways; %s", seen)
	}
	return Finding{schema.Contradicted, -1, seen}
}

// checkArguments checks what a function is said to be called with: all of its
// arguments, or one of them.
func (e *evidence) checkArguments(c Claim, frames []*frame, firm bool, why string) Finding {
	doubt, seen := e.Truncated, ""
	switch outer := e.outermost(c.name); {
	case c.about.deepest:
		frames = e.innermost()
	case c.about.last && len(outer) > 0:
		frames = outer[len(outer)-1:]
	case c.about.nth > 0 && c.about.nth <= len(outer):
		frames = outer[c.about.nth-1 : c.about.nth]
	case c.about.nth > 0:
		return unverifiable("the trace has no such call")
	}
	for _, f := range frames {
		like, shown := f.given(c.args)
		switch like {
		case same:
			return Finding{schema.Supported, -1, "the trace shows a call of " + c.name + " with " + shown}
		case unknown:
			doubt = true
		}
		seen = shown
	}
	switch {
	case len(frames) == 0:
		return unverifiable("the trace has no call of %s", c.name)
	case doubt:
		return unverifiable("the trace does not show all calls of %s", c.name)
	case !firm:
		return unverifiable("%s; the trace shows a call of %s with %s", why, c.name, seen)
	}
	return Finding{schema.Contradicted, -1, fmt.Sprintf("the trace shows no such call of %s, the last is with %s", c.name, seen)}
}

// given compares arguments with the parameters of a call: in their order, or one
// alone with any of them; a tuple may stand for all.
func (f *frame) given(args []argument) (result likeness, shown string) {
	parameters := f.parameters
	if len(parameters) > 0 && (parameters[0].Name == "self" || parameters[0].Name == "cls") {
		parameters = parameters[1:]
	}
	var parts []string
	for _, p := range parameters {
		parts = append(parts, p.Name+"="+excerpt(p.Value))
	}
	shown = strings.Join(parts, ", ")
	if len(args) == 1 && args[0].value.kind == tuple && len(args[0].value.items) == len(parameters) && len(parameters) > 1 {
		var all []argument
		for _, item := range args[0].value.items {
			all = append(all, argument{value: item})
		}
		args = all
	}
	if len(args) > 1 || args[0].name != "" {
		return f.takes(call{args: args}), shown
	}
	result = different
	for _, p := range parameters {
		if like := compare(args[0].value, parseRendered(p.Value)); like == same {
			return same, shown
		} else if like == unknown {
			result = unknown
		}
	}
	return result, shown
}

package audit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"nextworkbench/schema"
)

// Execution is what the trace of the buggy program on its first failing test holds.
type Execution struct {
	Task      Task
	Trace     schema.TraceID // 0 when the program was not traced
	Events    []schema.TraceEvent
	Truncated bool

	Fix    *Execution // the fix on the same test, nil when it was not traced
	Passed bool       // the fix is known to pass every test
	Raised []string   // exceptions that other tests of the buggy program end with
}

// observation is something that a step shows.
type observation struct {
	step  int
	name  string
	value string
	line  int
}

func (o observation) String() string {
	return fmt.Sprintf("step %d shows %s=%s", o.step, o.name, excerpt(o.value))
}

// excerpt keeps a line of evidence readable.
func excerpt(text string) string {
	const limit = 120
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return text
}

// frame is one call of a function of the program.
type frame struct {
	number, depth int
	function      string
	parameters    []schema.Change
	returned      *observation
	raised        *observation // the exception that left the call
	yields        bool
}

// evidence is an execution, made ready to be asked.
type evidence struct {
	Execution
	functions  map[string]bool
	test       expectation
	others     []expectation // of the task's other tests
	lines      []string
	frames     []*frame
	exceptions []observation
	broken     *observation // the exception that kept the program from being loaded
	layout     layout
	time       timeline
	distinct   map[string][]observation // the values of variables, as they are asked for
	read       map[string]value         // values as they are shown, as they are asked for
	searched   map[string]search
	numbered   bool      // the rationale is not known to count lines in a way of its own
	fix        *evidence // of the fix, nil when it was not traced
}

const (
	returnName    = "__return__"
	exceptionMark = "__exception__"
)

func newEvidence(x Execution) *evidence {
	e := &evidence{Execution: x, functions: functionsOf(x.Task), lines: strings.Split(x.Task.Program, "\n"),
		layout: readLayout(x.Task.Program), time: newTimeline(x.Events),
		distinct: map[string][]observation{}, read: map[string]value{}, searched: map[string]search{}}
	for i, code := range x.Task.Tests {
		if t := readTest(code, e.functions); i == x.Task.Failing {
			e.test = t
		} else {
			e.others = append(e.others, t)
		}
	}
	if x.Fix != nil && x.Fix.Trace != 0 {
		e.fix = newEvidence(*x.Fix)
	}
	open := map[int]*frame{}
	for _, event := range x.Events {
		e.take(event, open)
	}
	return e
}

// take takes in one event; open are the frames by number.
func (e *evidence) take(event schema.TraceEvent, open map[int]*frame) {
	f := open[event.Frame]
	if event.Kind == schema.CallEvent {
		f = &frame{number: event.Frame, depth: event.Depth, function: e.functionAt(event.Line), parameters: event.Changes}
		open[event.Frame] = f
		e.frames = append(e.frames, f)
	}
	for _, c := range event.Changes {
		if c.Name == exceptionMark {
			seen := observation{event.Step, c.Name, c.Value, event.Line}
			e.exceptions = append(e.exceptions, seen)
			if f == nil && event.Frame > 0 {
				e.broken = &seen
			}
		}
		if c.Name == returnName && f != nil {
			f.returned = &observation{event.Step, c.Name, c.Value, event.Line}
		}
	}
	switch {
	case f == nil:
	case event.Kind == schema.YieldEvent:
		f.yields = true
	case event.Kind == schema.UnwindEvent && len(e.exceptions) > 0:
		f.raised = &e.exceptions[len(e.exceptions)-1]
	}
}

var (
	decorator = regexp.MustCompile(`^\s*@`)
	defined   = regexp.MustCompile(`^\s*(?:async\s+)?def\s+([A-Za-z_]\w*)`)
)

// shown reads a value as the trace shows it, once.
func (e *evidence) shown(text string) value {
	v, known := e.read[text]
	if !known {
		v = parseRendered(text)
		e.read[text] = v
	}
	return v
}

// functionAt is the function whose definition, decorators included, begins at a line.
func (e *evidence) functionAt(line int) string {
	for ; line >= 1 && line <= len(e.lines); line++ {
		if m := defined.FindStringSubmatch(e.lines[line-1]); m != nil {
			return m[1]
		}
		if !decorator.MatchString(e.lines[line-1]) {
			break
		}
	}
	return ""
}

// entry is the name of the function that the test calls.
func (e *evidence) entry() string {
	if e.test.call.function != "" {
		return e.test.call.function
	}
	return lastName(e.Task.EntryPoint)
}

// called are the frames of a call with the given arguments.
func (e *evidence) called(c call) []*frame {
	var exact, alike []*frame
	for _, f := range e.frames {
		if f.function != c.function {
			continue
		}
		switch f.takes(c) {
		case same:
			exact = append(exact, f)
		case unknown:
			alike = append(alike, f)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	if outer := e.outermost(c.function); len(outer) == 1 && len(alike) > 0 && sameCall(c, e.test.call) == same {
		return outer
	}
	return nil
}

// takes compares the arguments of a call with the parameters of the frame. What
// the call does not give has its default.
func (f *frame) takes(c call) likeness {
	parameters := f.parameters
	if len(parameters) > 0 && (parameters[0].Name == "self" || parameters[0].Name == "cls") {
		parameters = parameters[1:]
	}
	if len(c.args) > len(parameters) {
		return different
	}
	result := same
	for i, a := range c.args {
		if a.name != "" {
			i = slices.IndexFunc(parameters, func(p schema.Change) bool { return p.Name == a.name })
		}
		if i < 0 {
			return unknown
		}
		switch compare(a.value, parseRendered(parameters[i].Value)) {
		case different:
			return different
		case unknown:
			result = unknown
		}
	}
	return result
}

// outermost are the frames of a function that no other frame of it encloses.
func (e *evidence) outermost(function string) []*frame {
	var found []*frame
	for _, f := range e.frames {
		if f.function != function {
			continue
		}
		if len(found) > 0 && f.depth < found[0].depth {
			found = nil
		}
		if len(found) == 0 || f.depth == found[0].depth {
			found = append(found, f)
		}
	}
	return found
}

// innermost are the deepest frames of the one function that calls itself.
func (e *evidence) innermost() (found []*frame) {
	recursive, depths := "", map[string]int{}
	for _, f := range e.frames {
		at, known := depths[f.function]
		depths[f.function] = f.depth
		if !known || at == f.depth {
			continue
		}
		if recursive != "" && recursive != f.function {
			return nil
		}
		recursive = f.function
	}
	for _, f := range e.frames {
		if f.function != recursive {
			continue
		}
		if len(found) > 0 && f.depth > found[0].depth {
			found = nil
		}
		if len(found) == 0 || f.depth == found[0].depth {
			found = append(found, f)
		}
	}
	return found
}

// subjects are the frames that a statement speaks of. firm says that it surely
// speaks of them, so that they can contradict it; why says what is missing.
func (e *evidence) subjects(a about) (frames []*frame, firm bool, why string) {
	switch {
	case e.Trace == 0:
		return nil, false, "there is no trace"
	case a.call != nil:
		frames = e.called(*a.call)
		if len(frames) == 0 && !(e.broken != nil && sameCall(*a.call, e.test.call) == same) {
			return nil, false, "the trace has no such call"
		}
		return frames, !a.loose && (e.test.direct || frames == nil || frames[0].depth > 1), "it may speak of another call"
	}
	if a.deepest {
		inner := e.innermost()
		return inner, len(inner) == 1 && !a.loose && !a.elsewhere, "the trace shows no recursion, or several"
	}
	function := a.function
	if function == "" {
		function = e.entry()
	}
	frames = e.outermost(function)
	if a.nth > 0 && a.nth <= len(frames) {
		frames = frames[a.nth-1 : a.nth]
	} else if a.nth > 0 {
		return nil, false, noSuchCall
	}
	if a.function != "" && a.function != e.entry() && a.nth == 0 && len(frames) > 0 {
		return e.allOf(function), !a.loose && e.ofThisTest(a), "it does not say on which test" // whichever call is meant
	}
	one := len(frames) == 1 || len(frames) == 0 && e.broken != nil
	return frames, one && !a.loose && e.test.direct && e.ofThisTest(a), "it does not say on which test"
}

// allOf are all frames of a function.
func (e *evidence) allOf(function string) (found []*frame) {
	for _, f := range e.frames {
		if f.function == function {
			found = append(found, f)
		}
	}
	return found
}

// ofThisTest says whether a statement without a call is about the failing test:
// it says so, or it names an expected value that only this test has.
func (e *evidence) ofThisTest(a about) bool {
	if a.elsewhere {
		return false
	}
	if a.expects == nil || !e.test.asserted {
		return a.expects == nil
	}
	if compare(*a.expects, e.test.value) != same {
		return false
	}
	return a.traced || !slices.ContainsFunc(e.others, func(o expectation) bool {
		return !o.asserted || compare(*a.expects, o.value) != different
	})
}

// ending is how the traced call ended: the value it returned or the exception that
// left it, nil when the trace does not show it.
func (e *evidence) ending() *observation {
	if e.broken != nil {
		return e.broken
	}
	outer := e.outermost(e.entry())
	if len(outer) == 0 || e.Truncated {
		return nil
	}
	last := outer[len(outer)-1]
	if last.raised != nil {
		return last.raised
	}
	return last.returned
}

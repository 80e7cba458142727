package trace

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"nextworkbench/schema"
)

// Inline renders a trace as comments behind the lines of its program. The zero
// value is not useful; start from [Default].
type Inline struct {
	Head  int // entries of a line that are kept at its front
	Tail  int // entries of a line that are kept at its end
	Value int // characters of one value

	MaxTokens int // of the whole text, as [EstimateTokens] counts; 0 for any number
}

// Default is the inline format of the method: the first two entries of a line and
// its last.
func Default() Inline { return Inline{Head: 2, Tail: 1, Value: 256} }

// Name is the name and version under which renderings with these options are
// stored; only the default's begins with "inline/".
func (o Inline) Name() string {
	if o == Default() {
		return "inline/1"
	}
	if o.MaxTokens > 0 {
		return fmt.Sprintf("inline-%d-%d-%d-%d/1", o.Head, o.Tail, o.Value, o.MaxTokens)
	}
	return fmt.Sprintf("inline-%d-%d-%d/1", o.Head, o.Tail, o.Value)
}

// Render writes the program with the state-changing steps of its events, and
// behind an empty line the test line, if something happened on it. Taking the
// comments away again gives the program back, byte for byte.
//
// What is over MaxTokens is elided: values are cut shorter and shorter, then lines
// show their first and last entry, then their last; then the longest comments
// give way to "...", one after the other. The program always stays whole.
func (o Inline) Render(program, test string, events []schema.TraceEvent) string {
	text := o.render(program, test, events, nil)
	if o.MaxTokens <= 0 {
		return text
	}
	for _, smaller := range o.smaller() {
		if EstimateTokens(text) <= o.MaxTokens {
			return text
		}
		o = smaller
		text = o.render(program, test, events, nil)
	}
	dropped := map[int]bool{}
	for EstimateTokens(text) > o.MaxTokens {
		longest := longestComment(program, text, dropped)
		if longest < 0 {
			break
		}
		dropped[longest] = true
		text = o.render(program, test, events, dropped)
	}
	return text
}

// Of renders events of a source, as [Inline.Render].
func (o Inline) Of(s Source, events []schema.TraceEvent) string {
	return o.Render(s.Program, s.Test, events)
}

// smaller are the options that are tried one after the other.
func (o Inline) smaller() (all []Inline) {
	for _, value := range []int{128, 64, 32, 16} {
		if value < o.Value {
			o.Value = value
			all = append(all, o)
		}
	}
	for _, most := range []Inline{{Head: 1, Tail: 1}, {Head: 0, Tail: 1}} {
		o.Head, o.Tail = min(o.Head, most.Head), min(o.Tail, most.Tail)
		all = append(all, o)
	}
	return all
}

// longestComment is the line of the program whose comment is the longest of those
// that were not dropped, -1 when there is none.
func longestComment(program, text string, dropped map[int]bool) int {
	before, after := scan(program), scan(text)
	longest, size, from, was := -1, 0, 0, 0
	for i := range before {
		grown := (after[i].end - from) - (before[i].end - was)
		if grown > size && !dropped[i] {
			longest, size = i, grown
		}
		from, was = after[i].end, before[i].end
	}
	return longest
}

// render renders once, with the comments of some lines dropped.
func (o Inline) render(program, test string, events []schema.TraceEvent, dropped map[int]bool) string {
	lines := scan(program)
	var onTest []entry
	steps := make([][]entry, len(lines))
	next, gaps := 0, 0
	for _, event := range events {
		if event.Seq > next {
			gaps++
		}
		next = event.Seq + 1
		e := entry{event, gaps}
		switch {
		case e.Step < 0:
		case e.Line == 0:
			onTest = append(onTest, e)
		case e.Line <= len(lines):
			at := carrier(lines, e.Line-1)
			steps[at] = append(steps[at], e)
		}
	}
	text := withComments(program, lines, func(i int) string {
		if dropped[i] {
			return "..."
		}
		return o.comment(steps[i])
	})
	if len(onTest) == 0 {
		return text
	}
	if text != "" && !newline(text[len(text)-1]) {
		text += "\n"
	}
	lines = scan(test)
	steps = make([][]entry, len(lines))
	steps[carrier(lines, 0)] = onTest
	return text + "\n" + withComments(test, lines, func(i int) string { return o.comment(steps[i]) })
}

// carrier is the first line from the given one on that can carry a comment. It
// belongs to the same statement: neither a string nor a continuation ends one.
func carrier(lines []physical, line int) int {
	for at := line; at < len(lines); at++ {
		if lines[at].carries {
			return at
		}
	}
	return line
}

// entry is one numbered event of a line.
type entry struct {
	schema.TraceEvent
	gaps int // of the trace up to and with it
}

// comment joins the entries of one line. Between entries "..." stands for others
// of the line and for a gap of the trace. An exception at its end has no semicolon.
func (o Inline) comment(steps []entry) string {
	if len(steps) == 0 {
		return ""
	}
	slices.SortStableFunc(steps, func(a, b entry) int { return a.Step - b.Step })
	var parts []string
	for i, e := range steps {
		elided := len(steps) > o.Head+o.Tail && i >= o.Head && i < len(steps)-o.Tail
		far := e.Kind == schema.GapEvent || i > 0 && e.gaps > steps[i-1].gaps
		if (elided || far) && (len(parts) == 0 || parts[len(parts)-1] != "...") {
			parts = append(parts, "...")
		}
		if !elided {
			parts = append(parts, o.entry(e.TraceEvent))
		}
	}
	text := strings.Join(parts, "; ")
	if last := steps[len(steps)-1]; last.Kind == schema.ExceptionEvent && o.Tail > 0 {
		return text
	}
	return text + ";"
}

func (o Inline) entry(e schema.TraceEvent) string {
	parts := make([]string, len(e.Changes))
	for i, c := range e.Changes {
		switch {
		case c.Removed:
			parts[i] = "del " + c.Name
		case e.Kind == schema.ExceptionEvent:
			parts[i] = c.Name + " = " + o.value(c.Value)
		default:
			parts[i] = c.Name + "=" + o.value(c.Value)
		}
	}
	return fmt.Sprintf("(%d) %s", e.Step, strings.Join(parts, "; "))
}

// value cuts a value to the wanted length and says how many characters are missing.
func (o Inline) value(text string) string {
	n := utf8.RuneCountInString(text)
	if n <= o.Value {
		return text
	}
	return fmt.Sprintf("%s...+%d", string([]rune(text)[:o.Value]), n-o.Value)
}

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
	return fmt.Sprintf("inline-%d-%d-%d/1", o.Head, o.Tail, o.Value)
}

// Render writes the program with the state-changing steps of its events, and
// behind an empty line the test line, if something happened on it. Taking the
// comments away again gives the program back, byte for byte.
func (o Inline) Render(program, test string, events []schema.TraceEvent) string {
	lines := scan(program)
	var onTest []schema.TraceEvent
	steps := make([][]schema.TraceEvent, len(lines))
	for _, e := range events {
		switch {
		case e.Step < 0:
		case e.Line == 0:
			onTest = append(onTest, e)
		case e.Line <= len(lines):
			at := carrier(lines, e.Line-1)
			steps[at] = append(steps[at], e)
		}
	}
	text := o.annotate(program, lines, steps)
	if len(onTest) == 0 {
		return text
	}
	if text != "" && !newline(text[len(text)-1]) {
		text += "\n"
	}
	lines = scan(test)
	steps = make([][]schema.TraceEvent, len(lines))
	steps[carrier(lines, 0)] = onTest
	return text + "\n" + o.annotate(test, lines, steps)
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

func (o Inline) annotate(text string, lines []physical, steps [][]schema.TraceEvent) string {
	var b strings.Builder
	from := 0
	for i, line := range lines {
		b.WriteString(text[from:line.end])
		if len(steps[i]) > 0 {
			b.WriteString("  # ")
			b.WriteString(o.comment(steps[i]))
		}
		from = line.end
	}
	return b.String()
}

// comment joins the entries of one line. An exception at its end has no semicolon.
func (o Inline) comment(steps []schema.TraceEvent) string {
	slices.SortStableFunc(steps, func(a, b schema.TraceEvent) int { return a.Step - b.Step })
	var parts []string
	for i, e := range steps {
		if len(steps) > o.Head+o.Tail && i >= o.Head && i < len(steps)-o.Tail {
			if i == o.Head {
				parts = append(parts, "...")
			}
			continue
		}
		parts = append(parts, o.entry(e))
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

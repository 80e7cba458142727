package trace

import (
	"fmt"
	"strings"

	"nextworkbench/schema"
)

// SemCoder renders numbered states as comments behind the lines of the program,
// as the concise traces of Ding et al., "SemCoder: Training Code Language Models
// with Comprehensive Semantics Reasoning", 2024: [INPUT] on the first line that is
// executed, [STATE-k] where something changed, [OUTPUT] where the outermost call
// returns; of more than three entries of a line the first two and the last. Values
// are JSON strings of what Python prints, in which "[/" is written "[\/": a value
// cannot end its own mark.
func SemCoder(s Source, events []schema.TraceEvent) string {
	lines := scan(s.Program)
	entries := make([][]string, len(lines))
	count := 0
	for i, e := range events {
		if e.Line == 0 || e.Line > len(lines) {
			continue
		}
		at := carrier(lines, e.Line-1)
		if n := leftOut(events[max(i-1, 0)], e); n > 0 {
			entries[at] = append(entries[at], "[STATES] "+missing(n)+" [/STATES]")
		}
		if text := semEntry(e, &count); text != "" {
			entries[at] = append(entries[at], text)
		}
	}
	text := withComments(s.Program, lines, func(i int) string { return concise(entries[i]) })
	if last := len(events) - 1; last >= 0 && events[last].Line == 0 {
		text = strings.TrimSuffix(text, "\n") + "\n\n" + strings.TrimSuffix(s.Test, "\n") + "  # " + mark("EXCEPTION", events[last].Changes)
	}
	return text
}

func semEntry(e schema.TraceEvent, count *int) string {
	if len(e.Changes) == 0 {
		return ""
	}
	switch {
	case e.Kind == schema.CallEvent && e.Depth == 1:
		return mark("INPUT", e.Changes)
	case e.Kind == schema.ReturnEvent && e.Depth == 1:
		return mark("OUTPUT", e.Changes)
	case e.Kind == schema.ExceptionEvent:
		return mark("EXCEPTION", e.Changes)
	}
	*count++
	return mark(fmt.Sprintf("STATE-%d", *count), e.Changes)
}

// mark encloses changes: the value alone of a result, else an object.
func mark(name string, changes []schema.Change) string {
	text := ""
	if c := changes[0]; name == "OUTPUT" || name == "EXCEPTION" {
		text = strings.ReplaceAll(c.Value, "[/", `[\/`)
	} else {
		parts := make([]string, len(changes))
		for i, c := range changes {
			parts[i] = quoted(c.Name) + ": " + strings.ReplaceAll(quoted(c.Value), "[/", `[\/`)
			if c.Removed {
				parts[i] = quoted(c.Name) + ": null"
			}
		}
		text = "{" + strings.Join(parts, ", ") + "}"
	}
	return "[" + name + "] " + text + " [/" + name + "]"
}

// concise keeps the first two entries of a line and its last.
func concise(entries []string) string {
	if len(entries) > 3 {
		entries = []string{entries[0], entries[1], "...", entries[len(entries)-1]}
	}
	return strings.Join(entries, " ")
}

// withComments puts what comment gives behind each line that can carry it.
func withComments(text string, lines []physical, comment func(i int) string) string {
	var b strings.Builder
	from := 0
	for i, line := range lines {
		b.WriteString(text[from:line.end])
		if said := comment(i); said != "" {
			b.WriteString("  # " + said)
		}
		from = line.end
	}
	return b.String()
}

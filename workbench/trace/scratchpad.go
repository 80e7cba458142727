package trace

import (
	"encoding/json"
	"strings"

	"nextworkbench/schema"
)

// Scratchpad renders every executed line and the whole state of its frame after
// it, loops unrolled, as in Nye et al., "Show Your Work: Scratchpads for
// Intermediate Computation with Language Models", 2021, appendix C. Names are JSON
// strings, values are as Python prints them, unless they are strings of JSON. A
// return shows the state of the caller, the outermost one the value.
func Scratchpad(s Source, events []schema.TraceEvent) string {
	var b strings.Builder
	b.WriteString(strings.TrimSuffix(s.Program, "\n") + "\n\nWhat is the execution trace?\n\n[BEGIN]\n\nstate: {}\n")
	held := states{}
	stack := []int{0}
	for i, e := range events {
		held.play(e)
		if n := leftOut(events[max(i-1, 0)], e); n > 0 {
			b.WriteString("... " + missing(n) + " ...\n")
		}
		stack = follow(stack, e)
		if i+1 < len(events) && returnsNow(e, events[i+1]) {
			continue
		}
		b.WriteString(scratchLine(s, e) + "\n" + scratchState(held, stack, e) + "\n")
	}
	b.WriteString("\n[DONE]\n")
	return b.String()
}

// returnsNow says whether a line event is only the beginning of the return that
// comes next.
func returnsNow(e, next schema.TraceEvent) bool {
	return e.Kind == schema.LineEvent && next.Kind == schema.ReturnEvent && e.Frame == next.Frame && e.Line == next.Line && len(e.Changes) == 0
}

// follow keeps the frames under way, the innermost last; the test's is 0.
func follow(stack []int, e schema.TraceEvent) []int {
	for len(stack) > e.Depth && len(stack) > 1 {
		stack = stack[:len(stack)-1]
	}
	switch e.Kind {
	case schema.ReturnEvent, schema.UnwindEvent, schema.YieldEvent:
		return stack
	}
	return append(stack, e.Frame)
}

func scratchLine(s Source, e schema.TraceEvent) string {
	switch {
	case e.Kind == schema.CallEvent && e.Depth == 1 && s.Test != "":
		return "line: " + oneLine(s.Test, maxValue)
	case e.Kind == schema.GapEvent:
		return "line: ..."
	}
	return "line: " + s.Line(e.Line)
}

func scratchState(held states, stack []int, e schema.TraceEvent) string {
	switch e.Kind {
	case schema.ExceptionEvent:
		return "exception: " + e.Changes[0].Value
	case schema.YieldEvent, schema.ReturnEvent:
		if len(e.Changes) > 0 && (e.Depth == 1 || e.Kind == schema.YieldEvent) {
			return "state: " + object([]variable{{e.Changes[0].Name, e.Changes[0].Value}})
		}
		return "state: " + object(held[stack[len(stack)-1]])
	case schema.UnwindEvent:
		return "state: " + object(held[stack[len(stack)-1]])
	}
	return "state: " + object(held[e.Frame])
}

// object writes variables as {"name": value, ...}.
func object(all []variable) string {
	parts := make([]string, len(all))
	for i, v := range all {
		parts[i] = quoted(v.name) + ": " + v.value
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// quoted is text as a JSON string.
func quoted(text string) string {
	data, _ := json.Marshal(text) // strings always marshal
	return string(data)
}

package trace

import (
	"slices"
	"strings"

	"nextworkbench/schema"
)

// CWM renders the frames that the Code World Model (FAIR CodeGen team, "CWM: An
// Open-Weights LLM for Research on Code Generation with World Models", 2025) is
// trained on: for every call, line, return and exception the local variables
// before it, those that are as the frame showed them last as "..", and the line.
// Locals are a JSON object of strings, values of what Python prints. "<|" of the
// program is written "< |", of values by JSON's escapes: neither ends a frame.
// Events that were left out are a frame whose line says so.
func CWM(s Source, events []schema.TraceEvent) string {
	c := cwm{source: s, held: states{}, shown: map[int]map[string]string{}}
	c.b.WriteString("<|begin_of_text|><|trace_context_start|>" + safe(s.Program) + "<|frame_sep|>")
	for i, e := range events {
		if n := leftOut(events[max(i-1, 0)], e); n > 0 {
			c.b.WriteString("<|line_sep|>{}<|action_sep|># ... " + missing(n) + "<|frame_sep|>")
		}
		c.held.play(e)
		c.event(e)
		if next := slices.IndexFunc(events[i+1:], func(n schema.TraceEvent) bool { return n.Frame == e.Frame }); next >= 0 {
			c.upcoming(e, events[i+1+next])
		}
	}
	c.b.WriteString("<|end_of_text|>")
	return c.b.String()
}

type cwm struct {
	b      strings.Builder
	source Source
	held   states
	shown  map[int]map[string]string // of each frame, what it showed last
}

// event writes what an event is by itself; a line was written when it began.
func (c *cwm) event(e schema.TraceEvent) {
	switch e.Kind {
	case schema.CallEvent:
		c.frame("<|call_sep|>"+c.locals(e.Frame), e, "")
	case schema.ReturnEvent, schema.YieldEvent:
		value := "None"
		if len(e.Changes) > 0 {
			value = e.Changes[0].Value
		}
		c.frame("<|return_sep|>", e, "<|arg_sep|>"+quoted(value))
	case schema.ExceptionEvent:
		c.frame("<|exception_sep|>", e, "<|arg_sep|>"+quoted(e.Changes[0].Value))
	}
}

// upcoming writes the line that begins in a frame once an event of it is over.
// Stored events are written when their statement ends, and stand behind all that
// it called.
func (c *cwm) upcoming(e, next schema.TraceEvent) {
	begins := e.Kind == schema.CallEvent || e.Kind == schema.LineEvent || e.Kind == schema.ResumeEvent || e.Kind == schema.GapEvent
	if begins && next.Kind == schema.LineEvent {
		c.frame("<|line_sep|>"+c.locals(e.Frame), next, "")
	}
}

func (c *cwm) frame(head string, e schema.TraceEvent, tail string) {
	line := safe(c.source.Line(e.Line))
	if e.Kind == schema.CallEvent && e.Seq == 0 {
		line += "  # << START_OF_TRACE"
	}
	c.b.WriteString(head + "<|action_sep|>" + line + tail + "<|frame_sep|>")
}

func (c *cwm) locals(frame int) string {
	before := c.shown[frame]
	now := map[string]string{}
	var parts []string
	for _, v := range c.held[frame] {
		now[v.name] = v.value
		text := quoted(v.value)
		if old, known := before[v.name]; known && old == v.value {
			text = `".."`
		}
		parts = append(parts, quoted(v.name)+": "+text)
	}
	c.shown[frame] = now
	return "{" + strings.Join(parts, ", ") + "}"
}

// safe keeps text from looking like a mark.
func safe(text string) string { return strings.ReplaceAll(text, "<|", "< |") }

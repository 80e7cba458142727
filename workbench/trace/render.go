package trace

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"nextworkbench/schema"
)

// Source is what a trace is of: what a renderer needs besides the events.
type Source struct {
	Program string
	Test    string // as people read it
}

// Renderer writes stored events in the form of some method. It executes nothing.
type Renderer struct {
	Name   string // with its version, such as cwm/1
	About  string // in a few words
	Render func(Source, []schema.TraceEvent) string

	added *regexp.Regexp // what of its text stands out
}

// Renderers are all forms that a trace can be rendered in.
func Renderers() []Renderer {
	return []Renderer{
		{"inline/1", "comments behind the lines of the program (NExT)", Default().Of, regexp.MustCompile(`(?m)  # (?:\(|\.\.\.).*$`)},
		{"scratchpad/1", "every executed line and the state after it (Scratchpad)", Scratchpad, regexp.MustCompile(`(?m)^(?:state|exception): .*$|^\.\.\. .*$`)},
		{"semcoder/1", "numbered states behind the lines of the program (SemCoder)", SemCoder, regexp.MustCompile(`(?m)  # \[.*$`)},
		{"cwm/1", "frames of calls, lines and returns, each with the state before it (CWM)", CWM, regexp.MustCompile(`<\|[a-z_]+\|>`)},
		{"json/1", "the events as they are stored", JSON, regexp.MustCompile(`"[a-z]+":`)},
		{"table/1", "the events for people, one per line", Table, regexp.MustCompile(`(?m)^STEP.*$| exception .*$`)},
	}
}

// FindRenderer returns the renderer of a name, with or without its version.
func FindRenderer(name string) (Renderer, error) {
	var known []string
	for _, r := range Renderers() {
		base, _, _ := strings.Cut(r.Name, "/")
		if name == base || name == r.Name {
			return r, nil
		}
		known = append(known, base)
	}
	return Renderer{}, fmt.Errorf("no renderer %q; there are %s", name, strings.Join(known, ", "))
}

// variable is a name and what is rendered of its value.
type variable struct{ name, value string }

// states are the variables of every call that is under way, in the order of their
// appearance, as far as the events played so far tell.
type states map[int][]variable

// play carries an event into the variables of its frame. Returns, yields and
// exceptions are none.
func (s states) play(e schema.TraceEvent) {
	if e.Kind == schema.ReturnEvent || e.Kind == schema.YieldEvent || e.Kind == schema.ExceptionEvent {
		return
	}
	for _, c := range e.Changes {
		s[e.Frame] = slices.DeleteFunc(s[e.Frame], func(v variable) bool { return v.name == c.Name && c.Removed })
		if at := slices.IndexFunc(s[e.Frame], func(v variable) bool { return v.name == c.Name }); at >= 0 {
			s[e.Frame][at].value = c.Value
		} else if !c.Removed {
			s[e.Frame] = append(s[e.Frame], variable{c.Name, c.Value})
		}
	}
}

// Line is a line of the program, from 1, without its end; the test for line 0.
func (s Source) Line(n int) string {
	if n == 0 {
		return strings.TrimSuffix(s.Test, "\n")
	}
	lines := scan(s.Program)
	if n > len(lines) {
		return ""
	}
	start := 0
	if n > 1 {
		start = lines[n-2].end
		start += len(s.Program[start:]) - len(strings.TrimPrefix(strings.TrimPrefix(s.Program[start:], "\r"), "\n"))
	}
	return s.Program[start:lines[n-1].end]
}

// leftOut is how many events are missing before one.
func leftOut(before, e schema.TraceEvent) int { return max(e.Seq-before.Seq-1, 0) }

// missing says so, in words that every form puts between its own marks.
func missing(n int) string {
	if n == 1 {
		return "1 event left out"
	}
	return fmt.Sprintf("%d events left out", n)
}

package trace

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"nextworkbench/schema"
)

// Limits of what is believed of a report, whatever the recorder's own were.
const (
	maxEvents  = 200_000
	maxNumber  = 1_000_000
	maxVisits  = 1 << 40 // of a line, and events left out
	maxChanges = 10_000
	maxName    = 256
	maxValue   = 8 << 10
	maxBytes   = 8 << 20 // rendered values of a second run
)

// Report is what the recorder told of a run. It comes out of the candidate's own
// process: well-formed, but only as true as the candidate let it be.
type Report struct {
	Tracer  string // name/version of the recorder
	Python  string // version of the interpreter
	Events  []schema.TraceEvent
	Cut     string   // why and where the events end too early, empty when they are all there
	Touched string   // what of its own recording the program reached for
	Visits  [][2]int // line and how often it was come to, of a run that has more to tell
}

// LeftOut counts the events that the report leaves out, and the gaps that they fall into.
func (r Report) LeftOut() (events, gaps int) {
	next := 0
	for _, e := range r.Events {
		if e.Seq > next {
			events, gaps = events+e.Seq-next, gaps+1
		}
		next = e.Seq + 1
	}
	return events, gaps
}

// Decode reads a report on a program of the given number of lines, as far as it
// is well-formed, and numbers events and steps. A report that breaks off, or
// stops to make sense, is cut there.
func Decode(report []byte, lines int) Report {
	decoder := decoder{lines: lines}
	for n := 0; len(report) > 0; n++ {
		line, rest, whole := bytes.Cut(report, []byte("\n"))
		if !whole {
			break
		}
		report = rest
		if !decoder.line(n, line) {
			decoder.report.Cut = "malformed report"
		}
		if decoder.ended || decoder.report.Cut != "" {
			return decoder.report
		}
	}
	decoder.report.Cut = "the run ended before its report"
	return decoder.report
}

type decoder struct {
	report Report
	lines  int
	seq    int // of the next event
	step   int // of the next state change
	ended  bool
}

// line takes in one line of the report and says whether it makes sense.
func (d *decoder) line(n int, line []byte) bool {
	var parts []json.RawMessage
	if json.Unmarshal(line, &parts) != nil || len(parts) == 0 {
		return false
	}
	if n > 0 && parts[0][0] == '[' {
		return d.events(parts)
	}
	var word string
	if json.Unmarshal(parts[0], &word) != nil {
		return false
	}
	switch {
	case n == 0 && word == "recorder" && len(parts) == 3:
		d.report.Tracer, d.report.Python = short(parts[1]), short(parts[2])
		return true
	case n > 0 && word == "end" && len(parts) == 4:
		d.ended = true
		d.report.Cut, d.report.Touched = short(parts[1]), short(parts[2])
		return d.visits(parts[3])
	}
	return false
}

func (d *decoder) visits(raw json.RawMessage) bool {
	var all [][2]int
	if json.Unmarshal(raw, &all) != nil || len(all) > d.lines {
		return false
	}
	for _, v := range all {
		if v[0] < 1 || v[0] > d.lines || v[1] < 0 || v[1] > maxVisits {
			return false
		}
	}
	d.report.Visits = all
	return true
}

func (d *decoder) events(raw []json.RawMessage) bool {
	for _, one := range raw {
		var parts []json.RawMessage
		if json.Unmarshal(one, &parts) != nil || !d.event(parts) {
			return false
		}
	}
	return true
}

// event reads [kind, frame, depth, line, changes]; a gap may also say how many
// events it stands for.
func (d *decoder) event(parts []json.RawMessage) bool {
	if len(parts) < 5 || len(parts) > 6 || len(d.report.Events) >= maxEvents {
		return false
	}
	e := schema.TraceEvent{Step: -1}
	leftOut := 0
	ok := json.Unmarshal(parts[0], &e.Kind) == nil && knownKind(e.Kind) && number(parts[1], &e.Frame, maxNumber) &&
		number(parts[2], &e.Depth, maxNumber) && number(parts[3], &e.Line, d.lines) && changes(parts[4], &e.Changes)
	if ok && len(parts) == 6 {
		ok = e.Kind == schema.GapEvent && number(parts[5], &leftOut, maxVisits)
	}
	onTest := e.Line == 0 || e.Frame == 0 || e.Depth == 0
	if !ok || onTest && (e.Kind != schema.ExceptionEvent || e.Line+e.Frame+e.Depth != 0) {
		return false
	}
	d.seq, d.step = d.seq+leftOut, d.step+leftOut
	e.Seq = d.seq
	d.seq++
	if len(e.Changes) > 0 {
		e.Step = d.step
		d.step++
	}
	d.report.Events = append(d.report.Events, e)
	return true
}

func knownKind(kind schema.EventKind) bool {
	switch kind {
	case schema.CallEvent, schema.LineEvent, schema.ReturnEvent, schema.YieldEvent,
		schema.ResumeEvent, schema.ExceptionEvent, schema.UnwindEvent, schema.GapEvent:
		return true
	}
	return false
}

// number reads an integer from 0 to most.
func number(raw json.RawMessage, n *int, most int) bool {
	return json.Unmarshal(raw, n) == nil && 0 <= *n && *n <= most
}

// changes reads [[name, value], [removed name], ...].
func changes(raw json.RawMessage, into *[]schema.Change) bool {
	var pairs [][]string
	if json.Unmarshal(raw, &pairs) != nil || len(pairs) > maxChanges {
		return false
	}
	for _, pair := range pairs {
		if len(pair) < 1 || len(pair) > 2 || !identifier(pair[0]) {
			return false
		}
		change := schema.Change{Name: pair[0], Removed: len(pair) == 1}
		if !change.Removed {
			change.Value = oneLine(pair[1], maxValue)
		}
		*into = append(*into, change)
	}
	return true
}

func identifier(name string) bool {
	if name == "" || len(name) > maxName {
		return false
	}
	for i, r := range name {
		word := r == '_' || unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r)
		if !word && (i == 0 || !unicode.In(r, unicode.Nd, unicode.Mn, unicode.Mc, unicode.Pc, unicode.Other_ID_Continue)) {
			return false
		}
	}
	return true
}

// oneLine cuts text to most bytes and escapes what could break or reorder a line.
func oneLine(text string, most int) string {
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "..."
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == utf8.RuneError, unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func short(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return "?"
	}
	return oneLine(text, 100)
}

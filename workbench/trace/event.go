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
	maxChanges = 10_000
	maxName    = 256
	maxValue   = 8 << 10
)

// Report is what the recorder told of a run. It comes out of the candidate's own
// process: well-formed, but only as true as the candidate let it be.
type Report struct {
	Tracer string // name/version of the recorder
	Python string // version of the interpreter
	Events []schema.TraceEvent
	Cut    string // why and where the events end too early, empty when they are all there
}

// Decode reads a report on a program of the given number of lines, as far as it
// is well-formed, and numbers the steps. A report that breaks off, or stops to
// make sense, is cut there.
func Decode(report []byte, lines int) Report {
	var r Report
	decoder := decoder{lines: lines}
	for len(report) > 0 {
		line, rest, whole := bytes.Cut(report, []byte("\n"))
		if !whole {
			break
		}
		report = rest
		if end := decoder.line(&r, line); end {
			return r
		}
	}
	r.Cut = "the run ended before its report"
	return r
}

type decoder struct {
	lines int
	seen  int
	steps int
}

// line takes in one line of the report and says whether it was the last.
func (d *decoder) line(r *Report, line []byte) (end bool) {
	d.seen++
	var parts []json.RawMessage
	var word string
	if json.Unmarshal(line, &parts) != nil || len(parts) == 0 || json.Unmarshal(parts[0], &word) != nil {
		r.Cut = "malformed report"
		return true
	}
	switch {
	case d.seen == 1 && word == "recorder" && len(parts) == 3:
		r.Tracer, r.Python = short(parts[1]), short(parts[2])
		return false
	case d.seen > 1 && word == "end" && len(parts) == 2:
		r.Cut = short(parts[1])
		return true
	case d.seen > 1 && len(parts) == 5:
		return d.event(r, schema.EventKind(word), parts[1:])
	}
	r.Cut = "malformed report"
	return true
}

func (d *decoder) event(r *Report, kind schema.EventKind, parts []json.RawMessage) (end bool) {
	e := schema.TraceEvent{Seq: len(r.Events), Step: -1, Kind: kind}
	ok := knownKind(kind) && number(parts[0], &e.Frame, maxNumber) && number(parts[1], &e.Depth, maxNumber) &&
		number(parts[2], &e.Line, d.lines) && changes(parts[3], &e.Changes)
	onTest := e.Line == 0 || e.Frame == 0 || e.Depth == 0
	if onTest && (kind != schema.ExceptionEvent || e.Line+e.Frame+e.Depth != 0) {
		ok = false
	}
	if !ok || len(r.Events) >= maxEvents {
		r.Cut = "malformed report"
		return true
	}
	if len(e.Changes) > 0 {
		e.Step = d.steps
		d.steps++
	}
	r.Events = append(r.Events, e)
	return false
}

func knownKind(kind schema.EventKind) bool {
	switch kind {
	case schema.CallEvent, schema.LineEvent, schema.ReturnEvent, schema.YieldEvent,
		schema.ResumeEvent, schema.ExceptionEvent, schema.UnwindEvent:
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

package schema

import "fmt"

// TraceID is the local id of a trace.
type TraceID int64

// EventKind is what happened at an event of a trace.
type EventKind string

// The kinds of events.
const (
	CallEvent      EventKind = "call"
	LineEvent      EventKind = "line"
	ReturnEvent    EventKind = "return"
	YieldEvent     EventKind = "yield"
	ResumeEvent    EventKind = "resume"
	ExceptionEvent EventKind = "exception"
	UnwindEvent    EventKind = "unwind"
	GapEvent       EventKind = "gap" // events before it were left out; Changes is what became of the frame meanwhile
)

// Change is one variable that an event left with another value. Returns and
// exceptions are changes of __return__ and __exception__.
type Change struct {
	Name    string
	Value   string // rendered as Python would print it
	Removed bool   // the variable was deleted
}

// TraceEvent is one event of a trace.
type TraceEvent struct {
	Seq     int // position in the run, from 0; it jumps at a gap
	Step    int // number of the state change, -1 when nothing changed; what a gap left out counts whole
	Frame   int // ordinal of the call, from 1; 0 is the test itself
	Depth   int // nesting of calls; 0 is the test itself
	Line    int // line of the program, from 1; 0 is the line of the test
	Kind    EventKind
	Changes []Change
}

// Trace is the execution trace of a program on a test case.
type Trace struct {
	Program   ProgramID
	TestCase  TestCaseID
	Runner    RunnerID
	Tracer    string // name/version of the recorder
	Events    []TraceEvent
	Truncated bool
	Detail    string            // where and how much was cut, or how the run ended
	Rendering map[string]string // renderer name/version -> text
}

// RecordTrace stores a trace with its events and renderings. The same trace again
// (program, test case, tracer, runner) is left as it is.
func (tx *Tx) RecordTrace(t Trace) (TraceID, error) {
	id, found, err := tx.find(`SELECT id FROM trace WHERE program_id = ? AND test_case_id = ? AND tracer = ? AND runner_id = ?`,
		t.Program, t.TestCase, t.Tracer, t.Runner)
	if err != nil || found {
		return TraceID(id), err
	}
	id, err = tx.insert(`INSERT INTO trace (program_id, test_case_id, runner_id, tracer, events, steps, truncated, detail, created_us)
		VALUES (?,?,?,?,?,?,?,?,?)`, t.Program, t.TestCase, t.Runner, t.Tracer, len(t.Events), t.steps(), t.Truncated, t.Detail, tx.micros())
	if err == nil {
		err = tx.insertEvents(id, t.Events)
	}
	for renderer, text := range t.Rendering {
		if err == nil {
			err = tx.exec(`INSERT INTO trace_rendering (trace_id, renderer, text) VALUES (?, ?, ?)`, id, renderer, text)
		}
	}
	if err != nil {
		return 0, fmt.Errorf("trace of program %d on test case %d: %w", t.Program, t.TestCase, err)
	}
	return TraceID(id), nil
}

func (t Trace) steps() (steps int) {
	for _, e := range t.Events {
		if e.Step >= 0 {
			steps++
		}
	}
	return steps
}

func (tx *Tx) insertEvents(id int64, events []TraceEvent) error {
	var eventRows, changeRows [][]any
	for _, e := range events {
		var step any
		if e.Step >= 0 {
			step = e.Step
		}
		eventRows = append(eventRows, []any{id, e.Seq, step, e.Frame, e.Depth, e.Line, e.Kind})
		for i, c := range e.Changes {
			changeRows = append(changeRows, []any{id, e.Seq, i, c.Name, c.Value, c.Removed})
		}
	}
	if err := tx.insertRows("trace_event", []string{"trace_id", "seq", "step", "frame", "depth", "line", "kind"}, eventRows); err != nil {
		return err
	}
	return tx.insertRows("trace_change", []string{"trace_id", "seq", "position", "name", "value", "removed"}, changeRows)
}

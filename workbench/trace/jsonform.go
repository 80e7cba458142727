package trace

import (
	"bytes"
	"encoding/json"

	"nextworkbench/schema"
)

type jsonTrace struct {
	Program string      `json:"program"`
	Test    string      `json:"test"`
	Events  []jsonEvent `json:"events"`
}

type jsonEvent struct {
	Seq     int          `json:"seq"`
	Step    *int         `json:"step"` // null when nothing changed
	Frame   int          `json:"frame"`
	Depth   int          `json:"depth"`
	Line    int          `json:"line"`
	Kind    string       `json:"kind"`
	Changes []jsonChange `json:"changes"`
}

type jsonChange struct {
	Name  string  `json:"name"`
	Value *string `json:"value"` // null when the variable was deleted
}

// JSON renders the events as they are stored: an object of program, test and
// events on one line. It loses nothing.
func JSON(s Source, events []schema.TraceEvent) string {
	all := jsonTrace{Program: s.Program, Test: s.Test, Events: make([]jsonEvent, len(events))}
	for i, e := range events {
		out := jsonEvent{Seq: e.Seq, Frame: e.Frame, Depth: e.Depth, Line: e.Line, Kind: string(e.Kind), Changes: []jsonChange{}}
		if e.Step >= 0 {
			out.Step = &events[i].Step
		}
		for j, c := range e.Changes {
			change := jsonChange{Name: c.Name}
			if !c.Removed {
				change.Value = &events[i].Changes[j].Value
			}
			out.Changes = append(out.Changes, change)
		}
		all.Events[i] = out
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(all) // strings and numbers always encode
	return b.String()
}

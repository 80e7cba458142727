package trace

import "nextworkbench/schema"

// onTest appends what happened on the line of the test itself. It takes the next
// number: nothing runs in the program after it.
func onTest(events []schema.TraceEvent, exception string) []schema.TraceEvent {
	step := 0
	for _, e := range events {
		step = max(step, e.Step+1)
	}
	return append(events, schema.TraceEvent{
		Seq: len(events), Step: step, Kind: schema.ExceptionEvent,
		Changes: []schema.Change{{Name: "__exception__", Value: exception}},
	})
}

package trace

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

//go:embed recorder.py
var recorder string

// Instrument is the recorder, one of the instruments that a pool is opened with.
func Instrument() sandbox.Module { return sandbox.Module{Name: "recorder", Source: recorder} }

// Limits bound one recording; zero fields mean the recorder's defaults. Beyond
// them a trace is cut, and says so.
type Limits struct {
	Events  int     `json:"events,omitempty"`  // 20,000
	Bytes   int     `json:"bytes,omitempty"`   // rendered values, 4 MiB
	Chars   int     `json:"chars,omitempty"`   // of one value, 512
	Items   int     `json:"items,omitempty"`   // shown of one container, 50
	Depth   int     `json:"depth,omitempty"`   // of containers within containers, 8
	Nodes   int     `json:"nodes,omitempty"`   // parts of one value, 256
	Seconds float64 `json:"seconds,omitempty"` // CPU time of one expression, 2; keep it below the pool's
}

// Tracer records programs in a pool that was opened with [Instrument].
type Tracer struct {
	Pool   *sandbox.Pool
	Limits Limits
}

// Request says what to record: a program on one test.
type Request struct {
	Source      string
	Before      string   // statements executed before the program; not recorded
	Setup       string   // statements executed after the program, before the test; not recorded
	Expressions []string // the test's calls, in order: inputs only, nothing expected
	Test        string   // the test as people read it, for the rendering
	Failure     string   // what the test's own line raised, such as AssertionError(); empty for a pass
	Unread      string   // why there are no expressions, if the test could not be told apart; else empty
}

// Record runs the program and returns its trace with the default inline
// rendering. Program, TestCase and Runner are left to the caller. However the
// program behaves, it gets a trace; errors are the sandbox's or ctx's, or say
// that an expression is none.
func (t *Tracer) Record(ctx context.Context, r Request) (schema.Trace, error) {
	report, ending, err := t.run(ctx, r, t.Limits)
	if err == nil && ending.Final() {
		report, err = t.salvage(ctx, r)
	}
	if err != nil {
		return schema.Trace{}, fmt.Errorf("trace: %w", err)
	}
	return compose(r, report, ending), nil
}

// salvage records the beginning of a run that takes its process, and the events,
// with it: again and again with twice as many events, up to where that happens.
func (t *Tracer) salvage(ctx context.Context, r Request) (best Report, err error) {
	limits := t.Limits
	for limits.Events = 1; limits.Events < maxEvents; limits.Events *= 2 {
		report, ending, err := t.run(ctx, r, limits)
		if err != nil || ending.Final() {
			return best, err
		}
		best = report
	}
	return best, nil
}

// compose makes a trace of a report; lost is how the first run ended, if that was
// the end of its process.
func compose(r Request, report Report, lost sandbox.Ending) schema.Trace {
	trace := schema.Trace{Events: report.Events, Truncated: report.Cut != "", Detail: detail(report)}
	failure := r.Failure
	if lost.Final() {
		trace.Truncated = true
		trace.Detail = strings.TrimSuffix(fmt.Sprintf("the run %s: %s", describe(lost), trace.Detail), ": ")
		if failure == "" && lost == sandbox.TimedOut {
			failure = "TimeoutError()"
		}
	}
	if r.Unread != "" {
		trace.Truncated, trace.Detail = true, r.Unread
	}
	trace.Tracer = Version()
	if n := len(trace.Events); failure != "" && (n == 0 || trace.Events[n-1].Line != 0) {
		trace.Events = onTest(trace.Events, failure)
	}
	inline := Default()
	trace.Rendering = map[string]string{inline.Name(): inline.Render(r.Source, r.Test, trace.Events)}
	return trace
}

// detail says in words how much of the run the events tell.
func detail(r Report) string {
	switch r.Cut {
	case "events":
		return fmt.Sprintf("cut after %d events", len(r.Events))
	case "bytes":
		return fmt.Sprintf("cut after %d events, for the size of the values", len(r.Events))
	case "time":
		return fmt.Sprintf("cut after %d events, for the CPU time", len(r.Events))
	case "recursion":
		return "the deepest calls are not shown"
	}
	return r.Cut
}

func describe(e sandbox.Ending) string {
	if e == sandbox.TimedOut || e == sandbox.OutOfMemory {
		return "was ended, " + e.String()
	}
	return e.String()
}

// Version is the name/version of the recorder, by which traces are told apart.
func Version() string {
	_, rest, _ := strings.Cut(recorder, "VERSION = \"")
	name, _, _ := strings.Cut(rest, "\"")
	return name
}

// run records once. A Final ending means that the events went with the process.
func (t *Tracer) run(ctx context.Context, r Request, limits Limits) (report Report, ending sandbox.Ending, err error) {
	options, err := json.Marshal(limits)
	if err != nil {
		return report, ending, err
	}
	candidate, err := t.Pool.Start(ctx, sandbox.Program{
		Source: r.Source, Instrument: Instrument().Name, InstrumentOptions: string(options),
	})
	if err != nil {
		return report, ending, err
	}
	defer candidate.Close()
	if r.Before != "" {
		if reply, err := candidate.Exec(ctx, r.Before); err != nil || reply.Ending.Final() {
			return report, reply.Ending, err
		}
	}
	loaded, err := candidate.Load(ctx)
	if err != nil || loaded.Ending.Final() {
		return report, loaded.Ending, err
	}
	if loaded.Ending == sandbox.Raised {
		return notLoaded(loaded.Exception, len(scan(r.Source))), sandbox.Returned, nil
	}
	for _, step := range steps(candidate, r) {
		reply, err := step(ctx)
		if err != nil || reply.Ending.Final() {
			return report, reply.Ending, err
		}
		if reply.Ending == sandbox.Raised { // the recorder raises nothing: it never came to run
			return report, reply.Ending, fmt.Errorf("%s: %s", reply.Exception.Type, reply.Exception.Message)
		}
	}
	data, err := candidate.Report(ctx)
	if err != nil {
		return report, sandbox.Crashed, ctx.Err()
	}
	return Decode(data, len(scan(r.Source))), sandbox.Returned, nil
}

// steps are the requests between loading and the report.
func steps(c *sandbox.Candidate, r Request) (all []func(context.Context) (sandbox.Reply, error)) {
	if r.Setup != "" {
		all = append(all, func(ctx context.Context) (sandbox.Reply, error) { return c.Exec(ctx, r.Setup) })
	}
	for _, expression := range r.Expressions {
		all = append(all, func(ctx context.Context) (sandbox.Reply, error) { return c.Call(ctx, expression) })
	}
	return all
}

// notLoaded is the report on a program that does not compile: its error, at its line.
func notLoaded(e sandbox.Exception, lines int) Report {
	message, _, _ := strings.Cut(e.Message, " (<program>, line ")
	quoted := "'" + strings.ReplaceAll(strings.ReplaceAll(message, `\`, `\\`), "'", `\'`) + "'"
	if strings.Contains(message, "'") && !strings.Contains(message, `"`) {
		quoted = `"` + strings.ReplaceAll(message, `\`, `\\`) + `"`
	}
	value := oneLine(fmt.Sprintf("%s(%s)", e.Type, quoted), maxValue)
	return Report{Tracer: Version(), Events: []schema.TraceEvent{{
		Frame: 1, Depth: 1, Line: min(max(e.Line, 1), lines), Kind: schema.ExceptionEvent,
		Changes: []schema.Change{{Name: "__exception__", Value: value}},
	}}}
}

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

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

// The recorder, in three files that are loaded as one.
var (
	//go:embed values.py
	values string
	//go:embed layout.py
	layout string
	//go:embed recorder.py
	recorder string
)

// Instrument is the recorder, one of the instruments that a pool is opened with.
func Instrument() sandbox.Module {
	return sandbox.Module{Name: "recorder", Source: values + layout + recorder}
}

// Limits bound one recording; zero fields mean the recorder's defaults. Of a run
// with more events its beginning is recorded and the last visits of every line;
// what is between is a gap. A run that takes too long is cut, and says so.
type Limits struct {
	Events  int     `json:"events,omitempty"`  // 20,000
	Bytes   int     `json:"bytes,omitempty"`   // rendered values, 4 MiB
	Chars   int     `json:"chars,omitempty"`   // of one value, 512
	Items   int     `json:"items,omitempty"`   // shown of one container, 50
	Depth   int     `json:"depth,omitempty"`   // of containers within containers, 8
	Nodes   int     `json:"nodes,omitempty"`   // parts of one value, 256
	Visits  int     `json:"visits,omitempty"`  // of one line, after which a run is taken to be endless, 20,000,000
	Seconds float64 `json:"seconds,omitempty"` // CPU time of one run, 10; keep it below the pool's
}

// endless are the limits of a program that is known not to end.
func (l Limits) endless() Limits {
	if l.Visits == 0 {
		l.Visits = 1_000_000
	}
	if l.Seconds == 0 || l.Seconds > 10 { // many times what the visits take
		l.Seconds = 10
	}
	return l
}

// task is what the recorder is told: limits, and for a second run how often the
// first one came to each line.
type task struct {
	Limits
	Counts [][2]int `json:"counts,omitempty"`
	Again  *bool    `json:"again,omitempty"` // whether to go on, counting, when there are too many events; default true
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
	limits := t.Limits
	if r.Failure == timedOut {
		limits = limits.endless()
	}
	report, ending, err := t.run(ctx, r, task{Limits: limits})
	if err == nil && ending == sandbox.TimedOut { // the counting, perhaps
		report, ending, err = t.run(ctx, r, task{Limits: limits, Again: new(bool)})
	}
	switch {
	case err == nil && ending.Final():
		report, err = t.salvage(ctx, r)
	case err == nil && len(report.Visits) > 0:
		report, err = t.again(ctx, r, limits, report)
	}
	if err != nil {
		return schema.Trace{}, fmt.Errorf("trace: %w", err)
	}
	return compose(r, report, ending), nil
}

// timedOut is the failure of a test whose program was ended for its time.
const timedOut = "TimeoutError()"

// again records a run that has more events than are kept a second time: its
// beginning, and the last visits of each line, now that their number is known.
func (t *Tracer) again(ctx context.Context, r Request, limits Limits, first Report) (Report, error) {
	limits.Events = len(first.Events) // fewer than the limit when their values filled the room
	limits.Bytes = max(2*limits.Bytes, maxBytes)
	second, ending, err := t.run(ctx, r, task{Limits: limits, Counts: first.Visits})
	if err == nil && ending.Final() {
		return first, nil
	}
	return second, err
}

// salvage records the beginning of a run that takes its process, and the events,
// with it: again and again with twice as many events, up to where that happens.
func (t *Tracer) salvage(ctx context.Context, r Request) (best Report, err error) {
	short := task{Limits: t.Limits, Again: new(bool)}
	for short.Events = 1; short.Events < maxEvents; short.Events *= 2 {
		report, ending, err := t.run(ctx, r, short)
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
	trace := schema.Trace{Events: report.Events, Detail: detail(report)}
	trace.Truncated = trace.Detail != ""
	failure := r.Failure
	if lost.Final() {
		trace.Truncated = true
		trace.Detail = strings.TrimSuffix(fmt.Sprintf("the run %s: %s", describe(lost), trace.Detail), ": ")
		if failure == "" && lost == sandbox.TimedOut {
			failure = timedOut
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

// detail says in words what of the run the events do not tell, if anything.
func detail(r Report) string {
	var said []string
	if r.Touched != "" {
		said = append(said, "the program reached for its own recording: "+r.Touched)
	}
	if events, gaps := r.LeftOut(); gaps > 0 {
		said = append(said, fmt.Sprintf("%d of %d events left out, in %d gaps", events, events+len(r.Events), gaps))
	}
	switch r.Cut {
	case "":
	case "events":
		said = append(said, fmt.Sprintf("cut after %d events", len(r.Events)))
	case "bytes":
		said = append(said, fmt.Sprintf("cut after %d events, for the size of the values", len(r.Events)))
	case "time":
		said = append(said, fmt.Sprintf("cut after %d events, for the CPU time", len(r.Events)))
	case "visits":
		said = append(said, fmt.Sprintf("cut after %d events, as it seems to be endless", len(r.Events)))
	case "recursion":
		said = append(said, "the deepest calls are not shown")
	default:
		said = append(said, r.Cut)
	}
	return strings.Join(said, "; ")
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
func (t *Tracer) run(ctx context.Context, r Request, job task) (report Report, ending sandbox.Ending, err error) {
	options, err := json.Marshal(job)
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
	step, seq := 0, 0
	for _, e := range events {
		step, seq = max(step, e.Step+1), e.Seq+1
	}
	return append(events, schema.TraceEvent{
		Seq: seq, Step: step, Kind: schema.ExceptionEvent,
		Changes: []schema.Change{{Name: "__exception__", Value: exception}},
	})
}

package trace

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nextworkbench/schema"
)

// twice records a job as Record does: again with the counts of its first run when
// that had more events than are kept.
func (d *driver) twice(t fatal, j drivenJob, limits Limits) (first, last Report) {
	for _, job := range []*task{{Limits: limits}, {Limits: limits}} {
		job.Counts = first.Visits
		options, err := json.Marshal(job)
		if err != nil {
			t.Fatal(err)
		}
		j.Options = options
		last = Decode([]byte(d.run(t, j).Report), lineCount(j.Source))
		if len(last.Visits) == 0 {
			return first, last
		}
		first = last
	}
	return first, last
}

// TestGaps records random programs in full and with few events: what is left of
// the second trace is a part of the first, in order, and at its end every variable
// has the same value.
func TestGaps(t *testing.T) {
	for _, python := range interpreters(t) {
		d := drive(t, python)
		t.Run(d.python, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				source := "def f(a, b):\n" + block(t, 1, 3) + "    for r in range(30):\n        a = g(r, [])\n" + block(t, 2, 3) +
					"    return a\n\ndef g(a, b):\n    c = d = 0\n" + block(t, 1, 3) + "    if a > 20:\n        b = g(a - 9, b)\n    return b\n"
				job := drivenJob{Source: source, Calls: []string{"f(3, [1, 2])"}}
				_, full := d.twice(t, job, Limits{})
				if full.Cut == "time" {
					return
				}
				limit := rapid.IntRange(1, 80).Draw(t, "events")
				first, short := d.twice(t, job, Limits{Events: limit})
				checkEvents(t, short.Events)
				if full.Cut != "" || short.Cut != "" {
					t.Fatalf("cut: %q and %q\n%s", full.Cut, short.Cut, source)
				}
				if len(full.Events) < limit && !cmp.Equal(full.Events, short.Events) {
					t.Fatalf("%s\n%s", source, cmp.Diff(full.Events, short.Events))
				}
				if first.Visits != nil && !inner.MatchString(source) && !within(short.Events, full.Events) {
					t.Fatalf("%s\n%s", source, Table(Source{}, short.Events))
				}
				if got, want := replay(short.Events), replay(full.Events); got != want && !raised(full.Events) {
					t.Fatalf("%s\n%s\n%s\nin full:\n%s", source, Table(Source{}, short.Events), got, want)
				}
			})
		})
	}
}

// inner finds loops that are written on one line: a gap may end in the middle of
// such a statement, whose rest is then an event that the full trace has not.
var inner = regexp.MustCompile(`(?m)\bfor\b.*:.*\S$`)

// within says whether the stretches between gaps follow each other in all.
func within(events, all []schema.TraceEvent) bool {
	for len(events) > 0 {
		if events[0].Kind == schema.GapEvent {
			events = events[1:]
			continue
		}
		n := slices.IndexFunc(events, func(e schema.TraceEvent) bool { return e.Kind == schema.GapEvent })
		if n < 0 {
			n = len(events)
		}
		at := slices.Index(windows(all, n), strings.Join(shapes(events[:n]), "\n"))
		if at < 0 {
			return false
		}
		events, all = events[n:], all[at+n:]
	}
	return true
}

// windows are the shapes of each n events that follow each other.
func windows(events []schema.TraceEvent, n int) (all []string) {
	lines := shapes(events)
	for i := 0; i+n <= len(lines); i++ {
		all = append(all, strings.Join(lines[i:i+n], "\n"))
	}
	return all
}

// shapes tell events without their numbers.
func shapes(events []schema.TraceEvent) (all []string) {
	for _, e := range events {
		all = append(all, fmt.Sprint(e.Kind, e.Depth, e.Line, e.Changes))
	}
	return all
}

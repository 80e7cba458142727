package trace

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"nextworkbench/schema"
)

// TestReplay records random programs and replays the changes of their frame: at
// the end every variable has the value that the program itself tells.
func TestReplay(t *testing.T) {
	for _, python := range interpreters(t) {
		d := drive(t, python)
		t.Run(d.python, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				source := "def f(a, b):\n" + block(t, 1, 3) +
					"    global TEXT\n    TEXT = '\\n'.join(sorted(k + '=' + repr(v) for k, v in locals().items()))\n"
				answer := d.run(t, drivenJob{Source: source, Calls: []string{"f(3, [1, 2])"}})
				report := Decode([]byte(answer.Report), lineCount(source))
				checkEvents(t, report.Events)
				if report.Cut != "" {
					t.Fatalf("cut: %s\n%s", report.Cut, source)
				}
				if raised(report.Events) {
					return // the program did not come to tell
				}
				if got := replay(report.Events); got != answer.Text {
					t.Fatalf("%s\nreplayed:\n%s\n\ntold:\n%s", source, got, answer.Text)
				}
			})
		})
	}
}

func raised(events []schema.TraceEvent) bool {
	return slices.ContainsFunc(events, func(e schema.TraceEvent) bool { return e.Kind == schema.UnwindEvent && e.Frame == 1 })
}

// replay gives the variables of the first frame as NAME=VALUE lines.
func replay(events []schema.TraceEvent) string {
	held := map[string]string{}
	for _, e := range events {
		for _, c := range e.Changes {
			if c.Name == "error" {
				continue // unbound silently at the end of its handler: only del is a step
			}
			if e.Frame == 1 && c.Removed {
				delete(held, c.Name)
			} else if e.Frame == 1 && c.Name != "TEXT" && !strings.HasPrefix(c.Name, "__") {
				held[c.Name] = c.Value
			}
		}
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(held)) {
		all = append(all, name+"="+held[name])
	}
	return strings.Join(all, "\n")
}

// block draws statements at a depth of indentation. Numbers stay small, loops
// short, and every statement may raise.
func block(t *rapid.T, depth, most int) string {
	var b strings.Builder
	indent := strings.Repeat("    ", depth)
	for range rapid.IntRange(1, most).Draw(t, "statements") {
		for _, line := range strings.Split(statement(t, depth), "\n") {
			b.WriteString(indent + line + "\n")
		}
	}
	return b.String()
}

func statement(t *rapid.T, depth int) string {
	name := func() string { return rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "name") }
	simple := []string{
		"%s = 1", "%s = [0]", "%s = %s", "%s = [%s, %s]", "%s = {'k': %s}", "%s = str(%s)[:20]", "%s = (%s,)", "%s = %s is %s",
		"%s.append(7)", "%s += [5]", "%s += 1", "%s[0] = 9", "%s = [x for x in (1, 2)]", "%s = [c for c in 'xy']", "%s = sum(\n    x\n    for x in (1, 2)\n)",
		"del %s", "%s = (lambda q: q)(%s)", "%s, %s = 1, 2", "(%s := [3])", "%s = 1; %s = 2",
		"for %s in (1, 2): %s = [%s]", "%s = None if %s else 4",
	}
	compound := []string{"if %s:", "for %s in [1, 2]:", "try:", "while True:"}
	kind := rapid.IntRange(0, len(simple)+len(compound)-1).Draw(t, "kind")
	if kind < len(simple) || depth > 2 {
		template := simple[kind%len(simple)]
		names := make([]any, strings.Count(template, "%s"))
		for i := range names {
			names[i] = name()
		}
		return fmt.Sprintf(template, names...)
	}
	inner := strings.TrimSuffix(strings.ReplaceAll("\n"+block(t, 1, 3), "\n    ", "\n    "), "\n")
	switch head := compound[kind-len(simple)]; head {
	case "try:":
		return head + inner + "\nexcept Exception as error:\n    " + name() + " = 'caught'\nfinally:\n    e = 1"
	case "while True:":
		return head + inner + "\n    break"
	default:
		return fmt.Sprintf(head, name()) + inner
	}
}

package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nextworkbench/queries"
	"nextworkbench/schema"
	"nextworkbench/workbench/trace"
)

// shownTrace is a stored trace with what its rendering needs.
type shownTrace struct {
	ID        schema.TraceID `json:"trace_id"`
	Task      string         `json:"task_id"`
	Test      int            `json:"test_index"`
	Steps     int            `json:"steps"`
	Events    int            `json:"events"`
	Truncated bool           `json:"truncated"`
	Detail    string         `json:"detail"`
	Renderer  string         `json:"renderer"`
	Text      string         `json:"text"`

	source trace.Source
	events []schema.TraceEvent
}

// whichTrace names one of a task's traces.
type whichTrace struct {
	task      string
	trace     int64 // by id, when no task is given
	test      int
	reference bool
	sample    int64
}

func (w *whichTrace) addFlags(flags *pflag.FlagSet) {
	flags.IntVar(&w.test, "test", -1, "index of the test; -1 takes the first that the buggy program fails")
	flags.BoolVar(&w.reference, "reference", false, "of the reference, see trace --fixes")
	flags.Int64Var(&w.sample, "sample", 0, "of the fix of this sample, see trace --fixes")
}

func (w whichTrace) program() string {
	switch {
	case w.sample > 0:
		return "sample"
	case w.reference:
		return "reference"
	}
	return "buggy"
}

func (a *app) traceShowCommand() *cobra.Command {
	which, options, name := whichTrace{}, trace.Default(), ""
	cmd := &cobra.Command{
		Use:   "show TASK",
		Short: "Print a trace, inline in its program or in another form",
		Long:  "Renders the stored events of a trace; nothing is executed. The forms are\n\n" + rendererList(),
		Example: "  workbench trace show example/0001-frost-days\n  workbench trace show example/0001-frost-days --render table\n" +
			"  workbench trace show example/0001-frost-days --max-tokens 300\n  workbench trace show example/0001-frost-days --reference",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			renderer, err := chooseRenderer(name, options)
			if err != nil {
				return err
			}
			db, err := a.openReadOnly(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			which.task = args[0]
			found, err := findTrace(cmd.Context(), db, which)
			if err != nil {
				return err
			}
			return a.showTrace(found, renderer)
		},
	}
	flags := cmd.Flags()
	which.addFlags(flags)
	flags.StringVar(&name, "render", "inline", "the form")
	flags.IntVar(&options.Head, "head", options.Head, "inline: entries kept at the front of a line")
	flags.IntVar(&options.Tail, "tail", options.Tail, "inline: entries kept at the end of a line")
	flags.IntVar(&options.Value, "value", options.Value, "inline: characters kept of one value")
	flags.IntVar(&options.MaxTokens, "max-tokens", 0, "inline: elide until the text has at most so many tokens, as estimated; 0 for any number")
	return cmd
}

func rendererList() string {
	var b strings.Builder
	for _, r := range trace.Renderers() {
		fmt.Fprintf(&b, "  %-14s %s\n", r.Name, r.About)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// chooseRenderer finds a form, and the inline one with its options.
func chooseRenderer(name string, options trace.Inline) (trace.Renderer, error) {
	renderer, err := trace.FindRenderer(name)
	if err != nil {
		return renderer, usageError{err}
	}
	if options == trace.Default() {
		return renderer, nil
	}
	if !strings.HasPrefix(renderer.Name, "inline/") {
		return renderer, usageError{fmt.Errorf("--head, --tail, --value and --max-tokens are for --render inline, not %s", name)}
	}
	if min(options.Head, options.Tail, options.Value, options.MaxTokens) < 0 {
		return renderer, usageError{fmt.Errorf("--head, --tail, --value and --max-tokens must not be negative")}
	}
	renderer.Name, renderer.Render = options.Name(), options.Of
	return renderer, nil
}

// findTrace reads a trace and its events.
func findTrace(ctx context.Context, db *schema.DB, w whichTrace) (found shownTrace, err error) {
	rows, err := queries.Run(ctx, db, "shown-trace", map[string]string{
		"task": w.task, "trace": fmt.Sprint(w.trace), "program": w.program(), "sample": fmt.Sprint(w.sample), "test": fmt.Sprint(w.test),
	})
	if err != nil {
		return found, err
	}
	defer rows.Close()
	if !rows.Next() {
		if rows.Err() != nil {
			return found, rows.Err()
		}
		return found, w.missing()
	}
	err = rows.Scan(&found.ID, &found.Task, &found.Test, &found.Steps, &found.Events, &found.Truncated, &found.Detail,
		&found.source.Program, &found.source.Test)
	if err != nil {
		return found, err
	}
	rows.Close()
	found.events, err = queries.Events(ctx, db, found.ID)
	return found, err
}

func (w whichTrace) missing() error {
	if w.task == "" {
		return hint(fmt.Errorf("trace %d: %w", w.trace, schema.ErrUnknown), "`workbench sql \"SELECT trace_id, task_id, test_index FROM v_trace\"` lists them")
	}
	what := "buggy program"
	switch w.program() {
	case "sample":
		what = fmt.Sprintf("sample %d", w.sample)
	case "reference":
		what = "reference"
	}
	err := fmt.Errorf("task %s has no such trace of its %s: %w", w.task, what, schema.ErrUnknown)
	if w.program() != "buggy" {
		return hint(err, "run `workbench verify` and `workbench trace --fixes=all` first")
	}
	return hint(err, "run `workbench verify` and `workbench trace` first")
}

func (a *app) showTrace(t shownTrace, renderer trace.Renderer) error {
	t.Renderer, t.Text = renderer.Name, renderer.Render(t.source, t.events)
	if a.config.JSON {
		return writeJSON(a.out, t)
	}
	text := strings.TrimSuffix(t.Text, "\n")
	if a.onTerminal(a.out) {
		text = trace.Harmless(text)
		if a.coloured() {
			text = renderer.Paint(text)
		}
	}
	if _, err := fmt.Fprintln(a.out, text); err != nil {
		return err
	}
	if t.Truncated {
		a.note("trace %d is not whole: %s", t.ID, t.Detail)
	}
	return nil
}

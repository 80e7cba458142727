package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"nextworkbench/export"
)

func (a *app) exportAgainCommand() *cobra.Command {
	var o export.AgainOptions
	var today bool
	cmd := &cobra.Command{
		Use:   "again MANIFEST|DIR",
		Short: "Make an export again from its manifest and compare every byte",
		Long: "Makes the export of a manifest again from the facts of --db, with the options and the frozen selection that were\n" +
			"recorded, and compares every byte. Exits with 3 when they are not the same, and says which fact is another one. It\n" +
			"also tells what the selection query would answer today; --today makes a difference there exit with 3 as well. The\n" +
			"database can be a copy, or any that holds the same facts. Nothing is kept unless --out names a directory.",
		Example: "  workbench export again exports/demo-0\n  workbench export again exports/demo-0/manifest.json --db copy.db --out again",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, err := a.openReadOnly(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			defer holdMemory()()
			o.Proxy = proxyPrompts(db)
			remade, err := export.Again(cmd.Context(), db, args[0], o)
			if errors.Is(err, export.ErrOccupied) {
				return hint(err, "name another --out")
			}
			if err != nil {
				return err
			}
			if err := a.printRemade(args[0], remade); err != nil {
				return err
			}
			return remadeVerdict(args[0], remade, today)
		},
	}
	cmd.Flags().StringVar(&o.Out, "out", "", "keep what was made in this directory")
	cmd.Flags().BoolVar(&today, "today", false, "exit with 3 also when the selection would answer something else today")
	return cmd
}

func remadeVerdict(path string, r export.Remade, today bool) error {
	switch {
	case !r.Same:
		return checkError{fmt.Errorf("%s: not made again to the byte: %d changes", path, len(r.Changes))}
	case today && changedToday(r.Today):
		return checkError{fmt.Errorf("%s: the selection answers something else today", path)}
	}
	return nil
}

func changedToday(t export.Answer) bool {
	return !t.Same || t.QueryChanged || len(t.Guards) > 0
}

func (a *app) printRemade(path string, r export.Remade) error {
	if a.config.JSON {
		return writeJSON(a.out, map[string]any{
			"path": path, "sha256": r.SHA256, "same": r.Same, "dir": r.Dir, "rows": r.Rows, "shards": r.Shards, "frozen": r.Frozen, "recorded": r.Recorded,
			"changes": append([]export.Change{}, r.Changes...),
			"today": map[string]any{"problem": r.Today.Problem, "query_changed": r.Today.QueryChanged, "samples": r.Today.Samples, "same": r.Today.Same,
				"reordered": r.Today.Reordered, "more": append([]export.Moved{}, r.Today.More...), "less": append([]export.Moved{}, r.Today.Less...),
				"guards": append([]export.Lifted{}, r.Today.Guards...)},
		})
	}
	for _, c := range r.Changes {
		fmt.Fprintln(a.out, c)
	}
	if r.Same {
		fmt.Fprintf(a.out, "%s: export %.12s made again from the %s: %d rows in %d shards, every byte the same\n",
			path, r.SHA256, whence(r), r.Rows, r.Shards)
	}
	if r.SHA256 == "" {
		return nil
	}
	if !r.Recorded {
		a.note("this database did not record export %.12s: that the manifest is the one that was written, it cannot say", r.SHA256)
	}
	a.printToday(r.Today)
	return nil
}

func whence(r export.Remade) string {
	if r.Frozen {
		return "frozen selection"
	}
	return "answer of the query, which has the content of the frozen selection"
}

// printToday says what the selection would be today.
func (a *app) printToday(t export.Answer) {
	const shown = 20
	if t.Problem != "" {
		fmt.Fprintf(a.out, "today: cannot be asked: %s\n", t.Problem)
		return
	}
	if t.QueryChanged {
		fmt.Fprintln(a.out, "today: the text of the selection query is not the one that the manifest records")
	}
	switch {
	case t.Same:
		fmt.Fprintf(a.out, "today: the query selects the same %d samples\n", t.Samples)
	case t.Reordered:
		fmt.Fprintf(a.out, "today: the query selects the same %d samples in another order\n", t.Samples)
	default:
		fmt.Fprintf(a.out, "today: the query selects %d samples: %d more, %d less\n", t.Samples, len(t.More), len(t.Less))
	}
	for i, m := range t.More {
		if i < shown {
			a.printMoved("more", m, "before: ")
		}
	}
	for i, m := range t.Less {
		if i < shown {
			a.printMoved("less", m, "")
		}
	}
	for _, l := range t.Guards {
		fmt.Fprintf(a.out, "today: guard %s would tell of %d rows\n", l.Guard, l.Rows)
	}
	if rest := max(0, len(t.More)-shown) + max(0, len(t.Less)-shown); rest > 0 {
		a.note("%d more of them; --json has all", rest)
	}
}

func (a *app) printMoved(verb string, m export.Moved, when string) {
	fmt.Fprintf(a.out, "%s: sample %d", verb, m.Sample)
	if m.TaskID != "" {
		fmt.Fprintf(a.out, " of task %s", m.TaskID)
	}
	if m.Dropped {
		fmt.Fprint(a.out, ", on the worse side")
	}
	if m.Why != "" {
		why := m.Why
		if m.Detail != "" {
			why += ": " + m.Detail
		}
		fmt.Fprintf(a.out, " (%s%s)", when, why)
	}
	fmt.Fprintln(a.out)
}

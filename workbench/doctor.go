package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"nextworkbench/queries"
	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

// finding is one line of the doctor's report.
type finding struct {
	Check  string `json:"check"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	*held
}

// held is what a finding about isolation tells besides.
type held struct {
	Level    sandbox.Level `json:"level"`
	Features []string      `json:"features"`
	Notes    []string      `json:"notes"`
}

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check Python, isolation, database integrity and invariants",
		Long: "Checks that Python is there, how well programs are isolated, that the file is whole,\n" +
			"append-only and content-addressed, and that lineage has no gaps. Exits with 3 when a check fails.",
		Example: "  workbench doctor\n  workbench doctor --db next.db.example --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			findings := a.examineMachine(cmd.Context())
			inFile, err := a.examineFile(cmd.Context())
			if err != nil {
				return err
			}
			return a.reportFindings(append(findings, inFile...))
		},
	}
}

func (a *app) examineMachine(ctx context.Context) []finding {
	python, err := sandbox.Find(ctx, a.config.Python)
	if err != nil {
		return []finding{{Check: "python", Detail: err.Error()}}
	}
	return []finding{{Check: "python", OK: true, Detail: strings.TrimSuffix("CPython "+python.Version+", "+python.Untried(), ", ")}, a.examineIsolation(ctx, python)}
}

// examineIsolation opens a sandbox even where it is weak, for it runs nothing but
// its own probe, and judges afterwards.
func (a *app) examineIsolation(ctx context.Context, python sandbox.Interpreter) finding {
	pool, err := sandbox.Open(ctx, sandbox.Options{Interpreter: python, Workers: 1, Limits: a.limits(), AllowWeak: true, Log: a.log})
	if err != nil {
		return finding{Check: "isolation", Detail: err.Error()}
	}
	defer pool.Close()
	i := pool.Isolation()
	f := finding{
		Check:  "isolation",
		OK:     i.Level.Holds() || a.config.AllowWeak,
		Detail: fmt.Sprintf("%s on %s/%s: %s", i.Level, runtime.GOOS, runtime.GOARCH, cmp.Or(strings.Join(i.Features, ", "), "nothing holds")),
		held:   &held{i.Level, append([]string{}, i.Features...), append([]string{}, i.Notes...)},
	}
	if !i.Level.Holds() {
		f.Detail += "; " + i.Shortfall()
	}
	return f
}

func (a *app) examineFile(ctx context.Context) ([]finding, error) {
	if _, err := os.Stat(a.config.DB); errors.Is(err, os.ErrNotExist) {
		return []finding{{Check: "database", OK: true, Detail: a.config.DB + " is not there yet: nothing to check"}}, nil
	}
	db, err := a.openReadOnly(ctx)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	violations, err := db.Check(ctx)
	if err != nil {
		return nil, err
	}
	found := []finding{{Check: "database", OK: len(violations) == 0, Detail: fmt.Sprintf("%s: schema version %d, integrity, append-only triggers and content addresses", a.config.DB, schema.Version())}}
	for _, v := range violations {
		found = append(found, finding{Check: v.Check, Detail: v.Detail})
	}
	invariants, err := a.examineInvariants(ctx, db)
	return append(found, invariants...), err
}

func (a *app) examineInvariants(ctx context.Context, db *schema.DB) ([]finding, error) {
	all, err := queries.All()
	if err != nil {
		return nil, err
	}
	var found []finding
	for _, q := range all {
		if q.Kind != queries.Invariant {
			continue
		}
		violations, err := countRows(ctx, db, q)
		if err != nil {
			return nil, err
		}
		f := finding{Check: q.Name, OK: violations == 0, Detail: "none: " + q.Purpose}
		if violations > 0 {
			f.Detail = fmt.Sprintf("%d: %s; see `workbench query %s`", violations, q.Purpose, q.Name)
		}
		found = append(found, f)
	}
	return found, nil
}

func countRows(ctx context.Context, db *schema.DB, q queries.Query) (n int, err error) {
	rows, err := q.Run(ctx, db, nil)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		n++
	}
	return n, rows.Err()
}

func (a *app) reportFindings(findings []finding) error {
	failed := 0
	for _, f := range findings {
		mark := "ok  "
		if !f.OK {
			mark = "FAIL"
			failed++
		}
		if err := a.print(f, "%s  %-22s %s%s", mark, f.Check, f.Detail, f.held.lines()); err != nil {
			return err
		}
	}
	if failed > 0 {
		return checkError{fmt.Errorf("%d of %d checks failed", failed, len(findings))}
	}
	return nil
}

// lines puts each note under the finding.
func (h *held) lines() string {
	if h == nil {
		return ""
	}
	var b strings.Builder
	for _, note := range h.Notes {
		fmt.Fprintf(&b, "\n      %-22s %s", "", note)
	}
	return b.String()
}

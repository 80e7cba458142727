package main

import (
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
		return []finding{{"python", false, err.Error()}}
	}
	found := []finding{{"python", true, "CPython " + python.Version}}
	pool, err := a.openPool(ctx)
	if err != nil {
		return append(found, finding{"isolation", false, err.Error()})
	}
	defer pool.Close()
	isolation := pool.Isolation()
	return append(found, finding{"isolation", true, fmt.Sprintf("%s on %s/%s: %s", isolation.Level, runtime.GOOS, runtime.GOARCH, strings.Join(isolation.Features, ", "))})
}

func (a *app) examineFile(ctx context.Context) ([]finding, error) {
	if _, err := os.Stat(a.config.DB); errors.Is(err, os.ErrNotExist) {
		return []finding{{"database", true, a.config.DB + " is not there yet: nothing to check"}}, nil
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
	found := []finding{{"database", len(violations) == 0, fmt.Sprintf("%s: schema version %d, integrity, append-only triggers and content addresses", a.config.DB, schema.Version())}}
	for _, v := range violations {
		found = append(found, finding{v.Check, false, v.Detail})
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
		f := finding{q.Name, violations == 0, "none: " + q.Purpose}
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
		if err := a.print(f, "%s  %-22s %s", mark, f.Check, f.Detail); err != nil {
			return err
		}
	}
	if failed > 0 {
		return checkError{fmt.Errorf("%d of %d checks failed", failed, len(findings))}
	}
	return nil
}

package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"nextworkbench/schema"
	"nextworkbench/workbench/audit"
)

func (a *app) auditCommand() *cobra.Command {
	var policy, policies, run string
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Check claims against traces, and decide what to keep",
		Long: "Finds checkable statements in rationales, holds them against the trace of the buggy program, and decides each\n" +
			"sample under a policy. Decisions are never overwritten; samples that are dropped stay, with their reasons.",
		Example: "  workbench audit\n  workbench audit --policy strict\n  workbench query filtered\n  workbench audit diff paper next",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			chosen, err := findPolicy(policies, policy)
			if err != nil {
				return err
			}
			db, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			summary, err := a.audit(cmd.Context(), db, audit.Options{Policy: chosen, Run: run})
			if err != nil {
				return err
			}
			return a.printAudit(summary)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&policy, "policy", "next", "the policy: "+builtinPolicies())
	flags.StringVar(&policies, "policies", "", "a file of policies, instead of the built-in ones")
	flags.StringVar(&run, "run", "", "only samples of this run")
	cmd.AddCommand(a.auditDiffCommand(), a.auditWhyCommand(), a.auditReviewCommand(), a.auditPoliciesCommand())
	return cmd
}

func builtinPolicies() string {
	all, err := audit.Policies()
	if err != nil {
		return err.Error()
	}
	var texts []string
	for _, p := range all {
		texts = append(texts, p.Name)
	}
	return strings.Join(texts, ", ")
}

// readPolicies reads a file of policies; the built-in ones where no file is named.
func readPolicies(file string) ([]audit.Policy, error) {
	if file == "" {
		return audit.Policies()
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	all, err := audit.ReadPolicies(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return all, nil
}

func findPolicy(file, name string) (audit.Policy, error) {
	all, err := readPolicies(file)
	if err != nil {
		return audit.Policy{}, err
	}
	policy, err := audit.FindPolicy(all, name)
	if err != nil {
		err = usageError{err}
	}
	return policy, err
}

// audit decides what is not decided yet.
func (a *app) audit(ctx context.Context, db *schema.DB, o audit.Options) (audit.Summary, error) {
	bar := a.progress("audit")
	defer bar.end()
	return audit.Run(ctx, db, o, bar.update)
}

func (a *app) printAudit(s audit.Summary) error {
	var dropped []string
	for _, reason := range slices.Sorted(maps.Keys(s.Dropped)) {
		dropped = append(dropped, fmt.Sprintf("%s %d", reason, s.Dropped[reason]))
	}
	if len(dropped) == 0 {
		dropped = []string{"none"}
	}
	return a.print(s, "%d samples decided under %s@%d: %d kept; dropped: %s\n%d claims: %d supported, %d contradicted, %d unverifiable",
		s.Samples, s.Policy, s.Version, s.Kept, strings.Join(dropped, ", "), s.Claims, s.Supported, s.Contradicted, s.Unverifiable)
}

func (a *app) auditDiffCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "diff POLICY_A POLICY_B",
		Short:   "What moves between two policies",
		Example: "  workbench audit diff paper next",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, err := a.openReadOnly(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			moves, err := audit.Diff(cmd.Context(), db, args[0], args[1])
			if err != nil {
				return err
			}
			return a.printMoves(moves)
		},
	}
}

func (a *app) printMoves(moves []audit.Move) error {
	write, flush := a.rowWriter([]string{"reason_a", "reason_b", "samples", "example_sample"})
	for _, m := range moves {
		if err := write([]any{m.ReasonA, m.ReasonB, m.Samples, int64(m.Example)}); err != nil {
			return err
		}
	}
	return flush()
}

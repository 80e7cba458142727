package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"nextworkbench/queries"
	"nextworkbench/schema"
	"nextworkbench/workbench/prompt"
	"nextworkbench/workbench/sample"
	"nextworkbench/workbench/sandbox"
	"nextworkbench/workbench/verify"
)

// evalSettings say what is measured.
type evalSettings struct {
	Model, Proxy, Split string
	MaxTasks            int
	Ks                  []int
	loop                loopSettings
	server              serverFlags
}

func (a *app) evalCommand() *cobra.Command {
	var e evalSettings
	cmd := &cobra.Command{
		Use:   "eval --model NAME",
		Short: "Measure a model on a split: pass@k, by proxy, in ablations",
		Long: "Draws samples of the model on every usable task of a split, verifies them, and prints the mean unbiased pass@k.\n" +
			"--no-trace and --no-rationale are the ablations; --proxy lets another model write the fix from the rationales\n" +
			"and reports its pass@k as well. Samples are stored: the same evaluation again costs nothing.",
		Example: "  workbench eval --model demo-3 --split test\n  workbench eval --model demo-3 --no-trace --k 1,5\n  workbench eval --model demo-3 --proxy theta-0",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if e.Model == "" || e.loop.Samples < 1 {
				return usageError{errors.New("--model and a positive --samples are needed")}
			}
			return a.withPool(cmd.Context(), func(db *schema.DB, pool *sandbox.Pool) error {
				return a.eval(cmd.Context(), db, pool, e)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&e.Model, "model", "", "the model to measure")
	flags.StringVar(&e.Proxy, "proxy", "", "a second model, which writes fixes from the rationales of the first")
	flags.StringVar(&e.Split, "split", "dev", "train, dev or test")
	flags.StringVar(&e.loop.Source, "source", "", "only tasks of this source")
	flags.IntVar(&e.MaxTasks, "max-tasks", -1, "tasks at most, -1 for all")
	flags.IntSliceVar(&e.Ks, "k", []int{1, 5, 10, 25}, "the k of pass@k; those above the number of samples are left out")
	flags.IntVar(&e.loop.Samples, "samples", 32, "samples per task")
	flags.IntVar(&e.loop.FewShot, "few-shot", 0, "examples in the prompts")
	flags.BoolVar(&e.loop.NoTrace, "no-trace", false, "prompts without traces")
	flags.BoolVar(&e.loop.NoRationale, "no-rationale", false, "completions without rationales")
	flags.StringVar(&e.loop.Policy, "policy", "next", "whose kept samples may serve as examples")
	addSamplingFlags(cmd, &e.loop.Sampler, &e.loop.Parameters)
	e.server.add(cmd)
	return cmd
}

// measured is one line of an evaluation's report.
type measured struct {
	Model   string          `json:"model"`
	Role    string          `json:"role"` // end-to-end or proxy
	Split   string          `json:"split"`
	Tasks   int             `json:"tasks"`
	Samples int             `json:"samples"`
	PassAt  map[int]float64 `json:"pass_at"`
}

func (a *app) eval(ctx context.Context, db *schema.DB, pool *sandbox.Pool, e evalSettings) error {
	sampler, err := a.openSampler(ctx, e.loop.Sampler, e.server)
	if err != nil {
		return err
	}
	defer closeSampler(sampler)
	tasks, err := taskIDs(ctx, db, schema.Split(e.Split), e.loop.Source, e.MaxTasks)
	if err != nil {
		return err
	}
	if len(tasks) == 0 {
		return hint(fmt.Errorf("no usable task in the split %s", e.Split), "run `workbench verify` and `workbench trace` first; see `workbench status`")
	}
	direct, err := a.evaluate(ctx, db, pool, sampler, e, e.Model, "", prompt.Tasks(tasks), e.loop.variant(0), e.loop.Samples)
	if err != nil {
		return err
	}
	rows := []measured{direct.measured}
	if e.Proxy != "" {
		subjects, err := rationales(ctx, db, direct.id)
		if err != nil {
			return err
		}
		variant := prompt.Variant{Trace: !e.loop.NoTrace, Proxy: true}
		proxy, err := a.evaluate(ctx, db, pool, sampler, e, e.Proxy, e.Model, subjects, variant, 1)
		if err != nil {
			return err
		}
		rows = append(rows, proxy.measured)
	}
	return a.printMeasured(rows, e.Ks)
}

type evaluation struct {
	measured
	id schema.EvaluationID
}

// evaluate draws and verifies the samples of one evaluation. proxied is the model
// whose rationales are given to this one, empty for none.
func (a *app) evaluate(ctx context.Context, db *schema.DB, pool *sandbox.Pool, sampler sample.Sampler, e evalSettings, model, proxied string, subjects []prompt.Subject, v prompt.Variant, n int) (evaluation, error) {
	out := evaluation{measured: measured{Model: model, Role: "end-to-end", Split: e.Split}}
	if proxied != "" {
		out.Role = "proxy of " + proxied
	}
	id, _, err := db.Model(ctx, model)
	if err != nil {
		return out, hint(err, "register it first: workbench ingest model %s", model)
	}
	err = db.Write(ctx, func(tx *schema.Tx) error {
		out.id, err = tx.PutEvaluation(schema.Evaluation{Model: id, Split: schema.Split(e.Split), Settings: map[string]any{
			"samples": n, "source": e.loop.Source, "max_tasks": e.MaxTasks, "variant": v, "parameters": e.loop.Parameters, "proxy_of": proxied}})
		return err
	})
	if err != nil {
		return out, err
	}
	job := sample.Job{Model: id, Purpose: schema.Eval, Evaluation: out.id, N: n, Parameters: e.loop.Parameters}
	if job.Questions, err = a.ask(ctx, db, subjects, v); err != nil {
		return out, err
	}
	if err := a.sample(ctx, db, sampler, job); err != nil {
		return out, err
	}
	if _, err := a.verify(ctx, db, pool, verify.Options{}); err != nil {
		return out, err
	}
	return out, out.count(ctx, db, e.Ks)
}

func (e *evaluation) count(ctx context.Context, db *schema.DB, ks []int) error {
	tasks, err := attempts(ctx, db, map[string]string{"evaluation": fmt.Sprint(e.id)})
	if err != nil {
		return err
	}
	e.Tasks = len(tasks)
	for _, t := range tasks {
		e.Samples += t.samples
	}
	e.PassAt, err = passAt(ctx, db, e.id, ks)
	return err
}

// rationales lists the samples of an evaluation that say anything.
func rationales(ctx context.Context, db *schema.DB, id schema.EvaluationID) ([]prompt.Subject, error) {
	rows, err := queries.Run(ctx, db, "rationales", map[string]string{"evaluation": fmt.Sprint(id)})
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []prompt.Subject
	for rows.Next() {
		var s prompt.Subject
		if err := rows.Scan(&s.Task, &s.Sample); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

func (a *app) printMeasured(all []measured, ks []int) error {
	if a.config.JSON {
		for _, m := range all {
			if err := writeJSON(a.out, m); err != nil {
				return err
			}
		}
		return nil
	}
	ks = slices.Compact(slices.Sorted(slices.Values(ks)))
	columns := []string{"model", "role", "split", "tasks", "samples"}
	for _, k := range ks {
		columns = append(columns, fmt.Sprintf("pass@%d", k))
	}
	write, flush := a.rowWriter(columns)
	for _, m := range all {
		row := []any{m.Model, m.Role, m.Split, m.Tasks, m.Samples}
		for _, k := range ks {
			row = append(row, percent(m.PassAt, k))
		}
		if err := write(row); err != nil {
			return err
		}
	}
	return flush()
}

// percent shows pass@k, or a dash where some task has fewer samples than k.
func percent(passAt map[int]float64, k int) string {
	value, ok := passAt[k]
	if !ok {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*value)
}

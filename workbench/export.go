package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"nextworkbench/export"
	"nextworkbench/schema"
	"nextworkbench/workbench/prompt"
)

func (a *app) exportCommand() *cobra.Command {
	var o export.Options
	var parameters []string
	var shuffle int64
	cmd := &cobra.Command{
		Use:   "export --select NAME --out DIR",
		Short: "Freeze a selection and write it as Parquet shards with a manifest",
		Long: "Runs a selection query, freezes its result, and writes zstd Parquet shards or JSON Lines, a manifest, a dataset\n" +
			"card, dataset_info.json and croissant.json. The same selection gives the same bytes. The directory appears whole\n" +
			"or not at all. Guards refuse what no training set should hold: every guard that trips is told, nothing is written,\n" +
			"and the exit code is 3. The formats dpo and kto take what is selected as the better side and find the worse one by\n" +
			"themselves: samples of the same task, run and iteration that the policy dropped or, without one, that fail tests.",
		Example: "  workbench export --select passing-consistent -p run=demo -p iteration=0 --out exports/demo-0\n" +
			"  workbench export --select passing --format messages --jsonl --out exports/all\n" +
			"  workbench export --select passing-consistent --format dpo --validation-share 0.1 --out exports/pairs\n" +
			"  workbench export --select passing --dry-run\n  workbench export verify exports/demo-0",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Select == "" || o.Out == "" && !o.DryRun {
				return hint(usageError{errors.New("--select and --out are needed")}, "`workbench query` lists the selections")
			}
			given, err := readParameters(parameters)
			if err != nil {
				return err
			}
			if o.Parameters = given; cmd.Flags().Changed("shuffle") {
				o.Shuffle = &shuffle
			}
			db, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			summary, err := a.export(cmd.Context(), db, o)
			if err != nil {
				return err
			}
			if o.DryRun {
				return a.printDryRun(summary)
			}
			return a.printExport(summary)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Select, "select", "", "the selection query")
	flags.StringArrayVarP(&parameters, "param", "p", nil, "a parameter of the query, as name=value")
	columnFlags(flags, &o)
	flags.BoolVar(&o.JSONL, "jsonl", false, "write JSON Lines instead of Parquet")
	flags.BoolVar(&o.LineageConfig, "lineage-config", false, "write where each row comes from as a second config beside the rows")
	flags.StringVar(&o.Out, "out", "", "the directory to make")
	flags.StringVar(&o.Template, "template", "", "take the prompts that this template made for the tasks, instead of the samples' own")
	flags.StringVar(&o.Order, "order", "", "of the rows: "+strings.Join(export.Orders(), ", ")+" (easiest tasks first)")
	flags.Int64Var(&shuffle, "shuffle", 0, "seed of a deterministic shuffle")
	flags.Float64Var(&o.ValidationShare, "validation-share", 0, "share of the problems that goes into a validation split, 0 to 0.5")
	flags.Int64Var(&o.ValidationSeed, "validation-seed", 0, "decides which problems those are")
	flags.IntVar(&o.MaxPerTask, "max-per-task", 0, "rows of one task at most; 0 is no cap")
	flags.IntVar(&o.ShardRows, "shard-rows", 0, "rows of one shard at most; 0 is no limit")
	flags.Int64Var(&o.ShardBytes, "shard-bytes", 0, "bytes of text in one shard at most; 0 is 500 MB")
	flags.StringSliceVar(&o.Allow, "allow", nil, "lift a guard: "+strings.Join(export.Allowances(), ", "))
	flags.BoolVar(&o.Force, "force", false, "move aside what the directory holds")
	flags.BoolVar(&o.DryRun, "dry-run", false, "check every row and write nothing")
	cmd.AddCommand(a.exportVerifyCommand(), a.exportSchemaCommand(), a.exportAgainCommand(), a.exportDiffCommand())
	return cmd
}

// columnFlags are the flags that say which columns there are.
func columnFlags(flags *pflag.FlagSet, o *export.Options) {
	flags.StringVar(&o.Format, "format", export.Formats()[0], "columns: "+strings.Join(export.Formats(), ", "))
	flags.BoolVar(&o.Lineage, "lineage-columns", false, "add the columns that say where a row comes from")
	flags.BoolVar(&o.Weight, "weight", false, "add a column that weighs each task as much as any other")
}

// proxyPrompts makes the prompts that `eval --proxy` asks with.
func proxyPrompts(db *schema.DB) export.Prompter {
	return func(ctx context.Context, asked []export.Rationale) iter.Seq2[schema.Prompt, error] {
		subjects := make([]prompt.Subject, len(asked))
		for i, r := range asked {
			subjects[i] = prompt.Subject(r)
		}
		return prompt.Build(ctx, db, subjects, prompt.Variant{Trace: true, Proxy: true})
	}
}

// exportMemory is what an export's heap may grow to before it is collected for room
// rather than for speed: a plan of a million rows, and the row groups, need less.
const exportMemory = 200 << 20

// holdMemory keeps the heap near exportMemory, or where a lower limit is set already,
// until what it returns is called.
func holdMemory() (letGo func()) {
	was := debug.SetMemoryLimit(-1)
	debug.SetMemoryLimit(min(was, exportMemory))
	return func() { debug.SetMemoryLimit(was) }
}

// export runs an export and shows the rows that a guard held back.
func (a *app) export(ctx context.Context, db *schema.DB, o export.Options) (export.Summary, error) {
	o.Proxy = proxyPrompts(db)
	defer holdMemory()()
	bar := a.progress("export")
	summary, err := export.Write(ctx, db, o, bar.update)
	bar.end()
	for _, l := range summary.Lifted {
		a.note("%s: lifted, and let %d rows through", l.Guard, l.Rows)
	}
	var refusal *export.Refusal
	if errors.As(err, &refusal) {
		return summary, errors.Join(a.explainRefusal(refusal), checkError{refusalInShort(refusal)})
	}
	if errors.Is(err, export.ErrOccupied) {
		return summary, hint(err, "name another --out, or move its content aside with --force")
	}
	return summary, err
}

// explainRefusal shows what each guard held back: the first rows on stderr, and with
// --json every row on stdout.
func (a *app) explainRefusal(r *export.Refusal) error {
	const shown = 5
	for _, trip := range r.Trips {
		for i, row := range trip.Rows {
			if i < shown {
				fmt.Fprintf(a.err, "%s: sample %d of task %s: %s\n", trip.Guard, row.Sample, row.TaskID, row.Detail)
			}
			if err := a.printTripped(trip.Guard, row); err != nil {
				return err
			}
		}
		if more := trip.Count - shown; more > 0 {
			fmt.Fprintf(a.err, "%s: ... and %d more\n", trip.Guard, more)
		}
		fmt.Fprintf(a.err, "%s: %s\n", trip.Guard, trip.Remedy)
	}
	return nil
}

func (a *app) printTripped(guard string, row export.TrippedRow) error {
	if !a.config.JSON {
		return nil
	}
	result := map[string]any{"guard": guard, "sample": row.Sample, "task": row.TaskID, "detail": row.Detail}
	if row.Like != nil {
		result["like"] = row.Like
	}
	return writeJSON(a.out, result)
}

// refusalInShort says how many rows each guard held back; the rows are shown above.
func refusalInShort(r *export.Refusal) error {
	var parts []string
	for _, trip := range r.Trips {
		parts = append(parts, fmt.Sprintf("%s %d", trip.Guard, trip.Count))
	}
	return fmt.Errorf("export refused, nothing was written; rows by guard: %s", strings.Join(parts, ", "))
}

func (a *app) printDryRun(s export.Summary) error {
	return a.print(map[string]any{"dry_run": true, "selection": s.Selection, "selected": s.Selected, "rows": s.Rows, "lifted": liftedIn(s)},
		"would write %d rows of %d selected; no guard tripped", s.Rows, s.Selected)
}

func liftedIn(s export.Summary) []export.Lifted { return append([]export.Lifted{}, s.Lifted...) }

func (a *app) printExport(s export.Summary) error {
	verb := "wrote"
	if s.Existed {
		verb = "is there already:"
	}
	return a.print(map[string]any{"dir": s.Dir, "sha256": s.SHA256, "selection": s.Selection, "selected": s.Selected, "dropped": s.Dropped, "rows": s.Rows,
		"shards": s.Shards, "bytes": s.Bytes, "existed": s.Existed, "replaced": s.Replaced, "lifted": liftedIn(s)},
		"%s %s %d rows in %d shards, %d bytes, export %.12s", s.Dir, verb, s.Rows, s.Shards, s.Bytes, s.SHA256)
}

func (a *app) exportVerifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify DIR",
		Short: "Re-read shards with the second implementation and compare",
		Long: "Checks every file against the manifest, reads every shard with another Parquet implementation in a process of its\n" +
			"own, JSON Lines key by key, and, when --db is given, compares the rows with the database. Exits with 3 when anything is wrong.",
		Example: "  workbench export verify exports/demo-0\n  workbench export verify exports/demo-0 --db demo.db",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var o export.VerifyOptions
			if cmd.Flags().Changed("db") {
				db, err := a.openReadOnly(cmd.Context())
				if err != nil {
					return err
				}
				defer db.Close()
				o.DB, o.Proxy = db, proxyPrompts(db)
			}
			report, err := export.Verify(cmd.Context(), args[0], o)
			if err != nil {
				return err
			}
			return a.reportVerification(args[0], report)
		},
	}
}

func (a *app) reportVerification(dir string, r export.Report) error {
	problems := []string{}
	for _, p := range r.Problems {
		problems = append(problems, p.String())
		fmt.Fprintln(a.err, p)
	}
	against := "the manifest"
	if r.Compared {
		against = "the manifest and the database"
	}
	reader := "read by the second implementation"
	if r.Lines {
		reader = "read again"
	}
	err := a.print(map[string]any{"dir": dir, "sha256": r.SHA256, "shards": r.Shards, "rows": r.Rows, "compared": r.Compared, "problems": problems},
		"%s: %d shards, %d rows %s and compared with %s: %d problems", dir, r.Shards, r.Rows, reader, against, len(problems))
	if err == nil && len(problems) > 0 {
		err = checkError{fmt.Errorf("%s: %d problems", dir, len(problems))}
	}
	return err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"nextworkbench/export"
	"nextworkbench/ingest"
	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

// The exit codes.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitCheck       = 3
	exitInterrupted = 130
)

// streams are the three standard streams of a run.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// usageError says that the command line is wrong.
type usageError struct{ error }

// checkError says that a check found a problem: everything worked, the answer is no.
type checkError struct{ error }

// hintError carries what to do about an error.
type hintError struct {
	error
	hint string
}

func (e hintError) Unwrap() error { return e.error }

func hint(err error, format string, args ...any) error {
	return hintError{err, fmt.Sprintf(format, args...)}
}

// app is what every command shares: the settings of the global flags and the
// streams.
type app struct {
	streams
	config settings
	log    *slog.Logger
	now    func() time.Time // the clock of the file; nil is time.Now
	uuid   func() string    // the identity of a new file; nil is random
}

// settings are the values of the global flags.
type settings struct {
	DB, File    string
	JSON, Quiet bool
	Python      string
	Workers     int
	AllowWeak   bool
	CPUSeconds  float64
	Events      int
	MemoryMiB   int
}

// run executes one command line and returns its exit code.
func run(ctx context.Context, args []string, s streams) int {
	a := &app{streams: s}
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	err := root.ExecuteContext(ctx)
	if err != nil {
		a.explain(err)
	}
	return exitCode(ctx, err)
}

func exitCode(ctx context.Context, err error) int {
	var usage usageError
	var check checkError
	var refusal *export.Refusal
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &check), errors.Is(err, ingest.ErrRejected), errors.As(err, &refusal):
		return exitCheck
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.As(err, &usage), strings.HasPrefix(err.Error(), "unknown command"):
		return exitUsage
	}
	return exitFailed
}

// explain prints one line about err, and what to do about it where that is known.
func (a *app) explain(err error) {
	fmt.Fprintf(a.err, "error: %s\n", strings.TrimSpace(err.Error()))
	var known hintError
	switch {
	case errors.As(err, &known):
		fmt.Fprintf(a.err, "hint: %s\n", known.hint)
	case errors.Is(err, schema.ErrNoDatabase):
		fmt.Fprintf(a.err, "hint: make one with `workbench init`, or name one with --db\n")
	case errors.Is(err, schema.ErrNewer):
		fmt.Fprintf(a.err, "hint: use the newer workbench that wrote it\n")
	case errors.Is(err, sandbox.ErrTooWeak):
		fmt.Fprintf(a.err, "hint: `workbench doctor` tells what holds; accept the risk with --allow-weak\n")
	}
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "workbench",
		Short: "One SQLite file for the self-training loop of a code model",
		Long: "The NExT workbench keeps the self-training loop of a code model in one SQLite file:\n" +
			"tasks, traces, prompts, samples, outcomes, claims, decisions, shards and checkpoints.",
		Example:       "  workbench demo\n  workbench init --db my.db\n  workbench query iterations",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return a.configure(cmd)
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	a.addGlobalFlags(root)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return hint(usageError{err}, "%s --help", cmd.CommandPath())
	})
	root.AddCommand(a.commands()...)
	for _, cmd := range root.Commands() {
		wrapUsage(cmd)
	}
	return root
}

func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		a.demoCommand(), a.initCommand(), a.ingestCommand(), a.traceCommand(), a.promptCommand(), a.sampleCommand(), a.verifyCommand(),
		a.auditCommand(), a.exportCommand(), a.tuneCommand(), a.iterateCommand(), a.evalCommand(), a.statusCommand(),
		a.queryCommand(), a.sqlCommand(), a.lineageCommand(), a.doctorCommand(), a.internalCommand(),
	}
}

func (a *app) addGlobalFlags(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.StringVar(&a.config.DB, "db", "next.db", "the database file")
	flags.BoolVar(&a.config.JSON, "json", false, "machine output on stdout, one JSON object per line")
	flags.BoolVar(&a.config.Quiet, "quiet", false, "no progress and no notes on stderr")
	flags.StringVar(&a.config.File, "config", "", "configuration file (default workbench.yaml, if there is one)")
	flags.StringVar(&a.config.Python, "python", "", "the CPython interpreter that executes programs (default: the first that works on PATH)")
	flags.IntVar(&a.config.Workers, "workers", 0, "programs executed at the same time (default: one per core)")
	flags.BoolVar(&a.config.AllowWeak, "allow-weak", false, "execute programs even where the isolation is weak")
	flags.Float64Var(&a.config.CPUSeconds, "cpu-limit", 2, "CPU seconds that one test may take; what takes more is run again and its events are counted")
	flags.IntVar(&a.config.Events, "event-limit", 10_000_000, "calls, lines and returns of a counted test after which it has no end")
	flags.IntVar(&a.config.MemoryMiB, "memory-limit", 1024, "MiB of memory that one program may take")
}

// wrapUsage makes wrong arguments of cmd and its children usage errors.
func wrapUsage(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return hint(usageError{err}, "%s --help", cmd.CommandPath())
			}
			return nil
		}
	}
	for _, child := range cmd.Commands() {
		wrapUsage(child)
	}
}

// open opens the database for reading and writing.
func (a *app) open(ctx context.Context) (*schema.DB, error) {
	db, err := schema.Open(ctx, a.config.DB, schema.Options{Now: a.now})
	if err == nil && db.Backup() != "" {
		a.note("migrated %s to schema version %d; the file as it was is %s", a.config.DB, schema.Version(), db.Backup())
	}
	return db, err
}

// create opens the database for reading and writing, and makes it first where it
// is not there.
func (a *app) create(ctx context.Context) (*schema.DB, error) {
	return schema.Open(ctx, a.config.DB, schema.Options{Create: true, Now: a.now, UUID: a.uuid})
}

// openReadOnly opens the database for questions.
func (a *app) openReadOnly(ctx context.Context) (*schema.DB, error) {
	return schema.Open(ctx, a.config.DB, schema.Options{ReadOnly: true})
}

// note tells a person something on stderr, unless --quiet.
func (a *app) note(format string, args ...any) {
	if !a.config.Quiet {
		fmt.Fprintf(a.err, format+"\n", args...)
	}
}

func (a *app) onTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && isatty.IsTerminal(file.Fd())
}

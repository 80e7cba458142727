package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"nextworkbench/schema"
	"nextworkbench/workbench/prompt"
	"nextworkbench/workbench/sample"
	"nextworkbench/workbench/sandbox"
)

// serverFlags say where completions come from that the edit model does not make.
type serverFlags struct {
	URL, Model, KeyVariable string
	Choices, Concurrency    int
	Requests, Responses     []string
	Recorded                []string
}

func (s *serverFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&s.URL, "url", "http://127.0.0.1:8000/v1", "the server of the sampler openai")
	flags.StringVar(&s.Model, "server-model", "", "what the server calls the model (default: its name here)")
	flags.StringVar(&s.KeyVariable, "key-variable", "", "environment variable that holds the API key")
	flags.IntVar(&s.Choices, "choices", 1, "completions to ask for in one call")
	flags.IntVar(&s.Concurrency, "concurrency", 4, "requests at once")
	flags.StringSliceVar(&s.Requests, "requests", nil, "batch request files, for the sampler batch")
	flags.StringSliceVar(&s.Responses, "responses", nil, "batch output files that answer them")
	flags.StringSliceVar(&s.Recorded, "recorded", nil, "sample lines that hold recorded completions, for the sampler batch")
}

func addSamplingFlags(cmd *cobra.Command, sampler *string, p *sample.Parameters) {
	flags := cmd.Flags()
	flags.StringVar(sampler, "sampler", "edit", "edit (built in), openai (any compatible server) or batch (recorded completions)")
	flags.Float64Var(&p.Temperature, "temperature", 0.8, "sampling temperature")
	flags.Float64Var(&p.TopP, "top-p", 1, "nucleus of the sampling")
	flags.IntVar(&p.MaxTokens, "max-tokens", 2048, "tokens of one completion at most")
	flags.Int64Var(&p.Seed, "seed", 0, "seed; generation i of a prompt draws with a seed of its own")
	flags.StringSliceVar(&p.Stop, "stop", nil, "texts that end a completion")
}

// variant is the form of the prompts of round number.
func (s loopSettings) variant(number int) prompt.Variant {
	return prompt.Variant{Trace: !s.NoTrace, Rationale: !s.NoRationale, Shots: s.fewShot(number), Policy: s.Policy}
}

func (a *app) sampleCommand() *cobra.Command {
	var s loopSettings
	var server serverFlags
	var run, model, split, batchDir string
	var number, n int
	cmd := &cobra.Command{
		Use:   "sample",
		Short: "Draw the samples that an iteration lacks",
		Long: "Stores the prompts of the tasks of a split, and draws from the model of the iteration what is missing. Every\n" +
			"generation is durable when it arrives: interrupted, the same command goes on, and asks for none twice.",
		Example: "  workbench sample --sampler edit --model theta-0 --n 8\n" +
			"  workbench sample --sampler openai --url http://127.0.0.1:8000/v1 --model my-model --run first --iteration 0\n" +
			"  workbench sample --model my-model --write-batch requests/\n" +
			"  workbench sample --sampler batch --model my-model --requests requests/batch-0000.jsonl --responses output.jsonl",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			job, err := a.trainingJob(cmd.Context(), db, run, number, model, schema.Split(split), n, s)
			if err != nil {
				return err
			}
			if batchDir != "" {
				return a.writeBatch(cmd.Context(), db, job, server.Model, batchDir)
			}
			sampler, err := a.openSampler(cmd.Context(), s.Sampler, server)
			if err != nil {
				return err
			}
			defer closeSampler(sampler)
			return a.sampleAndTell(cmd.Context(), db, sampler, job, server.Concurrency)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&run, "run", "run", "the run that the samples belong to")
	flags.IntVar(&number, "iteration", -1, "the iteration to fill (default: the last of the run)")
	flags.StringVar(&model, "model", "", "the model (default: that of the iteration)")
	flags.StringVar(&split, "split", "train", "the split whose usable tasks are asked about")
	flags.IntVar(&n, "n", 32, "samples per task")
	flags.StringVar(&batchDir, "write-batch", "", "write the missing requests as OpenAI batch files into this folder, and draw nothing")
	flags.StringVar(&s.Source, "source", "", "only tasks of this source")
	flags.IntVar(&s.MaxTasks, "max-tasks", -1, "tasks at most, -1 for all")
	flags.IntVar(&s.FewShot, "few-shot", 0, "examples in the prompts")
	flags.BoolVar(&s.NoTrace, "no-trace", false, "prompts without traces")
	flags.BoolVar(&s.NoRationale, "no-rationale", false, "completions without rationales")
	flags.StringVar(&s.Policy, "policy", "next", "the policy of the run, and whose kept samples may serve as examples")
	addSamplingFlags(cmd, &s.Sampler, &s.Parameters)
	server.add(cmd)
	return cmd
}

// trainingJob is what fills an iteration: the run and the iteration are made when
// they are not there.
func (a *app) trainingJob(ctx context.Context, db *schema.DB, run string, number int, model string, split schema.Split, n int, s loopSettings) (sample.Job, error) {
	job := sample.Job{Purpose: schema.Training, N: n, Parameters: s.Parameters}
	number, model, err := chooseIteration(ctx, db, run, number, model)
	if err != nil {
		return job, err
	}
	if job.Model, _, err = db.Model(ctx, model); err != nil {
		return job, hint(err, "register it first: workbench ingest model %s", model)
	}
	err = db.Write(ctx, func(tx *schema.Tx) error {
		id, err := findOrStartRun(ctx, db, tx, run, s)
		if err != nil {
			return err
		}
		job.Iteration, err = tx.PutIteration(id, number, job.Model)
		return err
	})
	if err != nil {
		return job, err
	}
	tasks, err := taskIDs(ctx, db, split, s.Source, s.MaxTasks)
	if err != nil {
		return job, err
	}
	if len(tasks) == 0 {
		return job, hint(fmt.Errorf("no usable task in the split %s", split), "run `workbench verify` and `workbench trace` first; see `workbench status`")
	}
	v := s.variant(0)
	job.Questions, err = a.questions(ctx, db, tasks, v)
	return job, err
}

func findOrStartRun(ctx context.Context, db *schema.DB, tx *schema.Tx, name string, s loopSettings) (schema.RunID, error) {
	id, _, err := db.Run(ctx, name)
	if errors.Is(err, schema.ErrUnknown) {
		return tx.PutRun(name, map[string]any{"policy": s.Policy})
	}
	return id, err
}

// chooseIteration fills in what was not said: the last iteration of the run, and
// its model.
func chooseIteration(ctx context.Context, db *schema.DB, run string, number int, model string) (int, string, error) {
	if number < 0 {
		err := db.QueryRow(ctx, `SELECT coalesce(max(i.number), 0) FROM iteration i JOIN run r ON r.id = i.run_id WHERE r.name = ?`, run).Scan(&number)
		if err != nil {
			return 0, "", err
		}
	}
	if model != "" {
		return number, model, nil
	}
	err := db.QueryRow(ctx, `SELECT coalesce((SELECT m.name FROM iteration i JOIN run r ON r.id = i.run_id JOIN model m ON m.id = i.model_id
		WHERE r.name = ? AND i.number = ?), '')`, run, number).Scan(&model)
	if err == nil && model == "" {
		err = usageError{fmt.Errorf("iteration %d of run %s does not exist yet: name its --model", number, run)}
	}
	return number, model, err
}

// questions stores the prompts of tasks.
func (a *app) questions(ctx context.Context, db *schema.DB, tasks []schema.TaskID, v prompt.Variant) ([]sample.Question, error) {
	subjects := make([]prompt.Subject, len(tasks))
	for i, task := range tasks {
		subjects[i].Task = task
	}
	return a.ask(ctx, db, subjects, v)
}

func (a *app) ask(ctx context.Context, db *schema.DB, subjects []prompt.Subject, v prompt.Variant) ([]sample.Question, error) {
	bar := a.progress("prompt")
	stored, err := prompt.Store(ctx, db, subjects, v, bar.update)
	bar.end()
	if err != nil {
		return nil, err
	}
	questions := make([]sample.Question, len(stored))
	for i, s := range stored {
		questions[i] = sample.Question{Task: s.Task, Prompt: s.Prompt}
	}
	return questions, nil
}

// openSampler opens a sampler by name; closeSampler closes it.
func (a *app) openSampler(ctx context.Context, name string, s serverFlags) (sample.Sampler, error) {
	switch name {
	case "edit":
		python, err := sandbox.Find(ctx, a.config.Python)
		if err != nil {
			return nil, err
		}
		return sample.NewEdit(sample.EditSettings{Interpreter: python, Processes: a.workers(), Folder: filepath.Dir(a.config.DB)})
	case "openai":
		return sample.NewOpenAI(sample.OpenAISettings{BaseURL: s.URL, Model: s.Model, KeyVariable: s.KeyVariable, Getenv: os.Getenv,
			Choices: s.Choices, Concurrency: s.Concurrency})
	case "batch":
		if len(s.Recorded) > 0 {
			return sample.OpenRecording(s.Recorded, sample.RecordingFilter{})
		}
		if len(s.Requests) == 0 || len(s.Responses) == 0 {
			return nil, usageError{errors.New("the sampler batch needs --requests and --responses, or --recorded")}
		}
		return sample.OpenBatch(s.Requests, s.Responses)
	}
	return nil, usageError{fmt.Errorf("unknown sampler %q: want edit, openai or batch", name)}
}

func closeSampler(s sample.Sampler) error {
	if closer, ok := s.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}

// sample draws what a job lacks, and fails when the sampler left something out.
func (a *app) sample(ctx context.Context, db *schema.DB, sampler sample.Sampler, job sample.Job) error {
	summary, err := a.drawSamples(ctx, db, sampler, job, a.workers())
	if err == nil && summary.Failed > 0 {
		err = hint(fmt.Errorf("%d generations could not be drawn", summary.Failed), "the same command asks for them again")
	}
	return err
}

func (a *app) drawSamples(ctx context.Context, db *schema.DB, sampler sample.Sampler, job sample.Job, concurrency int) (sample.Summary, error) {
	bar := a.progress("sample")
	summary, err := sample.Run(ctx, db, sampler, job, sample.Options{Concurrency: concurrency}, bar.update)
	bar.end()
	if errors.Is(err, sample.ErrUnusable) {
		err = hint(err, "what was drawn is stored; the same command goes on when the sampler answers")
	}
	for _, f := range summary.Failures {
		a.note("task %s: %d generations missing: %v", f.Task, len(f.Indices), f.Err)
	}
	if reporter, ok := sampler.(interface{ Problems() []sample.Problem }); ok {
		for _, p := range reporter.Problems() {
			a.note("%s:%d: %s", p.File, p.Line, p.Reason)
		}
	}
	return summary, err
}

func (a *app) sampleAndTell(ctx context.Context, db *schema.DB, sampler sample.Sampler, job sample.Job, concurrency int) error {
	s, err := a.drawSamples(ctx, db, sampler, job, concurrency)
	if err != nil {
		return err
	}
	err = a.print(map[string]any{"asked": s.Total, "present": s.Present, "generated": s.Generated, "stored": s.Samples, "failed": s.Failed},
		"%d samples asked for: %d there already, %d stored now (%d newly generated), %d failed", s.Total, s.Present, s.Samples, s.Generated, s.Failed)
	if err == nil && s.Failed > 0 {
		err = hint(fmt.Errorf("%d generations could not be drawn", s.Failed), "the same command asks for them again")
	}
	return err
}

func (a *app) writeBatch(ctx context.Context, db *schema.DB, job sample.Job, model, dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	files, requests, err := sample.WriteBatch(ctx, db, job, model, dir, sample.BatchLimits{})
	if err != nil {
		return err
	}
	return a.print(map[string]any{"files": files, "requests": requests}, "%d requests in %d files in %s", requests, len(files), dir)
}

package sample

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"nextworkbench/schema"
	"nextworkbench/workbench/sample/edit"
	"nextworkbench/workbench/sandbox"
)

// EditBase is the URI of the base checkpoint that comes with the workbench.
const EditBase = "embedded:edit-base"

// EditSettings say how the built-in edit model runs.
type EditSettings struct {
	Interpreter sandbox.Interpreter
	Processes   int    // processes at once; 0 is 2
	Folder      string // where checkpoints with relative URIs are; empty is the working directory
}

// Edit is a Sampler that asks the edit model, a Python program that comes with the
// workbench. A model's URI is the path of a checkpoint, or [EditBase], or empty
// for the same. Of the parameters the temperature and the seed take part.
type Edit struct {
	settings EditSettings
	folder   string             // of the scripts
	idle     chan *editProcess  // those that nobody uses
	ctx      context.Context    // of the processes
	stop     context.CancelFunc // ends the processes
}

// editProcess is a place for one process: started, and given a checkpoint, when
// it is needed.
type editProcess struct {
	script *sandbox.Script // nil when none runs
	loaded Model           // what it has loaded
}

// NewEdit prepares the edit model; processes start when they are needed. Call
// Close when done.
func NewEdit(s EditSettings) (*Edit, error) {
	if s.Processes <= 0 {
		s.Processes = 2
	}
	folder, err := editScripts()
	if err != nil {
		return nil, err
	}
	e := &Edit{settings: s, folder: folder, idle: make(chan *editProcess, s.Processes)}
	e.ctx, e.stop = context.WithCancel(context.Background())
	for range s.Processes {
		e.idle <- &editProcess{}
	}
	return e, nil
}

// editScripts writes the scripts into a folder of their own.
func editScripts() (folder string, err error) {
	scripts, err := edit.Scripts()
	if err != nil {
		return "", err
	}
	if folder, err = os.MkdirTemp("", "edit-model-*"); err != nil {
		return "", err
	}
	for name, text := range scripts {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
			return "", errors.Join(err, os.RemoveAll(folder))
		}
	}
	return folder, nil
}

// Close ends the processes, once nobody samples any more.
func (e *Edit) Close() error {
	e.stop()
	var errs []error
	for range e.settings.Processes {
		errs = append(errs, (<-e.idle).end())
	}
	return errors.Join(append(errs, os.RemoveAll(e.folder))...)
}

// Name is "edit".
func (e *Edit) Name() string { return "edit" }

// Sample asks one process for all completions of a prompt at once. A process that
// ends in between is replaced, once.
func (e *Edit) Sample(ctx context.Context, r Request, yield func(Completion) error) error {
	if len(r.Indices) == 0 {
		return nil
	}
	var process *editProcess
	select {
	case process = <-e.idle:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	completions, err := e.ask(ctx, process, r)
	var broken *brokenProcess
	if errors.As(err, &broken) && ctx.Err() == nil {
		completions, err = e.ask(ctx, process, r)
	}
	e.idle <- process
	if err != nil {
		return err
	}
	return deliver(r, completions, yield)
}

type editCompletion struct {
	Index int    `json:"index"`
	Text  string `json:"text"`
}

// deliver hands on what answers the request.
func deliver(r Request, completions []editCompletion, yield func(Completion) error) error {
	open := map[int]bool{}
	for _, index := range r.Indices {
		open[index] = true
	}
	for _, c := range completions {
		if !open[c.Index] {
			return fmt.Errorf("edit model answered index %d, which was not asked for", c.Index)
		}
		delete(open, c.Index)
		if err := yield(Completion{Index: c.Index, Text: c.Text, Finish: "stop"}); err != nil {
			return err
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("edit model left out %d of %d completions", len(open), len(r.Indices))
	}
	return nil
}

// brokenProcess says that the process ended; the request may be well.
type brokenProcess struct{ err error }

func (b *brokenProcess) Error() string { return "edit model: " + b.err.Error() }
func (b *brokenProcess) Unwrap() error { return b.err }

func (e *Edit) ask(ctx context.Context, p *editProcess, r Request) ([]editCompletion, error) {
	if err := e.prepare(ctx, p, r.Model); err != nil {
		return nil, err
	}
	request := map[string]any{"system": r.System, "user": r.User, "temperature": r.Parameters.Temperature,
		"seed": r.Parameters.Seed, "indices": r.Indices}
	var answer struct {
		Completions []editCompletion `json:"completions"`
		Error       string           `json:"error"`
	}
	if err := p.exchange(ctx, request, &answer); err != nil {
		return nil, err
	}
	if answer.Error != "" {
		return nil, fmt.Errorf("edit model: %s", answer.Error)
	}
	return answer.Completions, nil
}

// exchange forgets the process when it fails.
func (p *editProcess) exchange(ctx context.Context, request, answer any) error {
	err := p.script.Exchange(ctx, request, answer)
	if err != nil {
		return &brokenProcess{errors.Join(err, p.end())}
	}
	return nil
}

func (p *editProcess) end() (err error) {
	if p.script != nil {
		err = p.script.Close()
	}
	*p = editProcess{}
	return err
}

// prepare brings a process up with the checkpoint of a model.
func (e *Edit) prepare(ctx context.Context, p *editProcess, m Model) error {
	if p.script != nil && p.loaded == m {
		return nil
	}
	checkpoint, err := e.checkpoint(m)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	if p.script == nil {
		if p.script, err = startEdit(e.ctx, e.settings.Interpreter, answerTime, e.folder, edit.Sampler, ""); err != nil {
			p.script = nil
			return fmt.Errorf("%w: %w", ErrUnusable, err)
		}
	}
	p.loaded = Model{}
	var answer struct {
		Error string `json:"error"`
	}
	if err := p.exchange(ctx, map[string]any{"load": checkpoint}, &answer); err != nil {
		return err
	}
	if answer.Error != "" {
		return fmt.Errorf("%w: checkpoint of model %s: %s", ErrUnusable, m.Name, answer.Error)
	}
	p.loaded = m
	return nil
}

// checkpoint reads the checkpoint of a model and checks that it is the one that
// was registered.
func (e *Edit) checkpoint(m Model) (json.RawMessage, error) {
	data := edit.Base()
	if m.URI != "" && m.URI != EditBase {
		path := strings.TrimPrefix(strings.TrimPrefix(m.URI, "file:"), "//")
		if !filepath.IsAbs(path) {
			path = filepath.Join(e.settings.Folder, path)
		}
		var err error
		if data, err = os.ReadFile(path); err != nil {
			return nil, fmt.Errorf("checkpoint of model %s: %w", m.Name, err)
		}
	}
	if sum := schema.Hash(string(data)); m.SHA256 != "" && sum != m.SHA256 {
		return nil, fmt.Errorf("checkpoint of model %s has the SHA-256 %.12s, was registered with %.12s", m.Name, sum, m.SHA256)
	}
	if !json.Valid(data) {
		return nil, fmt.Errorf("checkpoint of model %s is not JSON", m.Name)
	}
	return data, nil
}

//go:embed script.py
var editScript string

// How long the edit model may take for one prompt, and for one tuning.
const (
	answerTime = 2 * time.Minute
	tuneTime   = time.Hour
)

// startEdit starts one of the edit model's scripts. rows is a file that it reads
// instead of its input; empty leaves it its input.
func startEdit(ctx context.Context, in sandbox.Interpreter, limit time.Duration, folder, name, rows string) (*sandbox.Script, error) {
	return sandbox.StartScript(ctx, in, sandbox.Script{Source: editScript, Args: []string{folder, name, rows},
		Limits: sandbox.Limits{Wall: limit, Memory: 4 << 30, Value: 256 << 20}})
}

package trace

import (
	"context"
	_ "embed"
	"fmt"
	"sync"

	"nextworkbench/workbench/sandbox"
)

//go:embed calls.py
var callsSource string

// Reader finds out what a test calls, with a trusted Python script.
type Reader struct {
	ctx    context.Context // of the script, which serves many calls
	python sandbox.Interpreter
	mu     sync.Mutex
	script *sandbox.Script // nil when it has to be started anew
}

// NewReader returns a reader whose script starts with its first use and ends with
// ctx or Close.
func NewReader(ctx context.Context, python sandbox.Interpreter) *Reader {
	return &Reader{ctx: ctx, python: python}
}

// Close ends the script.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.script == nil {
		return nil
	}
	return r.script.Close()
}

type question struct {
	Program    string `json:"program"`
	Setup      string `json:"setup"`
	EntryPoint string `json:"entry_point"`
	Test       string `json:"test"`
}

type reading struct {
	Before, After string
	Calls         []string
	Reason        string // why there are no calls
}

// Read turns a test into a request. A test that cannot be told apart into calls
// gives one without, whose Unread says why: that is data, not an error.
func (r *Reader) Read(ctx context.Context, program, setup, entryPoint, test string) (Request, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var answer reading
	if r.script == nil {
		script, err := sandbox.StartScript(r.ctx, r.python, sandbox.Script{Source: callsSource})
		if err != nil {
			return Request{}, fmt.Errorf("read test: %w", err)
		}
		r.script = script
	}
	err := r.script.Exchange(ctx, question{program, setup, entryPoint, test}, &answer)
	if err != nil {
		r.script = nil // a test may be too much for a parser, too
		answer = reading{Reason: "the test cannot be read"}
	}
	return Request{
		Source: program, Before: answer.Before, Setup: answer.After, Expressions: answer.Calls, Test: test, Unread: answer.Reason,
	}, ctx.Err()
}

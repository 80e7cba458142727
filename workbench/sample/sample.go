// Package sample draws completions from models and parses them into rationale
// and fix. A [Sampler] answers one request; [Run] finds out which generations of
// a [Job] are missing, asks for those and stores each answer as it arrives.
//
// It writes sampling, generation and sample (with the programs of the fixes). It
// refuses to ask for a generation that is stored already, and to know an API key
// from anywhere but the environment. The outgoing HTTP of the workbench lives
// here and nowhere else.
package sample

import (
	"context"
	"errors"

	"nextworkbench/schema"
)

// ErrUnusable says that a sampler can answer no request at all: nobody listens,
// the key is wrong, the model is unknown. [Run] stops at it.
var ErrUnusable = errors.New("the sampler cannot be used")

// Sampler answers requests. It is safe for use by several goroutines.
type Sampler interface {
	// Name is the name that sampling parameters are stored with.
	Name() string

	// Sample calls yield with each completion as soon as it exists: in any order,
	// one call at a time, with indices of the request only and none twice. It
	// returns nil when every index was answered. Otherwise the error says why some
	// were not, and those that were answered count all the same. When yield fails,
	// Sample stops and returns that error; when ctx ends, it stops soon.
	Sample(ctx context.Context, r Request, yield func(Completion) error) error
}

// Request asks for completions of one prompt.
type Request struct {
	Task       string // text id of a task that the prompt asks about
	System     string
	User       string
	Model      Model
	Parameters Parameters
	Indices    []int // which generations to draw, each from 0, none twice
}

// Model is the checkpoint that a request is put to.
type Model struct {
	Name   string
	URI    string // where the checkpoint is; what it means is the sampler's business
	SHA256 string // of the checkpoint, empty when unknown
}

// Parameters are the sampling parameters. All of them are sent, so that no
// server's default takes part. Generation i is drawn with the seed Seed + i.
type Parameters struct {
	Temperature float64  `json:"temperature"`
	TopP        float64  `json:"top_p"`
	MaxTokens   int      `json:"max_tokens"`
	Seed        int64    `json:"seed"`
	Stop        []string `json:"stop,omitempty"`

	// Extra goes into the body of an HTTP request as it is, for what only some
	// servers know; a null takes out what would be sent otherwise.
	Extra map[string]any `json:"extra,omitempty"`
}

// Completion is one answer of a sampler.
type Completion struct {
	Index        int
	Text         string
	Finish       string // why it ended, as the sampler says
	InputTokens  int    // 0 when unknown
	OutputTokens int    // 0 when unknown
	Response     string // what the sampler sent, for lineage; may be empty
}

// PromptSHA256 is the content address of the prompt that the request shows.
func (r Request) PromptSHA256() string {
	return schema.Prompt{System: r.System, User: r.User}.SHA256()
}

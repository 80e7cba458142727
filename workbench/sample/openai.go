package sample

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// OpenAISettings say how to reach an OpenAI-compatible server.
type OpenAISettings struct {
	BaseURL     string              // such as http://127.0.0.1:8000/v1; a missing /v1 is added
	Model       string              // what the server calls the model; empty takes the model's name
	KeyVariable string              // environment variable that holds the API key; empty sends none
	Getenv      func(string) string // reads the environment; needed with KeyVariable
	Choices     int                 // the most completions to ask for in one call; 0 is 1
	Concurrency int                 // calls at once, over all requests; 0 is 4
	Timeout     time.Duration       // of one call; 0 is 10 minutes
	Attempts    int                 // calls made for the same completions before giving up; 0 is 6
	Patience    time.Duration       // for all attempts together; 0 is 15 minutes
	FirstPause  time.Duration       // before the second attempt, growing after; 0 is 1 second
	Client      *http.Client        // nil is a plain one
}

// OpenAI is a Sampler that asks a server over HTTP. Calls that are refused for a
// while (429), break off, time out or fail on the server's side (5xx, answers that
// make no sense) are repeated with growing pauses or as Retry-After says. Other
// refusals are not; those of the key, the address or the model wrap [ErrUnusable].
type OpenAI struct {
	settings OpenAISettings
	endpoint string
	key      string
	calls    chan struct{} // one token per call under way
	single   atomic.Bool   // the server once gave fewer choices than asked for
}

// NewOpenAI makes a Sampler of a server. It reads the key now and sends nothing.
func NewOpenAI(s OpenAISettings) (*OpenAI, error) {
	base, err := url.Parse(strings.TrimSuffix(s.BaseURL, "/"))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("openai: %q is not the address of a server", s.BaseURL)
	}
	if base.User != nil {
		return nil, errors.New("openai: the address holds a password; put the key into the environment instead")
	}
	o := &OpenAI{settings: s.withDefaults(), endpoint: strings.TrimSuffix(base.String(), "/v1") + chatPath}
	o.calls = make(chan struct{}, o.settings.Concurrency)
	if s.KeyVariable != "" {
		if o.key = s.Getenv(s.KeyVariable); o.key == "" {
			return nil, fmt.Errorf("openai: the environment variable %s is not set: %w", s.KeyVariable, ErrUnusable)
		}
	}
	return o, nil
}

func (s OpenAISettings) withDefaults() OpenAISettings {
	orDefault := func(value *int, usual int) {
		if *value <= 0 {
			*value = usual
		}
	}
	orDefault(&s.Choices, 1)
	orDefault(&s.Concurrency, 4)
	orDefault(&s.Attempts, 6)
	for _, d := range []struct {
		value *time.Duration
		usual time.Duration
	}{{&s.Timeout, 10 * time.Minute}, {&s.Patience, 15 * time.Minute}, {&s.FirstPause, time.Second}} {
		if *d.value <= 0 {
			*d.value = d.usual
		}
	}
	client := http.Client{}
	if s.Client != nil {
		client = *s.Client
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // it would drop the body
	s.Client = &client
	return s
}

// Name is "openai".
func (o *OpenAI) Name() string { return "openai" }

// Sample puts the indices to the server, as many in one call as it gives. What a
// server leaves out of a call is asked for one by one.
func (o *OpenAI) Sample(ctx context.Context, r Request, yield func(Completion) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	e := exchange{server: o, request: r, yield: yield, cancel: cancel}
	e.round(ctx, r.Indices, o.choices())
	if len(e.left) > 0 && e.stopped == nil {
		e.round(ctx, e.left, 1)
	}
	if e.stopped != nil {
		return e.stopped
	}
	return errors.Join(e.failures...)
}

func (o *OpenAI) choices() int {
	if o.single.Load() {
		return 1
	}
	return o.settings.Choices
}

// exchange is one call of Sample.
type exchange struct {
	server   *OpenAI
	request  Request
	yield    func(Completion) error
	cancel   func()
	left     []int   // indices that calls for several left out
	failures []error // of the calls
	stopped  error   // what yield said, or that the server is unusable
}

// span is a run of successive indices, asked for in one call.
type span struct{ first, n int }

// spans cuts indices into runs of at most most.
func spans(indices []int, most int) (all []span) {
	for _, index := range indices {
		if last := len(all) - 1; last >= 0 && all[last].n < most && all[last].first+all[last].n == index {
			all[last].n++
		} else {
			all = append(all, span{index, 1})
		}
	}
	return all
}

type answer struct {
	span        span
	completions []Completion
	err         error
}

// round asks for indices in calls of at most choices each, and waits for all.
func (e *exchange) round(ctx context.Context, indices []int, choices int) {
	asked := spans(indices, choices)
	answers := make(chan answer)
	for _, s := range asked {
		go func() {
			completions, err := e.server.call(ctx, e.request, s)
			answers <- answer{s, completions, err}
		}()
	}
	e.left = nil
	for range asked {
		if e.take(<-answers); e.stopped != nil {
			e.cancel()
		}
	}
}

// take hands on what a call brought, and notes what it left out.
func (e *exchange) take(a answer) {
	open := map[int]bool{}
	for i := range a.span.n {
		open[a.span.first+i] = true
	}
	for _, c := range a.completions {
		if e.stopped == nil {
			e.stopped = e.yield(c)
		}
		delete(open, c.Index)
	}
	var refused *refusal
	switch {
	case errors.As(a.err, &refused) && refused.ofBody() && a.span.n > 1: // perhaps of n
	case a.err != nil:
		e.failures = append(e.failures, fmt.Errorf("indices %d to %d: %w", a.span.first, a.span.first+a.span.n-1, a.err))
		if errors.Is(a.err, ErrUnusable) && e.stopped == nil {
			e.stopped = a.err
		}
		return
	case len(open) > 0:
		e.server.single.Store(true)
	}
	for _, index := range e.request.Indices {
		if open[index] {
			e.left = append(e.left, index)
		}
	}
}

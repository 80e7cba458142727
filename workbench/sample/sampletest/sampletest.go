// Package sampletest is the promises of sample.Sampler as a test that every
// implementation runs. It writes nothing.
package sampletest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nextworkbench/workbench/sample"
)

// Subject is a sampler under test.
type Subject struct {
	Sampler      sample.Sampler
	Answerable   sample.Request // with at least four indices, all of which it can answer
	Unanswerable sample.Request // with at least one index, none of which it can answer
}

// Run checks a sampler against what [sample.Sampler] promises.
func Run(t *testing.T, s Subject) {
	if len(s.Answerable.Indices) < 4 || len(s.Unanswerable.Indices) == 0 {
		t.Fatal("the subject has too few indices")
	}
	t.Run("AnswersEveryIndexOnce", s.everyIndexOnce)
	t.Run("AnswersSomeIndices", s.someIndices)
	t.Run("AnswersNothingAsked", s.nothing)
	t.Run("ReportsWhatItCannotAnswer", s.unanswerable)
	t.Run("StopsWhenYieldFails", s.stops)
	t.Run("StopsWhenTheContextEnds", s.cancelled)
	t.Run("ServesSeveralAtOnce", s.concurrent)
}

// draw collects completions by index and checks each against the request.
func draw(ctx context.Context, s sample.Sampler, r sample.Request) (map[int]sample.Completion, error) {
	found := map[int]sample.Completion{}
	var inside atomic.Int32
	var broken []error
	err := s.Sample(ctx, r, func(c sample.Completion) error {
		if inside.Add(1) > 1 {
			broken = append(broken, errors.New("yield was called while it ran"))
		}
		defer inside.Add(-1)
		if _, twice := found[c.Index]; twice || !slices.Contains(r.Indices, c.Index) {
			broken = append(broken, fmt.Errorf("index %d came twice or was not asked for", c.Index))
		}
		found[c.Index] = c
		return nil
	})
	return found, errors.Join(append(broken, err)...)
}

func (s Subject) everyIndexOnce(t *testing.T) {
	r := s.Answerable
	before := slices.Clone(r.Indices)
	found, err := draw(t.Context(), s.Sampler, r)
	if err != nil || len(found) != len(r.Indices) {
		t.Fatalf("%d of %d indices answered: %v", len(found), len(r.Indices), err)
	}
	for index, c := range found {
		if c.Text == "" {
			t.Errorf("completion %d is empty", index)
		}
	}
	if !slices.Equal(before, r.Indices) {
		t.Errorf("the request changed: %v, was %v", r.Indices, before)
	}
	if name := s.Sampler.Name(); name == "" || name != s.Sampler.Name() {
		t.Errorf("name %q", name)
	}
}

func (s Subject) someIndices(t *testing.T) {
	r := s.Answerable
	r.Indices = []int{r.Indices[3], r.Indices[1]}
	found, err := draw(t.Context(), s.Sampler, r)
	if err != nil || len(found) != 2 {
		t.Errorf("%d of 2 indices answered: %v", len(found), err)
	}
}

func (s Subject) nothing(t *testing.T) {
	r := s.Answerable
	r.Indices = nil
	if found, err := draw(t.Context(), s.Sampler, r); err != nil || len(found) != 0 {
		t.Errorf("%d completions, %v; want none and no error", len(found), err)
	}
}

func (s Subject) unanswerable(t *testing.T) {
	found, err := draw(t.Context(), s.Sampler, s.Unanswerable)
	if err == nil || len(found) != 0 {
		t.Errorf("%d completions, error %v; want none and an error", len(found), err)
	}
	if found, err := draw(t.Context(), s.Sampler, s.Answerable); err != nil || len(found) != len(s.Answerable.Indices) {
		t.Errorf("afterwards %d of %d indices answered: %v", len(found), len(s.Answerable.Indices), err)
	}
}

func (s Subject) stops(t *testing.T) {
	enough := errors.New("enough")
	calls := 0
	err := s.Sampler.Sample(t.Context(), s.Answerable, func(sample.Completion) error {
		calls++
		return enough
	})
	if !errors.Is(err, enough) || calls != 1 {
		t.Errorf("%d calls, error %v; want one call and its error", calls, err)
	}
}

func (s Subject) cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	done := make(chan error, 1)
	go func() {
		_, err := draw(ctx, s.Sampler, s.Answerable)
		done <- err
	}()
	select {
	case err := <-done:
		if err == nil {
			t.Error("no error")
		}
	case <-time.After(10 * time.Second):
		t.Fatal("still sampling 10 s after its context ended")
	}
	if _, err := draw(t.Context(), s.Sampler, s.Answerable); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func (s Subject) concurrent(t *testing.T) {
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if found, err := draw(t.Context(), s.Sampler, s.Answerable); err != nil || len(found) != len(s.Answerable.Indices) {
				t.Errorf("%d of %d indices answered: %v", len(found), len(s.Answerable.Indices), err)
			}
		})
	}
	group.Wait()
}

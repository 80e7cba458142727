// Package station carries a work list through parallel workers into the one writer
// of the file.
//
// It is the shape that verify and trace share. It writes no tables itself, and
// refuses to lose a result: what was worked out before a failure or an interrupt is
// stored all the same.
package station

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// batchSize is how many results become durable together, at most.
	batchSize = 64
	// batchTime is how long a result waits for company, at most.
	batchTime = time.Second
)

// Run works off jobs, workers at a time, and hands the results to store in batches,
// one batch at a time, as they come. The first error of work or store, or the end
// of ctx, stops it.
func Run[Job, Result any](ctx context.Context, jobs []Job, workers int, work func(context.Context, Job) (Result, error), store func(context.Context, []Result) error) error {
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	todo := make(chan Job)
	done := make(chan Result)
	go func() {
		defer close(todo)
		for _, job := range jobs {
			select {
			case todo <- job:
			case <-working.Done():
				return
			}
		}
	}()
	var group sync.WaitGroup
	for range max(workers, 1) {
		group.Go(func() {
			for job := range todo {
				result, err := work(working, job)
				if err != nil {
					stop(err)
					return
				}
				done <- result
			}
		})
	}
	go func() { group.Wait(); close(done) }()
	err := collect(done, func(batch []Result) error {
		err := store(context.WithoutCancel(ctx), batch)
		if err != nil {
			stop(err)
		}
		return err
	})
	return errors.Join(context.Cause(working), err)
}

// collect stores results in batches until done is closed. After a failure it goes
// on receiving, so that no worker is left waiting, and stores no more.
func collect[Result any](done <-chan Result, store func([]Result) error) (failure error) {
	var batch []Result
	flush := func() {
		if len(batch) > 0 && failure == nil {
			failure = store(batch)
		}
		batch = batch[:0]
	}
	tick := time.NewTicker(batchTime)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			flush()
		case result, open := <-done:
			if !open {
				flush()
				return failure
			}
			if batch = append(batch, result); len(batch) == batchSize {
				flush()
			}
		}
	}
}

package export

import (
	"cmp"
	"context"
	"iter"
	"slices"
)

// How far a reader runs ahead of who takes its values: batches in the channel, and
// values in one batch. What waits is bounded whatever there is to come.
const (
	aheadBatches = 4
	aheadValues  = 64
)

// ahead reads values in a goroutine of its own, while the caller works on those
// before. They come in the same order. The first error ends them.
func ahead[T any](ctx context.Context, values func(context.Context) iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		batches := make(chan batch[T], aheadBatches)
		go send(ctx, values(ctx), batches)
		defer func() {
			stop()
			for range batches { // the reader lets go of its rows before the caller goes on
			}
		}()
		for b := range batches {
			for _, v := range b.values {
				if !yield(v, nil) {
					return
				}
			}
			if b.err != nil {
				var none T
				yield(none, b.err)
				return
			}
		}
	}
}

type batch[T any] struct {
	values []T
	err    error // after the values
}

func send[T any](ctx context.Context, values iter.Seq2[T, error], batches chan<- batch[T]) {
	defer close(batches)
	var next batch[T]
	pass := func() bool {
		select {
		case batches <- next:
			next = batch[T]{}
			return true
		case <-ctx.Done():
			return false
		}
	}
	for v, err := range values {
		if err != nil {
			next.err = err
			break
		}
		if next.values == nil {
			next.values = make([]T, 0, aheadValues)
		}
		if next.values = append(next.values, v); len(next.values) == aheadValues && !pass() {
			return
		}
	}
	if next.err == nil {
		next.err = ctx.Err() // so that what was cut short is not taken for whole
	}
	if len(next.values) > 0 || next.err != nil {
		pass()
	}
}

// readers is how many goroutines aheadOf reads in at the same time.
const readers = 2

// aheadOf reads the values of ids, some at a time, in several goroutines. They come in
// the order of the ids. The first error ends them.
func aheadOf[ID, T any](ctx context.Context, ids []ID, atOnce int, read func(context.Context, []ID) iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		parts := make(chan chan batch[T], readers) // in order; its room bounds how many are read
		go func() {
			defer close(parts)
			for some := range slices.Chunk(ids, atOnce) {
				part := make(chan batch[T], 1)
				select {
				case parts <- part:
					go func() {
						values, err := collect(read(ctx, some))
						part <- batch[T]{values, err}
					}()
				case <-ctx.Done():
					return
				}
			}
		}()
		defer func() {
			stop()
			for part := range parts {
				<-part
			}
		}()
		for part := range parts {
			b := <-part
			for _, v := range b.values {
				if b.err == nil && !yield(v, nil) {
					return
				}
			}
			if err := cmp.Or(b.err, ctx.Err()); err != nil {
				var none T
				yield(none, err)
				return
			}
		}
	}
}

package station

import (
	"context"
	"errors"
	"slices"
	"testing"
)

func numbers(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func TestRunStoresEveryResultOnce(t *testing.T) {
	for _, n := range []int{0, 1, batchSize, 3*batchSize + 1} {
		var stored []int
		err := Run(t.Context(), numbers(n), 4, func(_ context.Context, i int) (int, error) { return i, nil },
			func(_ context.Context, batch []int) error { stored = append(stored, batch...); return nil })
		slices.Sort(stored)
		if err != nil || !slices.Equal(stored, numbers(n)) {
			t.Errorf("%d jobs: %d results stored, %v", n, len(stored), err)
		}
	}
}

func TestRunKeepsWhatWasDoneBeforeAFailure(t *testing.T) {
	broken := errors.New("broken")
	var stored []int
	err := Run(t.Context(), numbers(100), 1, func(_ context.Context, i int) (int, error) {
		if i == 10 {
			return 0, broken
		}
		return i, nil
	}, func(_ context.Context, batch []int) error { stored = append(stored, batch...); return nil })
	if !errors.Is(err, broken) || !slices.Equal(stored, numbers(10)) {
		t.Errorf("stored %v, %v; want the ten before the failure", stored, err)
	}
}

func TestRunStopsWhenNothingCanBeStored(t *testing.T) {
	full := errors.New("disk full")
	worked := 0
	err := Run(t.Context(), numbers(100_000), 1, func(_ context.Context, i int) (int, error) { worked++; return i, nil },
		func(context.Context, []int) error { return full })
	if !errors.Is(err, full) || worked > 2*batchSize {
		t.Errorf("%d jobs were worked on, %v; want it to stop at the first batch", worked, err)
	}
}

func TestRunStoresAfterAnInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var stored []int
	err := Run(ctx, numbers(1000), 1, func(ctx context.Context, i int) (int, error) {
		if i == 5 {
			cancel()
		}
		return i, nil
	}, func(ctx context.Context, batch []int) error { stored = append(stored, batch...); return ctx.Err() })
	if !errors.Is(err, context.Canceled) || len(stored) < 6 {
		t.Errorf("stored %v, %v; want what was done before the interrupt", stored, err)
	}
}

package main

import (
	"context"
	"runtime"
	"time"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
	"nextworkbench/workbench/trace"
)

// leastWall is how long a program may wait in any case.
const leastWall = 10 * time.Second

// limits are what one program may take, by the global flags.
func (a *app) limits() sandbox.Limits {
	return sandbox.Limits{
		CPU:    time.Duration(a.config.CPUSeconds * float64(time.Second)),
		Wall:   max(time.Duration(10*a.config.CPUSeconds*float64(time.Second)), leastWall),
		Events: a.config.Events,
		Memory: int64(a.config.MemoryMiB) << 20,
	}
}

func (a *app) workers() int {
	if a.config.Workers > 0 {
		return a.config.Workers
	}
	return runtime.NumCPU()
}

// openPool opens the sandbox that programs are executed in.
func (a *app) openPool(ctx context.Context, limits sandbox.Limits) (*sandbox.Pool, error) {
	python, err := sandbox.Find(ctx, a.config.Python)
	if err != nil {
		return nil, err
	}
	if untried := python.Untried(); untried != "" {
		a.note("CPython %s is %s", python.Version, untried)
	}
	pool, err := sandbox.Open(ctx, sandbox.Options{
		Interpreter: python,
		Workers:     a.workers(),
		Limits:      limits,
		AllowWeak:   a.config.AllowWeak,
		Instruments: []sandbox.Module{trace.Instrument()},
		Log:         a.log,
	})
	return pool, err
}

// withPool runs fn with the database and a sandbox.
func (a *app) withPool(ctx context.Context, fn func(*schema.DB, *sandbox.Pool) error) error {
	db, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	pool, err := a.openPool(ctx, a.limits())
	if err != nil {
		return err
	}
	defer pool.Close()
	return fn(db, pool)
}

package sandbox

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"time"
)

// ErrInfra wraps every failure of the sandbox itself. The candidate is not to
// blame; the caller may try again.
var ErrInfra = errors.New("sandbox failed")

// ErrGone is returned by requests to a candidate that has ended.
var ErrGone = errors.New("the candidate is gone")

// ErrTooWeak is returned by Open where programs cannot be held.
var ErrTooWeak = errors.New("isolation is too weak to run untrusted programs")

// Limits bound one candidate. Zero fields mean the defaults: 10 s of CPU, ten
// times as much wall time, 10 million events, 1 GiB, 64 KiB of output, 8 MiB per value.
type Limits struct {
	CPU    time.Duration // per request
	Wall   time.Duration // per request, of waiting for other things than a core
	Events int           // per request of a program that is run again with its events counted, as it used up its CPU or memory
	Memory int64         // bytes of address space
	Output int           // bytes kept of each of stdout and stderr, per request
	Value  int           // bytes of one encoded value
}

func (l Limits) orDefault() Limits {
	if l.CPU <= 0 {
		l.CPU = 10 * time.Second
	}
	if l.Wall <= 0 {
		l.Wall = 10 * l.CPU
	}
	if l.Events <= 0 {
		l.Events = 10_000_000
	}
	if l.Memory <= 0 {
		l.Memory = 1 << 30
	}
	if l.Output <= 0 {
		l.Output = 64 << 10
	}
	if l.Value <= 0 {
		l.Value = 8 << 20
	}
	return l
}

// Module is trusted Python that the zygote loads before any candidate. A
// module used as an instrument has begin(options, filename, source), which
// returns an object with execute(code, namespace) for the program and its
// statements, evaluate(code, namespace) for calls, and report() giving bytes
// or text.
type Module struct{ Name, Source string }

// Options say how a Pool runs programs.
type Options struct {
	Interpreter Interpreter
	Workers     int // programs that run at the same time; 0 means one per core
	Limits      Limits
	AllowWeak   bool // run even where neither namespaces nor Landlock hold programs
	Instruments []Module
	Log         *slog.Logger // nil means silence

	Withhold []string // features not to use, so that tests see the weaker levels
}

// Pool runs candidates, at most Workers at a time.
type Pool struct {
	options   Options
	isolation Isolation
	launch    *launcher
	workers   []*worker
	free      chan *worker // for candidates
	referees  chan *worker // for test code, so that a test never waits for a candidate's slot
	closing   sync.Once
}

// Open starts the first worker, finds out by trying what isolation this
// machine gives, and runs a program of its own to see that it holds.
func Open(ctx context.Context, o Options) (*Pool, error) {
	if o.Workers <= 0 {
		o.Workers = runtime.NumCPU()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Limits = o.Limits.orDefault()
	p := &Pool{options: o, launch: newLauncher(), free: make(chan *worker, o.Workers), referees: make(chan *worker, o.Workers)}
	for i := range o.Workers {
		p.add(p.free, i)
		p.add(p.referees, o.Workers+i)
	}
	if err := p.settle(ctx); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

func (p *Pool) add(to chan *worker, index int) {
	w := &worker{index: index, pool: p}
	p.workers = append(p.workers, w)
	to <- w
}

// Limits are what bounds each candidate of this pool.
func (p *Pool) Limits() Limits { return p.options.Limits }

// Isolation says what holds the candidates of this pool, as probed by Open.
func (p *Pool) Isolation() Isolation { return p.isolation }

// Close ends every worker and the candidates that still run.
func (p *Pool) Close() error {
	p.closing.Do(func() {
		for _, w := range p.workers {
			w.shut()
		}
		p.launch.close()
	})
	return nil
}

// take waits for a free worker.
func take(ctx context.Context, workers chan *worker) (*worker, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case w := <-workers:
		return w, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

package sandbox

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Program is one untrusted program to run.
type Program struct {
	Source            string
	Filename          string // what its tracebacks name; default "<program>"
	Instrument        string // a Module of Options.Instruments that runs it, empty for none
	InstrumentOptions string // JSON handed to the instrument
	Stdin             string
}

// Candidate is the process of one program. It serves one request at a time;
// its methods must not be called concurrently.
type Candidate struct {
	worker  *worker
	zygote  *zygote
	home    chan *worker // where the worker goes back
	keep    bool         // the worker does not go back
	program Program
	limits  Limits
	line    *os.File
	process process
	began   time.Time
	gone    bool
	closed  bool
	ended   *ending // known once the kernel has reported
	forged  bool
}

// Start waits for a free worker and forks a fresh process for the program.
// Errors are the sandbox's own and wrap ErrInfra, or ctx's.
func (p *Pool) Start(ctx context.Context, program Program) (*Candidate, error) {
	return p.startOn(ctx, p.free, program)
}

func (p *Pool) startOn(ctx context.Context, home chan *worker, program Program) (*Candidate, error) {
	w, err := take(ctx, home)
	if err != nil {
		return nil, err
	}
	c, err := w.fork(ctx, program)
	if err != nil && ctx.Err() == nil {
		w.discard() // whatever broke it, a fresh zygote deserves one try
		c, err = w.fork(ctx, program)
	}
	if err != nil {
		w.discard()
		home <- w
		return nil, err
	}
	c.home = home
	return c, nil
}

// fork makes the zygote fork a child that is ready for requests.
func (w *worker) fork(ctx context.Context, program Program) (*Candidate, error) {
	if err := w.start(ctx); err != nil {
		return nil, err
	}
	c := &Candidate{worker: w, zygote: w.zygote, program: program, limits: w.pool.options.Limits, began: time.Now()}
	if c.program.Filename == "" {
		c.program.Filename = "<program>"
	}
	if err := c.connect(ctx); err != nil {
		if c.line != nil {
			c.line.Close()
		}
		if said := w.zygote.stderr.String(); said != "" {
			err = fmt.Errorf("%w: %s", err, said)
		}
		w.discard()
		return nil, fmt.Errorf("%w: fork: %w", ErrInfra, err)
	}
	return c, nil
}

func (c *Candidate) connect(ctx context.Context) error {
	ours, theirs, err := socketPair()
	if err != nil {
		return err
	}
	defer theirs.Close()
	c.line = ours
	if err := askForSender(ours); err != nil {
		return err
	}
	passed := []*os.File{theirs}
	if c.program.Stdin != "" {
		stdin, err := holding(c.program.Stdin)
		if err != nil {
			return err
		}
		defer stdin.Close()
		passed = append(passed, stdin)
	}
	if err := c.zygote.pass(passed); err != nil {
		return err
	}
	theirs.Close() // so that the child's end is the last one
	if err := ours.SetReadDeadline(time.Now().Add(startTime)); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = ours.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	pid, err := greeting(ours)
	if err != nil {
		return err
	}
	c.process, err = openProcess(pid)
	return err
}

// Load compiles and executes the program as a fresh module named __main__.
func (c *Candidate) Load(ctx context.Context) (Reply, error) {
	r := newRequest(5)
	r.str("load")
	r.str(c.program.Source)
	r.str(c.program.Filename)
	r.str(c.program.Instrument)
	r.str(c.program.InstrumentOptions)
	return c.ask(ctx, r)
}

// Call evaluates one expression in the module's namespace.
func (c *Candidate) Call(ctx context.Context, expression string) (Reply, error) {
	r := newRequest(2)
	r.str("call")
	r.str(expression)
	return c.ask(ctx, r)
}

// Exec executes statements in the module's namespace: the shared tier, whose
// verdicts are never trusted, for test code and program meet in one process.
func (c *Candidate) Exec(ctx context.Context, statement string) (Reply, error) {
	r := newRequest(2)
	r.str("execute")
	r.str(statement)
	return c.ask(ctx, r)
}

// Apply calls the function at a dotted path with an encoded tuple of arguments
// and an encoded dict of keyword arguments, as EncodeValue writes them; nil
// means none. Reply.Arguments are the arguments after the call.
func (c *Candidate) Apply(ctx context.Context, function string, args, kwargs []byte) (Reply, error) {
	return c.apply(ctx, "apply", function, args, kwargs)
}

func (c *Candidate) apply(ctx context.Context, operation, function string, args, kwargs []byte) (Reply, error) {
	if args == nil {
		args = []byte{plainForm, '(', 0, 0, 0, 0}
	}
	if kwargs == nil {
		kwargs = []byte{plainForm, '{', '0'}
	}
	r := newRequest(4)
	r.str(operation)
	r.str(function)
	r.bytes(args)
	r.bytes(kwargs)
	return c.ask(ctx, r)
}

// Report returns what the program's instrument recorded, at most
// Limits.Value bytes. The program may have tampered with it.
func (c *Candidate) Report(ctx context.Context) ([]byte, error) {
	r := newRequest(1)
	r.str("report")
	body, reply, err := c.exchange(ctx, r)
	if err != nil {
		return nil, err
	}
	if reply.Ending.Final() {
		return nil, fmt.Errorf("report: the candidate %v", reply.Ending)
	}
	f, err := fields(body, "iyysssiiyybi")
	if err != nil {
		c.kill()
		return nil, fmt.Errorf("report: %w", err)
	}
	if f[0].Int.Int64() != int64(Returned) {
		return nil, fmt.Errorf("report: the instrument gave none: %s %s", printable(f[3].Text), printable(f[5].Text))
	}
	if len(f[1].Text) > c.limits.Value {
		return nil, fmt.Errorf("report: %d bytes are more than the %d allowed", len(f[1].Text), c.limits.Value)
	}
	return []byte(f[1].Text), nil
}

// ask makes one request to the end.
func (c *Candidate) ask(ctx context.Context, r *request) (Reply, error) {
	body, reply, err := c.exchange(ctx, r)
	if err != nil || reply.Ending.Final() {
		return reply, err
	}
	parsed := parseReply(body, Caps{Bytes: c.limits.Value + 1}, c.limits.Output)
	parsed.CPU, parsed.Wall = reply.CPU, reply.Wall
	if parsed.Ending.Final() {
		c.kill()
	}
	return parsed, nil
}

// exchange sends a request and waits for the frame that answers it. The reply
// tells times, and the ending when the candidate did not answer.
func (c *Candidate) exchange(ctx context.Context, r *request) ([]byte, Reply, error) {
	if c.gone {
		return nil, Reply{}, ErrGone
	}
	if err := ctx.Err(); err != nil {
		return nil, Reply{}, err
	}
	w := watch{ctx: ctx, candidate: c, began: time.Now()}
	w.before, _ = c.process.cpu()
	body, err := c.converse(ctx, r, &w)
	reply := Reply{Wall: time.Since(w.began)}
	if after, ok := c.process.cpu(); ok {
		reply.CPU = after - w.before
	}
	switch {
	case ctx.Err() != nil && err != nil:
		c.kill()
		return nil, reply, ctx.Err()
	case err == nil && reply.CPU <= c.limits.CPU:
		return body, reply, nil
	case err == nil, errors.Is(err, errTimeUp):
		c.kill()
		reply.Ending = TimedOut
	case errors.Is(err, errForged):
		c.kill()
		reply.Ending = Forged
	default:
		return nil, reply, c.explain(&reply)
	}
	return nil, reply, nil
}

func (c *Candidate) converse(ctx context.Context, r *request, w *watch) ([]byte, error) {
	if pending(c.line) {
		return nil, errForged
	}
	if err := c.line.SetWriteDeadline(w.began.Add(c.limits.Wall)); err != nil {
		return nil, err
	}
	if ctx.Done() != nil {
		stop := context.AfterFunc(ctx, func() { _ = c.line.SetDeadline(time.Unix(1, 0)) })
		defer stop()
	}
	if _, err := c.line.Write(r.frame()); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, errTimeUp
		}
		return nil, err
	}
	return c.receive(r.nonce, w)
}

// receive reads one frame that answers nonce.
func (c *Candidate) receive(nonce uint64, w *watch) ([]byte, error) {
	var head [headSize]byte
	if _, err := io.ReadFull(w, head[:]); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(head[:])
	if int64(size) > c.frameCap() || binary.LittleEndian.Uint64(head[4:]) != nonce {
		return nil, errForged
	}
	body := make([]byte, size)
	_, err := io.ReadFull(w, body)
	return body, err
}

// frameCap is the longest body an honest runner sends.
func (c *Candidate) frameCap() int64 {
	return int64(2*c.limits.Value + 2*c.limits.Output + 64<<10)
}

var errTimeUp = errors.New("time is up")

// watch reads from a candidate for as long as it has time. It sleeps until the
// earliest moment at which the CPU limit could be reached, then looks again.
type watch struct {
	ctx       context.Context
	candidate *Candidate
	began     time.Time
	before    time.Duration // CPU used before the request
}

const shortestLook = 2 * time.Millisecond

func (w *watch) Read(b []byte) (int, error) {
	c := w.candidate
	for {
		wall := c.limits.Wall - time.Since(w.began)
		cpu := c.limits.CPU
		if now, ok := c.process.cpu(); ok {
			cpu -= now - w.before
		} else {
			cpu = wall
		}
		if wall <= 0 || cpu <= 0 {
			return 0, errTimeUp
		}
		if err := c.line.SetReadDeadline(time.Now().Add(max(min(wall, cpu), shortestLook))); err != nil {
			return 0, err
		}
		if err := w.ctx.Err(); err != nil {
			return 0, err // its own deadline may just have been overwritten
		}
		n, err := c.line.Read(b)
		if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
	}
}

// explain finds out how a candidate ended that closed its socket.
func (c *Candidate) explain(r *Reply) error {
	c.gone = true
	end, err := c.zygote.await(time.Second)
	if err != nil {
		// It lives: it has only closed the socket. Or the zygote is dead.
		if c.kill(); c.ended == nil {
			return fmt.Errorf("%w: %w", ErrInfra, errBroken)
		}
		r.Ending = Forged
		return nil
	}
	c.ended = &end
	c.classify(end, r)
	return nil
}

// kill ends the process and waits for the kernel's report.
func (c *Candidate) kill() {
	c.gone = true
	if c.ended != nil {
		return
	}
	if err := c.process.kill(); err != nil {
		c.worker.discard()
		return
	}
	end, err := c.zygote.await(endTime)
	if err != nil {
		c.worker.discard()
		return
	}
	c.ended = &end
}

// Close ends the process, waits until it is gone and gives its worker back.
func (c *Candidate) Close() (Usage, error) {
	if c.closed {
		return Usage{}, nil
	}
	c.closed = true
	c.forged = !c.gone && pending(c.line)
	c.kill()
	c.process.close()
	c.line.Close()
	if !c.keep {
		c.home <- c.worker
	}
	u := Usage{Wall: time.Since(c.began), Forged: c.forged}
	if c.ended == nil {
		return u, fmt.Errorf("%w: %w", ErrInfra, errBroken)
	}
	u.CPU, u.PeakKiB = c.ended.cpu, c.ended.peakKiB
	return u, nil
}

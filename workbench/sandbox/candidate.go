package sandbox

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Program is one untrusted program to run.
type Program struct {
	Source            string
	Filename          string // what its tracebacks name; default "<program>"
	Instrument        string // a Module of Options.Instruments that runs it, empty for none
	InstrumentOptions string // JSON handed to the instrument
	Stdin             string
	Quiet             bool // replies do not tell what the program writes, which spares it some time

	Events int           // calls, lines, returns and exceptions after which a request is ended, the same on every machine; 0: not counted
	CPU    time.Duration // of a request, in place of the pool's; 0 for the pool's
}

// Candidate is the process of one program. It serves one request at a time, in
// the order sent; its methods must not be called concurrently.
type Candidate struct {
	worker  *worker
	zygote  *zygote
	home    chan *worker // where the worker goes back
	keep    bool         // the worker does not go back
	program Program
	limits  Limits
	child   *child
	heard   *bufio.Reader
	sent    []uint64 // nonces of the requests that are not answered yet
	began   time.Time
	peakKiB int64 // as the replies tell it
	forged  bool  // bytes came that no request had asked for
	gone    bool
	closed  bool
	ended   *ending // known once the kernel has reported
}

// Start waits for a free worker and takes a fresh process for the program.
// Errors are the sandbox's own and wrap ErrInfra, or ctx's.
func (p *Pool) Start(ctx context.Context, program Program) (*Candidate, error) {
	return p.startOn(ctx, p.free, program)
}

func (p *Pool) startOn(ctx context.Context, home chan *worker, program Program) (*Candidate, error) {
	w, err := take(ctx, home)
	if err != nil {
		return nil, err
	}
	c, err := w.candidate(ctx, program)
	if err != nil && ctx.Err() == nil {
		w.discard() // whatever broke it, a fresh zygote deserves one try
		c, err = w.candidate(ctx, program)
	}
	if err != nil {
		w.discard()
		home <- w
		return nil, err
	}
	c.home = home
	return c, nil
}

// candidate makes a process of the worker's zygote ready for requests.
func (w *worker) candidate(ctx context.Context, program Program) (*Candidate, error) {
	if err := w.start(ctx); err != nil {
		return nil, err
	}
	c := &Candidate{worker: w, zygote: w.zygote, program: program, limits: w.pool.options.Limits, began: time.Now()}
	if program.CPU > 0 {
		c.limits.CPU = program.CPU
	}
	if c.program.Filename == "" {
		c.program.Filename = "<program>"
	}
	var err error
	if c.child, err = c.zygote.child(ctx, program.Stdin); err != nil {
		if said := w.zygote.stderr.String(); said != "" {
			err = fmt.Errorf("%w: %s", err, said)
		}
		w.discard()
		return nil, fmt.Errorf("%w: fork: %w", ErrInfra, err)
	}
	c.heard = bufio.NewReaderSize(c.child, 4<<10)
	return c, nil
}

// Step is one request of several that are sent together.
type Step struct{ operation, text string }

// LoadStep is what Load asks, CallStep what Call does, ExecStep what Exec does.
func LoadStep() Step                  { return Step{operation: "load"} }
func CallStep(expression string) Step { return Step{"call", expression} }
func ExecStep(statement string) Step  { return Step{"execute", statement} }

// Send writes requests that are known before the first of them is answered: a
// process that need not wait for each of them is done sooner. Each is answered by
// one Receive, in order. The program may see them all as soon as it runs.
func (c *Candidate) Send(ctx context.Context, steps ...Step) error {
	var frames []byte
	var nonces []uint64
	for _, step := range steps {
		r := c.request(step)
		frames, nonces = append(frames, r.frame()...), append(nonces, r.nonce)
	}
	return c.send(ctx, frames, nonces...)
}

func (c *Candidate) request(s Step) *request {
	if s.operation != "load" {
		r := newRequest(2)
		r.str(s.operation)
		r.str(s.text)
		return r
	}
	r := newRequest(7)
	r.str("load")
	r.str(strings.TrimPrefix(c.program.Source, "\ufeff")) // as Python reads a file
	r.str(c.program.Filename)
	r.str(c.program.Instrument)
	r.str(c.program.InstrumentOptions)
	r.str(map[bool]string{true: "quiet"}[c.program.Quiet])
	r.str(strconv.Itoa(c.program.Events))
	return r
}

// Receive waits for the answer to the first request that has none yet.
func (c *Candidate) Receive(ctx context.Context) (Reply, error) {
	body, reply, err := c.receive(ctx)
	if err != nil || reply.Ending.Final() {
		return reply, err
	}
	parsed := parseReply(body, Caps{Bytes: c.limits.Value + 1}, c.limits.Output)
	parsed.CPU, parsed.Wall, parsed.Idle = reply.CPU, reply.Wall, reply.Idle
	c.peakKiB = max(c.peakKiB, parsed.PeakKiB)
	if parsed.Ending.Final() {
		c.kill()
	}
	return parsed, nil
}

func (c *Candidate) step(ctx context.Context, s Step) (Reply, error) {
	return c.ask(ctx, c.request(s))
}

// Load compiles and executes the program as a fresh module named __main__.
func (c *Candidate) Load(ctx context.Context) (Reply, error) { return c.step(ctx, LoadStep()) }

// Call evaluates one expression in the module's namespace.
func (c *Candidate) Call(ctx context.Context, expression string) (Reply, error) {
	return c.step(ctx, CallStep(expression))
}

// Exec executes statements in the module's namespace: the shared tier, whose
// verdicts are never trusted, for test code and program meet in one process.
func (c *Candidate) Exec(ctx context.Context, statement string) (Reply, error) {
	return c.step(ctx, ExecStep(statement))
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
	if err := c.send(ctx, r.frame(), r.nonce); err != nil {
		return Reply{}, err
	}
	return c.Receive(ctx)
}

// exchange sends a request and waits for the frame that answers it. The reply
// tells times, and the ending when the candidate did not answer.
func (c *Candidate) exchange(ctx context.Context, r *request) ([]byte, Reply, error) {
	if err := c.send(ctx, r.frame(), r.nonce); err != nil {
		return nil, Reply{}, err
	}
	return c.receive(ctx)
}

// send writes frames. A candidate that does not take them is dealt with by the
// receive that follows.
func (c *Candidate) send(ctx context.Context, frames []byte, nonces ...uint64) error {
	if c.gone {
		return ErrGone
	}
	c.forged = c.forged || len(c.sent) == 0 && c.chatty()
	c.sent = append(c.sent, nonces...)
	for w := c.watch(ctx); len(frames) > 0; {
		n, err := c.child.line.Write(frames)
		frames = frames[n:]
		switch {
		case ctx.Err() != nil:
			c.kill()
			return ctx.Err()
		case err != nil && (!errors.Is(err, errTick) || w.late()):
			return nil
		}
	}
	return ctx.Err()
}

// chatty tells whether bytes have come that no request asked for.
func (c *Candidate) chatty() bool { return c.heard.Buffered() > 0 || c.child.line.pending() }

// receive reads the frame that answers the first request sent.
func (c *Candidate) receive(ctx context.Context) ([]byte, Reply, error) {
	if c.gone || len(c.sent) == 0 {
		return nil, Reply{}, ErrGone
	}
	nonce := c.sent[0]
	c.sent = c.sent[1:]
	w := c.watch(ctx)
	c.child.watch = w
	body, err := c.frame(nonce)
	if c.forged {
		err = errForged
	}
	reply := Reply{Wall: time.Since(w.began), CPU: w.used(), Idle: w.idle}
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

// frame reads one frame that answers nonce.
func (c *Candidate) frame(nonce uint64) ([]byte, error) {
	var head [headSize]byte
	if _, err := io.ReadFull(c.heard, head[:]); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(head[:])
	if int64(size) > c.frameCap() || binary.LittleEndian.Uint64(head[4:]) != nonce {
		return nil, errForged
	}
	body := make([]byte, size)
	_, err := io.ReadFull(c.heard, body)
	return body, err
}

// frameCap is the longest body an honest runner sends.
func (c *Candidate) frameCap() int64 {
	return int64(2*c.limits.Value + 2*c.limits.Output + 64<<10)
}

var errTimeUp = errors.New("time is up")

// watch looks at the clocks of one request. CPU time decides; wall time only
// where the process neither computes nor waits for a core to compute on.
type watch struct {
	ctx    context.Context
	child  *child
	limits Limits
	began  time.Time
	before time.Duration // CPU used before the request
	reads  int

	looked time.Time     // when the clocks were last looked at
	seen   time.Duration // CPU used by then
	idle   time.Duration // how long it has waited for something else than a core
}

func (c *Candidate) watch(ctx context.Context) *watch {
	w := &watch{ctx: ctx, child: c.child, limits: c.limits, began: time.Now()}
	w.before, _ = c.child.process.cpu()
	w.looked = w.began
	return w
}

// used is the CPU time of the request so far; 0 where it cannot be had.
func (w *watch) used() time.Duration {
	now, ok := w.child.process.cpu()
	if !ok {
		return 0
	}
	return now - w.before
}

// late tells whether the time is up. A process that waits for a core, on a busy
// or a slow machine, does not use up its wall time.
func (w *watch) late() bool {
	used, now := w.used(), time.Now()
	if w.child.process.sleeps() {
		w.idle += max(0, now.Sub(w.looked)-(used-w.seen))
	}
	w.looked, w.seen = now, used
	return used >= w.limits.CPU || w.idle >= w.limits.Wall
}

// explain finds out how a candidate ended that closed its socket.
func (c *Candidate) explain(r *Reply) error {
	c.gone = true
	end, err := c.zygote.reap(c.child, reapTime)
	if err != nil {
		// It lives: it has only closed the socket. Or the zygote is dead.
		if err := c.child.process.kill(); err == nil {
			end, err = c.zygote.await(endTime)
			if err == nil {
				c.ended = &end
				r.Ending = Forged
				return nil
			}
		}
		c.worker.discard()
		return fmt.Errorf("%w: %w", ErrInfra, errBroken)
	}
	c.ended = &end
	c.classify(end, r)
	return nil
}

// kill ends the process; the zygote will report.
func (c *Candidate) kill() {
	c.gone = true
	if c.ended != nil {
		return
	}
	if err := c.child.process.kill(); err != nil {
		c.worker.discard()
	}
}

// Close ends the process and gives its worker back, which makes a fresh process
// ready meanwhile.
func (c *Candidate) Close() (Usage, error) {
	if c.closed {
		return Usage{}, nil
	}
	c.closed = true
	u := Usage{Wall: time.Since(c.began), Forged: !c.gone && len(c.sent) == 0 && c.chatty()}
	u.CPU, _ = c.child.process.cpu()
	err := c.end()
	u.PeakKiB = c.peakKiB
	if c.ended != nil {
		u.CPU, u.PeakKiB = c.ended.cpu, c.ended.peakKiB
	}
	return u, err
}

// end kills the process, if it lives, and lets go of it.
func (c *Candidate) end() error {
	if !c.keep {
		defer func() { c.home <- c.worker }()
	}
	defer c.child.close()
	if c.ended == nil && c.child.process.kill() != nil || c.zygote.next(c.child, c.ended == nil) != nil {
		c.worker.discard()
		return fmt.Errorf("%w: %w", ErrInfra, errBroken)
	}
	return nil
}

package sandbox

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"slices"
	"time"
)

// child is a process forked for one program.
type child struct {
	line    *line
	process process
	inside  int    // its pid as its zygote knows it
	watch   *watch // of the request that is waited for
}

// mostReads is how often data may come before it counts as dripping.
const mostReads = 256

// Read reads for as long as the request has time. An answer that is there counts,
// however late a busy machine lets us look; drips of one do not.
func (c *child) Read(b []byte) (int, error) {
	for {
		if c.watch.reads++; c.watch.reads > mostReads && c.watch.late() {
			return 0, errTimeUp
		}
		n, err := c.line.Read(b)
		if !errors.Is(err, errTick) {
			return n, err
		}
		if err := c.watch.ctx.Err(); err != nil {
			return 0, err
		}
		if c.watch.late() {
			return 0, errTimeUp
		}
	}
}

func (c *child) close() {
	c.process.close()
	c.line.close()
}

// child returns a process that is ready for requests: the one forked ahead, or a
// new one for a program that has a standard input.
func (z *zygote) child(ctx context.Context, stdin string) (*child, error) {
	select {
	case <-z.ended: // and what it forked ahead may be dying with it
		return nil, errBroken
	default:
	}
	z.clearFlags()
	l, err := z.takeSpare(), error(nil)
	if l == nil || stdin != "" {
		z.keepSpare(l)
		if l, err = z.fork(0, stdin); err != nil {
			return nil, err
		}
	}
	c := &child{line: l}
	if err := c.greet(ctx); err != nil {
		l.close()
		return nil, err
	}
	return c, nil
}

// greet waits for the child's first word, which tells its pid.
func (c *child) greet(ctx context.Context) error {
	for began := time.Now(); ; {
		pid, inside, err := c.line.greeting()
		if err == nil {
			c.inside = inside
			c.process, err = openProcess(pid)
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if !errors.Is(err, errTick) || time.Since(began) > startTime {
			return err
		}
	}
}

// fork asks for a new child, along with what else there is to ask.
func (z *zygote) fork(pid int, stdin string) (*line, error) {
	ours, theirs, err := newLine()
	if err != nil {
		return nil, err
	}
	defer theirs.Close() // so that the child's end is the last one
	passed := []*os.File{theirs}
	if stdin != "" {
		input, err := holding(stdin)
		if err != nil {
			ours.close()
			return nil, err
		}
		defer input.Close()
		passed = append(passed, input)
	}
	if err := errors.Join(ours.askForSender(), z.ask(pid, passed...)); err != nil {
		ours.close()
		return nil, err
	}
	return ours, nil
}

// next is asked when a child is done with, and has been killed unless it ended
// before: the zygote lets go of it and forks the next one ahead. Where a program
// could reach its neighbours, none is forked before the last one is gone.
func (z *zygote) next(c *child, killed bool) error {
	pid := 0
	if killed {
		pid = -c.inside
	}
	spare := z.takeSpare()
	if !z.held || spare != nil {
		z.keepSpare(spare)
		return z.ask(pid)
	}
	spare, err := z.fork(pid, "")
	if err == nil {
		z.keepSpare(spare)
	}
	return err
}

// held tells whether programs cannot reach the processes beside theirs.
func held(features []string) bool {
	return slices.Contains(features, "seccomp") || slices.Contains(features, "sandbox-exec")
}

func (z *zygote) takeSpare() *line {
	z.mu.Lock()
	defer z.mu.Unlock()
	l := z.spare
	z.spare = nil
	return l
}

func (z *zygote) keepSpare(l *line) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.over && l != nil {
		l.close()
		return
	}
	z.spare = l
}

// ask sends a request: the pid of a child that has ended, which makes the zygote
// report, or of one that was killed, negated; and files for a new child.
func (z *zygote) ask(pid int, files ...*os.File) error {
	if pid == 0 && len(files) == 0 {
		return nil
	}
	return z.control.pass(binary.LittleEndian.AppendUint32(nil, uint32(int32(pid))), files...)
}

// reap asks how a child ended that has ended by itself.
func (z *zygote) reap(c *child, within time.Duration) (ending, error) {
	if err := z.ask(c.inside); err != nil {
		return ending{}, err
	}
	return z.await(within)
}

// ending is what the kernel said of a child.
type ending struct {
	status  uint32
	cpu     time.Duration
	peakKiB int64
}

const endingSize = 32

// await reads the report that was asked for.
func (z *zygote) await(within time.Duration) (ending, error) {
	var b [endingSize]byte
	if err := z.control.readFull(context.Background(), b[:], time.Now().Add(within)); err != nil {
		return ending{}, err
	}
	long := func(at int) int64 { return int64(binary.LittleEndian.Uint64(b[at:])) }
	return ending{
		status:  binary.LittleEndian.Uint32(b[4:]),
		cpu:     time.Duration(long(8)+long(16)) * time.Microsecond,
		peakKiB: long(24) / peakUnit,
	}, nil
}

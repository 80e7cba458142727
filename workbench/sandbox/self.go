package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// Child is this very binary running again, apart and under limits.
type Child struct {
	Stdin  io.WriteCloser
	Stdout io.Reader // read it to the end before Wait

	ctx    context.Context
	cancel context.CancelFunc
	cmd    *exec.Cmd
	stderr *tail
}

// Self runs this binary with args. Its environment is env and nothing else;
// it is killed after Limits.Wall or when ctx ends. Limits.Memory bounds what it
// may allocate: softly through its collector everywhere, hard on Linux.
func Self(ctx context.Context, args, env []string, limits Limits) (*Child, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("run itself: %w", err)
	}
	limits = limits.orDefault()
	c := &Child{stderr: &tail{}}
	c.ctx, c.cancel = context.WithTimeout(ctx, limits.Wall)
	c.cmd = exec.CommandContext(c.ctx, path, args...)
	c.cmd.Env = append(env[:len(env):len(env)], "GOMEMLIMIT="+strconv.FormatInt(limits.Memory/10*8, 10))
	c.cmd.Stderr = c.stderr
	c.cmd.WaitDelay = time.Second
	if err := c.start(limits.Memory); err != nil {
		c.cancel()
		return nil, fmt.Errorf("run itself: %w", err)
	}
	return c, nil
}

func (c *Child) start(memory int64) error {
	var err error
	if c.Stdin, err = c.cmd.StdinPipe(); err != nil {
		return err
	}
	if c.Stdout, err = c.cmd.StdoutPipe(); err != nil {
		return err
	}
	if err := c.cmd.Start(); err != nil {
		return err
	}
	if err := limitData(c.cmd.Process.Pid, memory); err != nil {
		c.cancel()
		return errors.Join(err, c.cmd.Wait())
	}
	return nil
}

// Wait waits for the end; the error of a failure carries what it wrote to
// stderr, and says so when time was up.
func (c *Child) Wait() error {
	defer c.cancel()
	err := c.cmd.Wait()
	if err == nil {
		return nil
	}
	if c.ctx.Err() != nil {
		err = fmt.Errorf("%w: %w", c.ctx.Err(), err)
	}
	if said := c.stderr.String(); said != "" {
		err = fmt.Errorf("%w: %s", err, said)
	}
	return err
}

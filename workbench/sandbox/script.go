package sandbox

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"
)

//go:embed python/script.py
var scriptSource string

// Script is trusted Python, standard library only, that answers requests: one
// JSON object per line in on stdin, one out on stdout. Not for candidates: it
// has limits but no jail. The fields say what to start; StartScript returns it
// running.
type Script struct {
	Source string
	Args   []string // its sys.argv[1:]
	Limits Limits   // Wall per exchange, Memory, Value per answer

	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	stderr *tail
	stop   context.CancelFunc
	ended  chan struct{}
}

// StartScript starts a script, which ends with ctx at the latest.
func StartScript(ctx context.Context, in Interpreter, script Script) (*Script, error) {
	s := &script
	s.Limits = s.Limits.orDefault()
	ctx, s.stop = context.WithCancel(ctx)
	s.stderr, s.ended = &tail{}, make(chan struct{})
	s.cmd = exec.CommandContext(ctx, in.Path, "-s", "-S", "-B", "-X", "utf8", "-c", scriptSource)
	s.cmd.Env = []string{"PYTHONHASHSEED=0", "LC_ALL=C.UTF-8", "TZ=UTC"}
	s.cmd.Stderr = s.stderr
	s.cmd.WaitDelay = time.Second
	stdin, err := s.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start script: %w", err)
	}
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start script: %w", err)
	}
	s.stdin, s.stdout = stdin, bufio.NewReaderSize(stdout, 64<<10)
	if err := s.cmd.Start(); err != nil {
		s.stop()
		return nil, fmt.Errorf("start script: %w", err)
	}
	start := map[string]any{"source": s.Source, "args": append([]string{}, s.Args...), "memory": s.Limits.Memory}
	if err := s.send(start); err != nil {
		return nil, errors.Join(fmt.Errorf("start script: %w", err), s.Close())
	}
	return s, nil
}

// Exchange sends a request and decodes the answer into response. After an
// error the script has ended and the caller may start another.
func (s *Script) Exchange(ctx context.Context, request, response any) error {
	ctx, cancel := context.WithTimeout(ctx, s.Limits.Wall)
	defer cancel()
	release := context.AfterFunc(ctx, s.stop)
	err := s.exchange(request, response)
	if !release() {
		err = errors.Join(ctx.Err(), err)
	}
	if err == nil {
		return nil
	}
	_ = s.Close() // it is the exchange that failed
	if said := s.stderr.String(); said != "" {
		err = fmt.Errorf("%w: %s", err, said)
	}
	return fmt.Errorf("script: %w", err)
}

func (s *Script) exchange(request, response any) error {
	if err := s.send(request); err != nil {
		return err
	}
	line, err := s.line()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(line, response); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	return nil
}

func (s *Script) send(message any) error {
	data, err := json.Marshal(message)
	if err != nil {
		return err
	}
	_, err = s.stdin.Write(append(data, '\n'))
	return err
}

// line reads one line of at most Limits.Value bytes.
func (s *Script) line() ([]byte, error) {
	var line []byte
	for {
		piece, err := s.stdout.ReadSlice('\n')
		line = append(line, piece...)
		if len(line) > s.Limits.Value {
			return nil, fmt.Errorf("an answer of more than %d bytes", s.Limits.Value)
		}
		if err == nil {
			return line, nil
		}
		if errors.Is(err, io.EOF) {
			return nil, errors.New("it ended without an answer")
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
	}
}

// Close ends the script and waits until it is gone.
func (s *Script) Close() error {
	select {
	case <-s.ended:
		return nil
	default:
	}
	close(s.ended)
	s.stop()
	_ = s.stdin.Close()
	_ = s.cmd.Wait() // killed, so its state says nothing
	return nil
}

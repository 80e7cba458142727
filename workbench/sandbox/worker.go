package sandbox

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"
)

// The Python that a zygote is made of.
var (
	//go:embed python/zygote.py
	zygoteSource string
	//go:embed python/jail.py
	jailSource string
	//go:embed python/inert.py
	inertSource string
	//go:embed python/runner.py
	runnerSource string
	//go:embed python/referee.py
	refereeSource string
)

// preload is what candidates usually import. Each module costs every fork a
// little, and saves those that import it far more.
var preload = []string{
	"bisect", "collections", "copy", "datetime", "decimal", "fractions", "functools", "heapq", "itertools",
	"json", "math", "operator", "random", "re", "statistics", "string", "time", "typing",
}

const (
	startTime   = 30 * time.Second // for a zygote to be ready, or a fork to answer
	endTime     = 10 * time.Second // for the kernel to end a killed process
	reapTime    = 3 * time.Second  // for one to end that has closed its socket
	cpuBackstop = 3600             // seconds; Go's own clock is far stricter
)

// worker holds one slot of a pool and the zygote in it, which it replaces
// when it fails.
type worker struct {
	index       int
	pool        *Pool
	confinement confinement

	mu     sync.Mutex
	zygote *zygote
	closed bool
}

// zygote is a running jail.
type zygote struct {
	cmd      *exec.Cmd
	null     *os.File // standard input and output of all its children
	group    *group   // its cgroup, nil where there is none
	control  *line
	stderr   *tail
	ended    chan struct{} // closed when the process has been waited for
	features []string
	notes    []string
	held     bool // programs cannot reach the processes beside theirs

	mu    sync.Mutex
	spare *line // to a child forked ahead
	over  bool
}

// tail keeps what a process says first, where Go programs give the reason of
// their death, and what it says last, where Python does.
type tail struct {
	mu          sync.Mutex
	first, last []byte
}

const tailSize = 2 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	room := min(tailSize-len(t.first), len(b))
	t.first = append(t.first, b[:room]...)
	t.last = append(t.last, b[room:]...)
	if len(t.last) > tailSize {
		t.last = bytes.Clone(t.last[len(t.last)-tailSize:])
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(printable(string(t.first) + string(t.last)))
}

// start makes sure that the worker has a zygote.
func (w *worker) start(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return fmt.Errorf("%w: the pool is closed", ErrInfra)
	}
	if w.zygote != nil {
		return nil
	}
	z, err := w.launch(ctx)
	if err != nil {
		return fmt.Errorf("%w: start worker: %w", ErrInfra, err)
	}
	w.zygote = z
	return nil
}

// discard ends the zygote, and with it whatever runs in its jail.
func (w *worker) discard() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.zygote != nil {
		w.zygote.end()
		w.zygote = nil
	}
}

// shut ends the zygote for good.
func (w *worker) shut() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.discard()
}

func (w *worker) launch(ctx context.Context) (*zygote, error) {
	config, err := w.config()
	if err != nil {
		return nil, err
	}
	ours, theirs, err := newLine()
	if err != nil {
		return nil, err
	}
	defer theirs.Close()
	z := &zygote{control: ours, stderr: &tail{}, ended: make(chan struct{})}
	if z.null, err = os.OpenFile(os.DevNull, os.O_RDWR, 0); err != nil {
		ours.close()
		return nil, err
	}
	if err := w.pool.launch.run(func() error { return w.spawn(z, theirs) }); err != nil {
		ours.close()
		z.null.Close()
		return nil, err
	}
	go func() {
		defer close(z.ended)
		defer z.group.end()
		_ = z.cmd.Wait() // how it ended says nothing that its socket does not
	}()
	w.keepToCore(z.cmd.Process.Pid)
	if err := z.greet(ctx, config); err != nil {
		z.end()
		if said := z.stderr.String(); said != "" {
			err = fmt.Errorf("%w: %s", err, said)
		}
		return nil, err
	}
	return z, nil
}

// command is the zygote's command line. PYTHONHASHSEED must be obeyed, so -E
// and -I are out; the environment is clean instead. What the loader binds at
// once need not be bound in every child.
func (w *worker) command(control, null *os.File, stderr io.Writer) *exec.Cmd {
	cmd := exec.Command(w.pool.options.Interpreter.Path, "-s", "-S", "-B", "-X", "utf8", "-c", zygoteSource)
	cmd.Env = []string{"PYTHONHASHSEED=0", "LC_ALL=C.UTF-8", "TZ=UTC", "HOME=/", "PATH=", "LD_BIND_NOW=1"}
	cmd.Dir = "/"
	cmd.ExtraFiles = []*os.File{control}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = null, null, stderr
	cmd.WaitDelay = time.Second
	w.confinement.apply(cmd, w)
	return cmd
}

// config is what the zygote reads first.
func (w *worker) config() ([]byte, error) {
	o := w.pool.options
	instruments := []map[string]string{}
	for _, m := range o.Instruments {
		instruments = append(instruments, map[string]string{"name": m.Name, "source": m.Source})
	}
	config := map[string]any{
		"jail": jailSource, "inert": inertSource, "runner": runnerSource, "referee": refereeSource,
		"instruments": instruments, "preload": preload,
		"namespaces": w.confinement.namespaces, "landlock": w.confinement.landlock, "user": w.user(),
		"memory": o.Limits.Memory, "output": o.Limits.Output, "value": o.Limits.Value, "cpu": cpuBackstop,
		"processes": 0, "filter": "", "child_filter": "", "own_pid": 0, "numbers": map[string]int{},
	}
	if err := w.confinement.configure(config); err != nil {
		return nil, err
	}
	data, err := json.Marshal(config)
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(data))), data...), err
}

// greet hands over the configuration and waits until the zygote is shut in.
func (z *zygote) greet(ctx context.Context, config []byte) error {
	until := time.Now().Add(startTime)
	if err := z.control.writeFull(ctx, config, until); err != nil {
		return fmt.Errorf("configure: %w", err)
	}
	var head [4]byte
	if err := z.control.readFull(ctx, head[:], until); err != nil {
		<-time.After(50 * time.Millisecond) // let it finish what it says about it
		return fmt.Errorf("not ready: %w", err)
	}
	answer := make([]byte, min(binary.LittleEndian.Uint32(head[:]), 1<<20))
	if err := z.control.readFull(ctx, answer, until); err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	var ready struct{ Features, Notes []string }
	if err := json.Unmarshal(answer, &ready); err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	z.features, z.notes, z.held = ready.Features, ready.Notes, held(ready.Features)
	return nil
}

// end kills the jail and waits until it is gone.
func (z *zygote) end() {
	_ = z.cmd.Process.Kill()
	z.mu.Lock()
	z.over = true
	if z.spare != nil {
		z.spare.close()
	}
	z.mu.Unlock()
	z.control.close()
	<-z.ended
	z.null.Close()
}

// launcher starts processes from one thread that lives as long as the pool:
// the signal that ends a zygote when its parent dies is tied to the thread.
type launcher struct {
	jobs chan func()
	once sync.Once
}

func newLauncher() *launcher {
	l := &launcher{jobs: make(chan func())}
	go func() {
		runtime.LockOSThread()
		for job := range l.jobs {
			job()
		}
	}()
	return l
}

func (l *launcher) run(start func() error) error {
	done := make(chan error)
	l.jobs <- func() { done <- start() }
	return <-done
}

func (l *launcher) close() { l.once.Do(func() { close(l.jobs) }) }

var errBroken = errors.New("the worker answers no more")

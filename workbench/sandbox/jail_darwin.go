package sandbox

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// peakUnit divides the kernel's peak memory, in bytes here, into KiB.
const peakUnit = 1024

const wrapper = "/usr/bin/sandbox-exec"

// profile denies everything but computing, forking and reading the system's
// libraries and the interpreter, whose root is the parameter.
const profile = `(version 1)
(deny default)
(allow process-fork)
(allow process-exec (literal (param "PYTHON")))
(allow sysctl-read)
(allow signal (target self))
(allow signal (target children))
(allow file-read-metadata)
(allow file-read* (literal "/") (literal "/dev/null") (literal "/dev/urandom")
  (subpath "/usr/lib") (subpath "/usr/share") (subpath "/System") (subpath (param "ROOT")))
(allow file-write-data (literal "/dev/null"))
`

// confinements lists the ways to start a worker, strongest first.
func confinements(withhold []string) []confinement {
	plain := confinement{name: "unwrapped", promises: Plain}
	if slices.Contains(withhold, "sandbox-exec") {
		return []confinement{plain}
	}
	return []confinement{{name: "sandbox-exec", promises: Wrapped}, plain}
}

func (c confinement) wrapped() bool { return c.name == "sandbox-exec" }

func (w *worker) user() int { return 0 }

// apply runs the zygote under the wrapper.
func (c confinement) apply(cmd *exec.Cmd, w *worker) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if !c.wrapped() {
		return
	}
	python := cmd.Path
	root := filepath.Dir(filepath.Dir(python))
	cmd.Path = wrapper
	cmd.Args = append([]string{wrapper, "-D", "PYTHON=" + python, "-D", "ROOT=" + root, "-p", profile, python}, cmd.Args[1:]...)
}

func (c confinement) configure(config map[string]any) error {
	config["wrapped"] = c.wrapped()
	return nil
}

// keepToCore: the system places its threads itself.
func (w *worker) keepToCore(int) {}

// process is a candidate as the kernel knows it.
type process struct{ pid int }

func openProcess(pid int) (process, error) {
	if pid <= 1 {
		return process{}, fmt.Errorf("greeting from process %d", pid)
	}
	return process{pid: pid}, nil
}

func (p process) kill() error {
	if err := unix.Kill(p.pid, unix.SIGKILL); !errors.Is(err, unix.ESRCH) {
		return err
	}
	return nil
}

func (p process) close() {}

// contradicted: the system gives no account that could be held against features.
func (p process) contradicted(*worker) ([]string, error) { return nil, nil }

// cpu is not to be had of another process here: wall time decides.
func (p process) cpu() (time.Duration, bool) { return 0, false }

// sleeps is not to be had of another process here: all time counts.
func (p process) sleeps() bool { return true }

func (l *line) askForSender() error { return nil }

// greeting reads a child's first message, sent before any code of the program.
func (l *line) greeting() (pid, inside int, err error) {
	var b [5]byte
	n, err := l.Read(b[:])
	if err != nil {
		return 0, 0, err
	}
	if n != len(b) || b[0] != '+' {
		return 0, 0, errors.New("no greeting")
	}
	pid = int(binary.LittleEndian.Uint32(b[1:]))
	return pid, pid, nil
}

// holding returns an open file with this content and no name.
func holding(content string) (*os.File, error) {
	f, err := os.CreateTemp("", "stdin")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, err
	}
	if _, err := f.WriteString(content); err != nil {
		f.Close()
		return nil, err
	}
	_, err = f.Seek(0, 0)
	return f, err
}

// limitData: the system cannot limit another process; GOMEMLIMIT has to do.
func limitData(int, int64) error { return nil }

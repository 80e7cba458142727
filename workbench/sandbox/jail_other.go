//go:build !linux && !darwin

package sandbox

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"time"
)

const peakUnit = 1

var errSystem = fmt.Errorf("running programs is not supported on %s: %w", runtime.GOOS, errors.ErrUnsupported)

// confinements: one way, which fails and says why.
func confinements([]string) []confinement {
	return []confinement{{name: runtime.GOOS, promises: Plain}}
}

func (w *worker) user() int { return 0 }

func (c confinement) apply(*exec.Cmd, *worker) {}

func (c confinement) configure(map[string]any) error { return errSystem }

func (w *worker) keepToCore(int) {}

type process struct{}

func openProcess(int) (process, error)       { return process{}, errSystem }
func (p process) kill() error                { return errSystem }
func (p process) close()                     {}
func (p process) cpu() (time.Duration, bool) { return 0, false }

func (p process) contradicted(*worker) ([]string, error) { return nil, errSystem }

// sleeps is not to be had of another process here: all time counts.
func (p process) sleeps() bool { return true }

func (z *zygote) clearFlags() {}

func holding(string) (*os.File, error) { return nil, errSystem }

// line is a socket to a process.
type line struct{}

const tick = time.Second

var errTick = errors.New("nothing yet")

func newLine() (*line, *os.File, error)                { return nil, nil, errSystem }
func (l *line) Read([]byte) (int, error)               { return 0, errSystem }
func (l *line) Write([]byte) (int, error)              { return 0, errSystem }
func (l *line) pass([]byte, ...*os.File) error         { return errSystem }
func (l *line) pending() bool                          { return false }
func (l *line) close()                                 {}
func (l *line) askForSender() error                    { return errSystem }
func (l *line) greeting() (pid, inside int, err error) { return 0, 0, errSystem }

func (c *Candidate) classify(ending, *Reply) {}

// limitData: no limit is to be had here; GOMEMLIMIT has to do.
func limitData(int, int64) error { return nil }

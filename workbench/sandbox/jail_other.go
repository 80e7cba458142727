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

type process struct{}

func openProcess(int) (process, error)       { return process{}, errSystem }
func (p process) kill() error                { return errSystem }
func (p process) close()                     {}
func (p process) cpu() (time.Duration, bool) { return 0, false }

func (p process) contradicted(*worker) ([]string, error) { return nil, errSystem }

func askForSender(*os.File) error                    { return errSystem }
func greeting(*os.File) (int, error)                 { return 0, errSystem }
func holding(string) (*os.File, error)               { return nil, errSystem }
func socketPair() (ours, theirs *os.File, err error) { return nil, nil, errSystem }
func pending(*os.File) bool                          { return false }

func (z *zygote) pass([]*os.File) error { return errSystem }

func (c *Candidate) classify(ending, *Reply) {}

// limitData: no limit is to be had here; GOMEMLIMIT has to do.
func limitData(int, int64) error { return nil }

package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// Interpreter is a CPython that has been seen running.
type Interpreter struct {
	Path    string // the executable itself, links and shims resolved
	Version string // "3.11.7"
}

// Untried says so of a version newer than those that the workbench was tried with;
// it is empty for others.
func (i Interpreter) Untried() string {
	var major, minor int
	if _, err := fmt.Sscanf(i.Version, "%d.%d", &major, &minor); err != nil || minor <= newest {
		return ""
	}
	return fmt.Sprintf("newer than 3.%d, the newest tried: verdicts should hold, traces may lack what is new in it", newest)
}

const (
	oldest = 9  // of 3.x
	newest = 15 // the newest looked for by name; later ones are accepted
)

// describe makes an interpreter say what it is, in one line.
const describe = `import os, sys
print(sys.implementation.name, "%d.%d.%d" % sys.version_info[:3], os.path.realpath(sys.executable))`

// Find returns the configured interpreter or, when configured is empty, the
// first of python3.15 to python3.9, python3 and python on the PATH that runs
// and is CPython 3.9 or later. The error names everything tried.
func Find(ctx context.Context, configured string) (Interpreter, error) {
	names := []string{configured}
	if configured == "" {
		names = candidatesOnPath()
	}
	var tried []error
	for _, name := range names {
		found, err := inspect(ctx, name)
		if err == nil {
			return found, nil
		}
		tried = append(tried, fmt.Errorf("%s: %w", name, err))
	}
	return Interpreter{}, fmt.Errorf("no usable Python (CPython 3.%d or later): %w", oldest, errors.Join(tried...))
}

func candidatesOnPath() []string {
	var names []string
	for minor := newest; minor >= oldest; minor-- {
		names = append(names, fmt.Sprintf("python3.%d", minor))
	}
	return append(names, "python3", "python")
}

func inspect(ctx context.Context, name string) (Interpreter, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return Interpreter{}, errors.New("not found")
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "-I", "-S", "-c", describe)
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		return Interpreter{}, fmt.Errorf("does not run: %w", withStderr(err))
	}
	return parseDescription(strings.TrimSpace(string(out)))
}

func withStderr(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		line, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n")
		return fmt.Errorf("%w: %s", err, line)
	}
	return err
}

func parseDescription(line string) (Interpreter, error) {
	fields := strings.SplitN(line, " ", 3)
	if len(fields) != 3 || fields[2] == "" {
		return Interpreter{}, fmt.Errorf("answers %q", line)
	}
	var major, minor int
	if _, err := fmt.Sscanf(fields[1], "%d.%d", &major, &minor); err != nil {
		return Interpreter{}, fmt.Errorf("answers %q", line)
	}
	if fields[0] != "cpython" || major != 3 || minor < oldest {
		return Interpreter{}, fmt.Errorf("is %s %s", fields[0], fields[1])
	}
	return Interpreter{Path: fields[2], Version: fields[1]}, nil
}

package trace

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"nextworkbench/workbench/sandbox"
)

// driver is a Python process that runs programs under the recorder, without the
// sandbox in between: the same recorder on any interpreter.
type driver struct {
	python string // the interpreter's version
	first  bool   // the one whose goldens hold for the others
	in     io.WriteCloser
	out    *bufio.Reader
}

type drivenJob struct {
	Source  string          `json:"source"`
	Calls   []string        `json:"calls,omitempty"`
	Options json.RawMessage `json:"options,omitempty"`
}

type answer struct {
	Report string `json:"report"`
	Text   string `json:"text"` // what the program left in its global TEXT
}

// interpreters are those named in WORKBENCH_TEST_PYTHONS, else the one that tests use.
func interpreters(t *testing.T) []string {
	if list := os.Getenv("WORKBENCH_TEST_PYTHONS"); list != "" {
		return filepath.SplitList(list)
	}
	found, err := sandbox.Find(t.Context(), firstPython())
	if err != nil {
		t.Skip(err)
	}
	return []string{found.Path}
}

func drive(t *testing.T, python string) *driver {
	t.Helper()
	cmd := exec.Command(python, "-S", "-B", filepath.Join("testdata", "drive.py"), "values.py", "layout.py", "recorder.py")
	cmd.Env = append(os.Environ(), "PYTHONHASHSEED=0")
	d := start(t, cmd)
	d.python = Decode([]byte(d.run(t, drivenJob{Source: "x = 1\n"}).Report), 1).Python
	return d
}

// start starts a process that answers lines with lines.
func start(t *testing.T, cmd *exec.Cmd) *driver {
	t.Helper()
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", cmd.Path, err)
		}
	})
	return &driver{in: in, out: bufio.NewReaderSize(out, 1<<20)}
}

type fatal interface{ Fatal(...any) }

func (d *driver) ask(t fatal, line []byte) []byte {
	if _, err := d.in.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
	reply, err := d.out.ReadBytes('\n')
	if err != nil {
		t.Fatal("the driver ended: ", err)
	}
	return reply
}

func (d *driver) run(t fatal, j drivenJob) answer {
	line, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(d.ask(t, line), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func lineCount(source string) int { return len(scan(source)) }

func lines(text string) []string {
	text = strings.TrimSuffix(text, "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

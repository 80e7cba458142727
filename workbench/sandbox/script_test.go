package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

const echo = `
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    if request["do"] == "fail":
        raise RuntimeError("no such thing")
    if request["do"] == "hang":
        while True: pass
    if request["do"] == "eat":
        x = [0] * (1 << 30)
    if request["do"] == "babble":
        print("x" * 100000)
        continue
    print(json.dumps({"did": request["do"], "args": sys.argv[1:]}), flush=True)
`

// patience is for what ends by itself.
const patience = 5 * time.Minute

func TestScript(t *testing.T) {
	in, err := Find(t.Context(), os.Getenv("WORKBENCH_PYTHON"))
	if err != nil {
		t.Skip(err)
	}
	begin := func(t *testing.T, wall time.Duration) *Script {
		s, err := StartScript(t.Context(), in, Script{Source: echo, Args: []string{"-a", "b"},
			Limits: Limits{Wall: wall, Memory: 256 << 20, Value: 1000}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	ask := func(s *Script, what string) (string, error) {
		var answer struct {
			Did  string
			Args []string
		}
		err := s.Exchange(t.Context(), map[string]string{"do": what}, &answer)
		return fmt.Sprint(answer.Did, answer.Args), err
	}
	s := begin(t, patience)
	for _, what := range []string{"this", "that"} {
		if got, err := ask(s, what); err != nil || got != what+"[-a b]" {
			t.Errorf("%q, %v", got, err)
		}
	}
	for what, want := range map[string]string{
		"fail": "no such thing", "hang": "deadline exceeded", "eat": "MemoryError", "babble": "more than 1000 bytes",
	} {
		t.Run(what, func(t *testing.T) {
			wall := patience
			if what == "hang" {
				wall = 2 * time.Second
			}
			s := begin(t, wall)
			if _, err := ask(s, what); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %q", err, want)
			}
			if _, err := ask(s, "more"); err == nil {
				t.Error("it answers after its end")
			}
		})
	}
}

func TestScriptEndsWithContext(t *testing.T) {
	in, err := Find(t.Context(), os.Getenv("WORKBENCH_PYTHON"))
	if err != nil {
		t.Skip(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s, err := StartScript(ctx, in, Script{Source: echo})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := s.Exchange(t.Context(), map[string]string{"do": "x"}, &struct{}{}); err == nil {
		t.Error("it answers after its context has ended")
	}
}

// TestMain lets the test binary play the part that Self starts.
func TestMain(m *testing.M) {
	switch os.Getenv("SANDBOX_SELF") {
	case "":
		os.Exit(m.Run())
	case "echo":
		io.Copy(os.Stdout, os.Stdin)
	case "fail":
		fmt.Fprintln(os.Stderr, "no shards here")
		os.Exit(3)
	case "hang":
		time.Sleep(time.Hour)
	case "eat":
		var kept [][]byte
		for range 1 << 12 {
			b := make([]byte, 1<<20)
			for i := range b {
				b[i] = 1
			}
			kept = append(kept, b)
		}
		fmt.Println(len(kept))
	}
}

func TestSelf(t *testing.T) {
	for part, want := range map[string]string{"echo": "", "fail": "no shards here", "hang": "deadline exceeded", "eat": "out of memory|failed to allocate"} {
		t.Run(part, func(t *testing.T) {
			wall := patience
			if part == "hang" {
				wall = time.Second
			}
			c, err := Self(t.Context(), nil, []string{"SANDBOX_SELF=" + part}, Limits{Wall: wall, Memory: 512 << 20})
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprint(c.Stdin, "hello")
			c.Stdin.Close()
			out, err := io.ReadAll(c.Stdout)
			err = errors.Join(err, c.Wait())
			if want == "" && (err != nil || string(out) != "hello") {
				t.Errorf("%q, %v", out, err)
			}
			if want != "" && (err == nil || !regexp.MustCompile(want).MatchString(err.Error())) {
				t.Errorf("%v, want %q", err, want)
			}
		})
	}
}

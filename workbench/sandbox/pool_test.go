package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// open starts a pool on the first Python found and closes it with the test.
func open(t testing.TB, o Options) *Pool {
	t.Helper()
	if o.Interpreter.Path == "" {
		found, err := Find(t.Context(), os.Getenv("WORKBENCH_PYTHON"))
		if err != nil {
			t.Skip(err)
		}
		o.Interpreter = found
	}
	o.AllowWeak = true // the programs of the tests that use it do no harm
	if o.Workers == 0 {
		o.Workers = 1
	}
	if o.Limits.CPU == 0 {
		o.Limits.CPU = time.Second
	}
	p, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// everyVersion runs a test on each CPython of the PATH.
func everyVersion(t *testing.T, test func(*testing.T, Interpreter)) {
	for minor := oldest; minor <= newest; minor++ {
		name := fmt.Sprintf("python3.%d", minor)
		t.Run(name, func(t *testing.T) {
			found, err := Find(t.Context(), name)
			if err != nil {
				t.Skip(err)
			}
			test(t, found)
		})
	}
}

func start(t testing.TB, p *Pool, program Program) *Candidate {
	t.Helper()
	c, err := p.Start(t.Context(), program)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func load(t testing.TB, p *Pool, source string) *Candidate {
	t.Helper()
	c := start(t, p, Program{Source: source})
	if r, err := c.Load(t.Context()); err != nil || r.Ending != Returned {
		t.Fatalf("load: %v %+v, %v", r.Ending, r.Exception, err)
	}
	return c
}

// run loads a program and, if that works, makes one call.
func run(t testing.TB, p *Pool, program Program, call string) Reply {
	t.Helper()
	c := start(t, p, program)
	defer c.Close()
	r, err := c.Load(t.Context())
	if err == nil && r.Ending == Returned && call != "" {
		r, err = c.Call(t.Context(), call)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFind(t *testing.T) {
	found, err := Find(t.Context(), os.Getenv("WORKBENCH_PYTHON"))
	if err != nil {
		t.Skip(err)
	}
	again, err := Find(t.Context(), found.Path)
	if err != nil || again != found {
		t.Errorf("Find(%q) = %v, %v; want %v", found.Path, again, err, found)
	}
}

func TestFindRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, script := range map[string]string{
		"python3.13": "#!/bin/sh\necho 'shim: no such version' >&2\nexit 127\n",
		"python3.12": "#!/bin/sh\necho pypy 3.12.0 /opt/pypy\n",
		"python3.11": "#!/bin/sh\necho cpython 3.8.1 /opt/old\n",
		"python3":    "#!/bin/sh\necho what\n",
	} {
		if err := os.WriteFile(dir+"/"+name, []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	_, err := Find(t.Context(), os.Getenv("WORKBENCH_PYTHON"))
	if err == nil {
		t.Fatal("found a Python where there is none")
	}
	for _, want := range []string{"shim: no such version", "is pypy 3.12.0", "is cpython 3.8.1", `answers "what"`, "python3.9: not found"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error lacks %q: %v", want, err)
		}
	}
}

func TestEndings(t *testing.T) {
	waited := map[string]bool{} // what runs into its limit does so on one version only
	everyVersion(t, func(t *testing.T, in Interpreter) {
		soon := open(t, Options{Interpreter: in, Limits: Limits{CPU: 250 * time.Millisecond, Wall: 1500 * time.Millisecond, Memory: 128 << 20}})
		patient := open(t, Options{Interpreter: in, Limits: Limits{CPU: time.Minute, Memory: 128 << 20}})
		for _, test := range endings {
			if waited[test.name] {
				continue
			}
			waited[test.name] = test.want == TimedOut
			t.Run(test.name, func(t *testing.T) {
				p := patient
				if test.want == TimedOut {
					p = soon
				}
				r := run(t, p, Program{Source: test.source}, test.call)
				if r.Ending != test.want {
					t.Fatalf("%v, want %v: %+v", r.Ending, test.want, r)
				}
				if test.exception != "" && r.Exception.Type != test.exception {
					t.Errorf("exception %q, want %q", r.Exception.Type, test.exception)
				}
			})
		}
	})
}

var endings = []struct {
	name, source, call string
	want               Ending
	exception          string
}{
	{"value", "def f(x): return [x, (x, 'é'), {x: None}]", "f(1)", Returned, ""},
	{"raise", "def f(): raise KeyError('k')", "f()", Raised, "KeyError"},
	{"syntax", "def f(:", "", Raised, "SyntaxError"},
	{"null byte", "x = '\x00'", "", Raised, ""},
	{"load raises", "1 / 0", "", Raised, "ZeroDivisionError"},
	{"custom exception", "class E(ValueError):\n  def __str__(self): raise E", "exec('raise E')", Raised, "E"},
	{"interrupt", "def f(): raise KeyboardInterrupt", "f()", Raised, "KeyboardInterrupt"},
	{"recursion", "def f(): return f()", "f()", Raised, "RecursionError"},
	{"object", "class A: pass", "A()", Unencodable, ""},
	{"function", "", "len", Unencodable, ""},
	{"code", "", "compile('1', '', 'eval')", Unencodable, ""},
	{"bytearray", "", "[bytearray(b'ab')]", Unencodable, ""},
	{"generator", "", "(x for x in [1])", Unencodable, ""},
	{"equality", "class L(list):\n  def __eq__(self, other): return True", "[L()]", Unencodable, ""},
	{"hash", "class I(int):\n  def __hash__(self): return 1", "I()", Unencodable, ""},
	{"cycle", "a = []\na.append(a)", "a", Unencodable, ""},
	{"dag", "a = []\nfor i in range(60): a = [a, a]", "a", Unencodable, ""},
	{"bomb", "", "'x' * (20 << 20)", Unencodable, ""},
	{"deep", "a = []\nfor i in range(100000): a = [a]", "a", Unencodable, ""},
	{"thousand deep", "a = []\nfor i in range(1000): a = [a]", "a", Returned, ""},
	{"surrogate", "", "'\\ud800'", Returned, ""},
	{"loop", "def f():\n  while True: pass", "f()", TimedOut, ""},
	{"stubborn loop", "def f():\n  while True:\n    try:\n      while True: pass\n    except BaseException: pass", "f()", TimedOut, ""},
	{"product", "import itertools, collections", "collections.deque(itertools.product(range(99), repeat=9), 0)", TimedOut, ""},
	{"power", "", "pow(3, 10 ** 9)", TimedOut, ""},
	{"regex", "import re", "re.match('(a+)+$', 'a' * 60 + 'b')", TimedOut, ""},
	{"load loop", "while True: pass", "", TimedOut, ""},
	{"sleep", "import time", "time.sleep(60)", TimedOut, ""},
	{"memory", "", "[0] * (1 << 30)", OutOfMemory, "MemoryError"},
	{"growing", "def f():\n  a = []\n  while True: a.append(bytes(1000000))", "f()", OutOfMemory, "MemoryError"},
	{"exit 0", "import sys\nsys.exit(0)", "", Exited, "SystemExit"},
	{"exit in call", "def f(): raise SystemExit('no')", "f()", Exited, "SystemExit"},
	{"_exit", "import os", "os._exit(0)", Exited, ""},
	{"suicide", "import os, signal", "os.kill(os.getpid(), signal.SIGKILL)", Crashed, ""},
	{"abort", "import os", "os.abort()", Crashed, ""},
	{"null pointer", "import ctypes", "ctypes.string_at(0)", Crashed, ""},
	{"early bytes", "import os\nos.write(3, b'x' * 40)", "1", Forged, ""},
	{"closed socket", "import os", "os.close(3)", Exited, ""},
	{"closed socket, then loop", "import os\ndef f():\n  os.close(3)\n  while True: pass", "f()", Forged, ""},
	{"replayed reply", "import os", "os.write(3, (4).to_bytes(4, 'little') + bytes(8) + b'(N..')", Forged, ""},
}

func TestOutputAndLine(t *testing.T) {
	p := open(t, Options{Limits: Limits{Output: 100}})
	c := load(t, p, "import sys\ndef f(n):\n    print('é' * n)\n    sys.stderr.write('e\\x00')\n    raise ValueError('bad \\ud800')\n")
	r, err := c.Call(t.Context(), "f(3)")
	if err != nil || r.Output != "ééé\n" || r.Stderr != "e\x00" || r.Truncated {
		t.Errorf("output %q, %q, %v, %v", r.Output, r.Stderr, r.Truncated, err)
	}
	if r.Exception.Line != 5 || r.Exception.Base != "ValueError" || !strings.HasPrefix(r.Exception.Message, "bad \uFFFD") {
		t.Errorf("exception %+v", r.Exception)
	}
	r, _ = c.Call(t.Context(), "f(1000000)")
	if len(r.Output) > 110 || !r.Truncated {
		t.Errorf("%d bytes of output kept, truncated %v", len(r.Output), r.Truncated)
	}
	r, _ = c.Call(t.Context(), "[print('x' * 1000) for i in range(100000)] and None")
	if r.Ending != Returned || len(r.Output) != 100 {
		t.Errorf("%v, %d bytes", r.Ending, len(r.Output))
	}
}

func TestStdin(t *testing.T) {
	p := open(t, Options{})
	for _, source := range []string{
		"n = int(input())\nprint(sum(int(input()) for _ in range(n)))",
		"import sys\nprint(sum(map(int, sys.stdin.read().split()[1:])))",
		"print(sum(map(int, open(0).read().split()[1:])))",
		"if __name__ == '__main__':\n    import sys\n    print(sum(map(int, sys.stdin.buffer.read().split()[1:])))\n    sys.exit()",
	} {
		r := run(t, p, Program{Source: source, Stdin: "2\n30\n12\n"}, "")
		if r.Output != "42\n" {
			t.Errorf("%s\nwrote %q: %+v", source, r.Output, r)
		}
	}
	if r := run(t, p, Program{Source: "input()"}, ""); r.Exception.Type != "EOFError" {
		t.Errorf("without stdin: %+v", r)
	}
}

func TestDeterminism(t *testing.T) {
	p := open(t, Options{})
	program := Program{Source: "import random\ndef f(): return [random.random(), hash('abc'), list({'a', 'b', 'c', 'd'})]"}
	first, second := run(t, p, program, "f()"), run(t, p, program, "f()")
	if !slices.Equal(first.Value, second.Value) || first.Ending != Returned {
		t.Errorf("two runs differ: %q, %q", first.Value, second.Value)
	}
}

func TestApply(t *testing.T) {
	p := open(t, Options{})
	c := load(t, p, "class S:\n    @staticmethod\n    def f(a, *, k): a.append(k); a[0][1] = 2; return len(a)\n")
	args := encode(t, tuple(list(dict(integer(1), integer(1)))))
	kwargs := encode(t, dict(&Value{Kind: Str, Text: "k"}, &Value{Kind: Decimal, Text: "1.50"}))
	r, err := c.Apply(t.Context(), "S.f", args, kwargs)
	if err != nil || r.Ending != Returned || r.Result.Int.Int64() != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	after, err := DecodeValue(r.Arguments, Caps{})
	if err != nil {
		t.Fatal(err)
	}
	changed := after.Items[0].Items[0]
	if len(changed.Items) != 2 || changed.Items[1].Kind != Decimal || changed.Items[0].Items[1].Int.Int64() != 2 {
		t.Errorf("arguments after the call: %+v", changed)
	}
}

func TestGone(t *testing.T) {
	p := open(t, Options{})
	c := load(t, p, "import os")
	if r, err := c.Call(t.Context(), "os._exit(3)"); err != nil || r.Ending != Exited || r.Code != 3 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := c.Call(t.Context(), "1"); !errors.Is(err, ErrGone) {
		t.Errorf("a call after the end: %v", err)
	}
	if _, err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestUsage(t *testing.T) {
	p := open(t, Options{})
	c := load(t, p, "def f():\n    x = b'x' * (64 << 20)\n    return sum(range(3000000))")
	r, err := c.Call(t.Context(), "f()")
	if err != nil || r.CPU <= 0 || r.Wall < r.CPU/2 {
		t.Errorf("%+v, %v", r, err)
	}
	u, err := c.Close()
	if err != nil || u.CPU < r.CPU/2 || u.PeakKiB < 64<<10 || u.Wall <= 0 {
		t.Errorf("%+v, %v", u, err)
	}
}

func TestCancel(t *testing.T) {
	p := open(t, Options{Limits: Limits{CPU: time.Hour}}) // nothing else ends the call
	c := load(t, p, "")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := c.Call(ctx, "exec('while True: pass')"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("cancelled call: %v", err)
	}
	c.Close()
	if r := run(t, p, Program{Source: "x = 1"}, "x"); r.Ending != Returned {
		t.Errorf("the next candidate: %+v", r)
	}
}

func TestZygoteRecovers(t *testing.T) {
	p := open(t, Options{})
	c := load(t, p, "")
	if err := c.zygote.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-c.zygote.ended
	if _, err := c.Call(t.Context(), "1"); !errors.Is(err, ErrInfra) {
		t.Errorf("a call without a zygote: %v", err)
	}
	if _, err := c.Close(); !errors.Is(err, ErrInfra) {
		t.Errorf("closing without a zygote: %v", err)
	}
	if r := run(t, p, Program{Source: "x = 1"}, "x"); r.Ending != Returned {
		t.Errorf("the next candidate: %+v", r)
	}
	// Killed while idle, nobody notices but the next fork.
	w := <-p.free
	if err := w.zygote.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-w.zygote.ended
	p.free <- w
	if r := run(t, p, Program{Source: "x = 1"}, "x"); r.Ending != Returned {
		t.Errorf("after an idle death: %+v", r)
	}
}

func TestNothingLeftBehind(t *testing.T) {
	count := func() (files, children int) {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip(err)
		}
		tasks, err := filepath.Glob("/proc/self/task/*/children")
		if err != nil {
			t.Fatal(err)
		}
		for _, task := range tasks {
			pids, _ := os.ReadFile(task) // gone when its thread is
			children += len(strings.Fields(string(pids)))
		}
		return len(entries), children
	}
	files, children := count()
	spared := 1
	func() {
		in, err := Find(t.Context(), os.Getenv("WORKBENCH_PYTHON"))
		if err != nil {
			t.Skip(err)
		}
		p, err := Open(t.Context(), Options{Interpreter: in, AllowWeak: true, Workers: 2, Limits: Limits{CPU: 200 * time.Millisecond}})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		if !slices.Contains(p.Isolation().Features, "namespaces") {
			spared += 4 // the Go library forgets a pipe, each time that a user namespace is refused
		}
		for _, call := range []string{"1", "exec('while True: pass')", "exit()", "__import__('os').abort()"} {
			run(t, p, Program{Stdin: "x"}, call)
		}
		c := start(t, p, Program{})
		p.Close()
		c.Close()
	}()
	if f, c := count(); f > files+spared || c > children {
		t.Errorf("files %d, then %d; processes %d, then %d", files, f, children, c)
	}
}

func TestConcurrency(t *testing.T) {
	p := open(t, Options{Workers: 2})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 10 {
				c, err := p.Start(t.Context(), Program{Source: fmt.Sprintf("x = %d", i*100+j)})
				if err != nil {
					t.Error(err)
					return
				}
				c.Load(t.Context())
				r, err := c.Call(t.Context(), "x")
				if err != nil || r.Ending != Returned || r.Result.Int.Int64() != int64(i*100+j) {
					t.Errorf("%+v, %v", r, err)
				}
				if _, err := c.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func TestInstrument(t *testing.T) {
	counter := Module{Name: "counter", Source: `
import json

class Session:
    def __init__(self, options, filename, source):
        self.seen = [json.loads(options)["start"], filename]
    def execute(self, code, namespace):
        self.seen.append("execute")
        exec(code, namespace)
    def evaluate(self, code, namespace):
        self.seen.append("evaluate")
        return eval(code, namespace)
    def report(self):
        return json.dumps(self.seen)

def begin(options, filename, source):
    return Session(options, filename, source)
`}
	p := open(t, Options{Instruments: []Module{counter}})
	c := start(t, p, Program{Source: "x = 2", Filename: "prog.py", Instrument: "counter", InstrumentOptions: `{"start": 7}`})
	if r, err := c.Load(t.Context()); err != nil || r.Ending != Returned {
		t.Fatalf("%+v, %v", r, err)
	}
	c.Call(t.Context(), "x")
	if r, err := c.Exec(t.Context(), "assert x == 3, 'no'"); err != nil || r.Exception.Type != "AssertionError" || r.Exception.Message != "no" {
		t.Errorf("%+v, %v", r, err)
	}
	report, err := c.Report(t.Context())
	if err != nil || string(report) != `[7, "prog.py", "execute", "evaluate", "execute"]` {
		t.Errorf("report %s, %v", report, err)
	}
}

// TestLevels takes features away one after the other: each level must be what
// it says, and the weak ones refused.
func TestLevels(t *testing.T) {
	full := open(t, Options{})
	if full.Isolation().Level != Full {
		t.Skipf("this machine gives only %+v", full.Isolation())
	}
	for _, test := range []struct {
		withhold []string
		want     Level
		refused  bool
	}{
		{[]string{"namespaces"}, NoNamespaces, false},
		{[]string{"landlock"}, Full, false},
		{[]string{"namespaces", "landlock"}, Weak, true},
		{[]string{"namespaces", "seccomp"}, Weak, true},
		{[]string{"namespaces", "landlock", "seccomp"}, Plain, true},
	} {
		o := full.options
		o.Withhold, o.AllowWeak = test.withhold, false
		if _, err := Open(t.Context(), o); errors.Is(err, ErrTooWeak) != test.refused {
			t.Errorf("without %v: %v", test.withhold, err)
		}
		o.AllowWeak = true
		p := open(t, o)
		if p.Isolation().Level != test.want {
			t.Errorf("without %v: %+v, want %v", test.withhold, p.Isolation(), test.want)
		}
		if r := run(t, p, Program{Source: "import json, decimal\ndef f(): return json.dumps([1])"}, "f()"); r.Ending != Returned {
			t.Errorf("without %v: %+v", test.withhold, r)
		}
		p.Close()
	}
}

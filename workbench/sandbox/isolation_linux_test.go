package sandbox

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// without are options under which features are not tried.
func without(features ...string) Options {
	return Options{Withhold: features}
}

// openFull skips where this machine does not give everything.
func openFull(t *testing.T, o Options) *Pool {
	t.Helper()
	withheld := o.Withhold
	o.Withhold = nil
	full := open(t, o)
	if full.Isolation().Level != Full {
		t.Skipf("this machine gives only %+v", full.Isolation())
	}
	if withheld == nil {
		return full
	}
	full.Close()
	o.Interpreter, o.Withhold, o.AllowWeak = full.options.Interpreter, withheld, true
	return open(t, o)
}

// TestPrivateRootRefused: without its private root, a jail keeps its namespaces
// and is as good as one with Landlock, no better.
func TestPrivateRootRefused(t *testing.T) {
	i := openFull(t, without("readonly-root")).Isolation()
	if i.Level != NoNamespaces || !slices.Contains(i.Features, "namespaces") || !slices.Contains(i.Features, "landlock") {
		t.Errorf("%+v", i)
	}
	i = openFull(t, without("readonly-root", "landlock")).Isolation()
	if i.Level != Weak || !slices.Contains(i.Features, "namespaces") {
		t.Errorf("%+v", i)
	}
}

func TestRefusalSaysWhy(t *testing.T) {
	p := openFull(t, without("namespaces", "landlock"))
	o := p.options
	o.AllowWeak = false
	_, err := Open(t.Context(), o)
	if !errors.Is(err, ErrTooWeak) {
		t.Fatal(err)
	}
	for _, want := range []string{"level weak", "no-userns lacks landlock", "full lacks namespaces, readonly-root", "use a kernel with Landlock"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the refusal lacks %q: %v", want, err)
		}
	}
	if strong := openFull(t, Options{}).Isolation(); strong.Shortfall() != "" {
		t.Errorf("%+v falls short: %s", strong, strong.Shortfall())
	}
}

// TestUserOfItsOwn: where root starts the workers, each has another user, with
// and without namespaces.
func TestUserOfItsOwn(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give workers users of their own")
	}
	python := publicPython(t)
	for _, withheld := range [][]string{nil, {"namespaces"}} {
		p := open(t, Options{Interpreter: python, Workers: 2, Withhold: withheld})
		if !slices.Contains(p.Isolation().Features, "identity") {
			t.Errorf("without %v: %+v", withheld, p.Isolation())
		}
		var users []uint32
		for range 2 {
			c := load(t, p, "")
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.child.process.pid))
			if err != nil {
				t.Fatal(err)
			}
			var uid uint32
			for line := range strings.Lines(string(status)) {
				fmt.Sscanf(line, "Uid: %d", &uid)
			}
			users = append(users, uid)
		}
		if users[0] < firstUser || users[1] < firstUser || users[0] == users[1] {
			t.Errorf("without %v: users %v", withheld, users)
		}
		p.Close()
	}
}

// publicPython finds an interpreter that every user can execute.
func publicPython(t *testing.T) Interpreter {
	t.Helper()
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		found, err := Find(t.Context(), filepath.Join(dir, "python3"))
		if err == nil && reachable(found.Path) {
			return found
		}
	}
	t.Skip("no Python that every user can execute")
	return Interpreter{}
}

func reachable(path string) bool {
	for ; path != "/"; path = filepath.Dir(path) {
		info, err := os.Stat(path)
		if err != nil || info.Mode()&1 == 0 {
			return false
		}
	}
	return true
}

// The environment of a test that runs in a process of its own: what it runs as
// another user, the calls that fail there, as NAME=ERRNO, and the level that must
// come of it.
const testsBelow, refusedCalls, wantedLevel = "SANDBOX_TEST_BELOW", "SANDBOX_TEST_REFUSED", "SANDBOX_TEST_LEVEL"

const ordinaryUser = 60999

// asOrdinaryUser runs tests of this binary as an ordinary user in a process
// namespace, so that not even a program that broke out could reach the machine.
func asOrdinaryUser(t *testing.T, tests string, environment ...string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can become another user")
	}
	python := publicPython(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run", "^TestStepDown$")
	cmd.Dir = "/"
	cmd.Env = append(environment, testsBelow+"="+tests, "PATH="+filepath.Dir(python.Path))
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	said, err := cmd.CombinedOutput()
	if errors.Is(err, unix.EPERM) {
		t.Skip("no process namespace to hold another user's tests: ", err)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if !strings.Contains(string(said), "--- PASS") || strings.Contains(string(said), "--- SKIP") {
		t.Skipf("not everything was tested:\n%s", said)
	}
}

// TestStepDown is the first part of a test as an ordinary user: it sees to a
// process file system of its own, gives root up and becomes the tests.
func TestStepDown(t *testing.T) {
	tests := os.Getenv(testsBelow)
	if tests == "" {
		t.Skip("started by TestAsOrdinaryUser")
	}
	err := errors.Join(
		unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""),
		unix.Mount("proc", "/proc", "proc", 0, ""),
		syscall.Setgroups(nil), syscall.Setgid(ordinaryUser), syscall.Setuid(ordinaryUser))
	if err != nil {
		t.Fatal(err)
	}
	t.Fatal(syscall.Exec("/proc/self/exe", []string{"sandbox", "-test.v", "-test.run", tests}, os.Environ()))
}

// TestAsOrdinaryUser runs what root has just run as somebody else, and as if on
// machines that refuse more.
func TestAsOrdinaryUser(t *testing.T) {
	const docker = "clone3=38 clone=1 unshare=1 mount=1 pivot_root=1"
	for _, test := range []struct {
		name, refused string
		level         Level
	}{
		{"everything", "", Full},
		{"user namespaces without capabilities", "mount=13", NoNamespaces},
		{"no user namespaces", docker, NoNamespaces},
		{"no Landlock", "landlock_create_ruleset=38 mount_setattr=38", Full},
		{"neither", docker + " landlock_create_ruleset=38", Weak},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			asOrdinaryUser(t, "^TestOnSuchAMachine$", refusedCalls+"="+test.refused, wantedLevel+"="+string(test.level))
		})
	}
	for _, name := range []string{"TestLevels", "TestHostile", "TestHostileWithoutNamespaces"} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "TestLevels" {
				t.Skip("takes long")
			}
			t.Parallel()
			asOrdinaryUser(t, "^"+name+"$", wantedLevel+"=any")
		})
	}
}

// TestOnSuchAMachine is one machine of TestAsOrdinaryUser, in its process.
func TestOnSuchAMachine(t *testing.T) {
	want := Level(os.Getenv(wantedLevel))
	if want == "" {
		t.Skip("started by TestAsOrdinaryUser")
	}
	refuse(t, strings.Fields(os.Getenv(refusedCalls)))
	p := open(t, Options{AllowWeak: true})
	i := p.Isolation()
	if i.Level != want {
		t.Errorf("level %s, want %s: %+v", i.Level, want, i)
	}
	if slices.Contains(i.Features, "identity") || !slices.Contains(i.Features, "capabilities") {
		t.Errorf("%+v", i)
	}
	o := p.options
	o.AllowWeak = false
	if again, err := Open(t.Context(), o); errors.Is(err, ErrTooWeak) == want.Holds() {
		t.Errorf("opened without AllowWeak: %v", err)
	} else if err == nil {
		again.Close()
	}
	if r := run(t, p, Program{Source: "import json\ndef f(): return json.loads('[1]')"}, "f()"); r.Ending != Returned {
		t.Errorf("%+v", r)
	}
	mine := filepath.Join(t.TempDir(), "mine")
	if err := os.WriteFile(mine, []byte("all of it"), 0o666); err != nil {
		t.Fatal(err)
	}
	if r := run(t, p, Program{}, fmt.Sprintf("open(%q, 'w')", mine)); r.Ending != Raised {
		t.Errorf("%+v", r)
	}
	if data, err := os.ReadFile(mine); err != nil || string(data) != "all of it" {
		t.Errorf("a file of the user holds %q, %v", data, err)
	}
}

// refuse makes system calls of this process and its children fail from now on.
func refuse(t *testing.T, calls []string) {
	t.Helper()
	if len(calls) == 0 {
		return
	}
	policy := seccomp.Policy{DefaultAction: seccomp.ActionAllow}
	for _, call := range calls {
		name, number, _ := strings.Cut(call, "=")
		errno, err := strconv.Atoi(number)
		if err != nil {
			t.Fatal(err)
		}
		group := seccomp.SyscallGroup{Action: seccomp.ActionErrno | seccomp.Action(errno)}
		if name == "clone" {
			group.NamesWithCondtions = []seccomp.NameWithConditions{{Name: name, Conditions: seccomp.ArgumentConditions{
				{Argument: 0, Operation: seccomp.BitsSet, Value: namespaces | unix.CLONE_NEWUSER}}}}
		} else {
			group.Names = []string{name}
		}
		policy.Syscalls = append(policy.Syscalls, group)
	}
	if err := seccomp.LoadFilter(seccomp.Filter{NoNewPrivs: true, Flag: seccomp.FilterFlagTSync, Policy: policy}); err != nil {
		t.Skip(err)
	}
}

// TestHostileWithoutNamespaces runs only inside TestAsOrdinaryUser, whose process
// namespace takes the place of the jail's.
func TestHostileWithoutNamespaces(t *testing.T) {
	if os.Getenv(wantedLevel) == "" {
		t.Skip("started by TestAsOrdinaryUser")
	}
	o := without("namespaces")
	o.Workers, o.Limits = 2, Limits{CPU: 800 * time.Millisecond, Wall: time.Minute, Memory: 256 << 20}
	p := open(t, o)
	if p.Isolation().Level != NoNamespaces {
		t.Skipf("isolation is only %+v", p.Isolation())
	}
	attack(t, p)
}

// TestWithoutCtypes: an interpreter that cannot make system calls by number
// cannot shut itself in.
func TestWithoutCtypes(t *testing.T) {
	python := crippled(t)
	_, err := Open(t.Context(), Options{Interpreter: python, Workers: 1})
	if !errors.Is(err, ErrTooWeak) || !strings.Contains(err.Error(), "use a CPython that has ctypes") {
		t.Fatal(err)
	}
	p := open(t, Options{Interpreter: python, AllowWeak: true})
	if r := run(t, p, Program{Source: "import json\ndef f(): return json.loads('[1]')"}, "f()"); r.Ending != Returned {
		t.Errorf("%+v, %+v", r, p.Isolation())
	}
}

// crippled makes an interpreter that has no _ctypes.
func crippled(t *testing.T) Interpreter {
	t.Helper()
	whole, err := Find(t.Context(), os.Getenv("WORKBENCH_PYTHON"))
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	if said, err := exec.CommandContext(t.Context(), whole.Path, "testdata/without_ctypes.py", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	lame, err := Find(t.Context(), filepath.Join(dir, "bin", "python3"))
	if err != nil {
		t.Skip(err)
	}
	return lame
}

// TestEveryVersionIsHeld: the jail of each CPython gives the same features, and
// leaves threads and asyncio, which wakes itself through a socket, alone.
func TestEveryVersionIsHeld(t *testing.T) {
	want := openFull(t, Options{}).Isolation()
	everyVersion(t, func(t *testing.T, python Interpreter) {
		p := open(t, Options{Interpreter: python})
		if diff := cmp.Diff(want, p.Isolation()); diff != "" {
			t.Error(diff)
		}
		r := run(t, p, Program{Source: "import asyncio\ndef f(): return asyncio.run(asyncio.to_thread(abs, -3))"}, "f()")
		if r.Ending != Returned || r.Result.Int.Int64() != 3 || len(r.Stderr) > 0 {
			t.Errorf("%+v", r)
		}
	})
}

// TestNothingIsPassedOn: what a program does to the descriptors that it shares
// with those after it is undone before they see it.
func TestNothingIsPassedOn(t *testing.T) {
	p := open(t, Options{})
	const flags = "repr([__import__('fcntl').fcntl(d, 3) for d in (0, 1, 2)])"
	before := run(t, p, Program{}, flags).Result.Text
	run(t, p, Program{}, "[__import__('fcntl').fcntl(d, 4, 0o6000) for d in (0, 1, 2)]")
	if after := run(t, p, Program{}, flags).Result.Text; after != before {
		t.Errorf("flags %s, once %s", after, before)
	}
}

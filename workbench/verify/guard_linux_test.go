package verify

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A guard is what hostile programs run in besides their sandbox, so that a hole
// in that fails a test and not the machine: namespaces of its own, users without
// rights outside, limits, and a deadline.
type guard struct {
	name        string
	users       []syscall.SysProcIDMap
	groups      []syscall.SysProcIDMap
	user        int // that the tests run as, inside
	description string
}

// guarded names the guard that a test binary finds itself in.
const guarded = "WORKBENCH_GUARDED"

// guards are those that whoever runs the tests can make. Root maps users that own
// nothing outside; others can only map themselves.
func guards() []guard {
	if uid := os.Geteuid(); uid != 0 {
		own := func(id int) []syscall.SysProcIDMap {
			return []syscall.SysProcIDMap{{ContainerID: 0, HostID: id, Size: 1}}
		}
		return []guard{{name: "single", users: own(uid), groups: own(os.Getegid()), description: "a user namespace with one user"}}
	}
	all := []syscall.SysProcIDMap{{ContainerID: 0, HostID: 200_000, Size: 1 << 16}}
	return []guard{
		{name: "root", users: all, groups: all, description: "root of a user namespace"},
		{name: "ordinary", users: all, groups: all, user: 1000, description: "an ordinary user"},
	}
}

// run runs one test of this binary again, inside, and relays what it says. It ends
// a little before the deadline of the tests outside, if there is one.
func (g guard) run(t *testing.T, test string, env ...string) {
	var limit time.Duration // none
	if deadline, ok := t.Deadline(); ok {
		limit = max(time.Until(deadline)-20*time.Second, time.Second)
	}
	self, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Skip("no outer guard: ", err)
	}
	defer self.Close()
	// By descriptor: the binary lies where the user inside may not go.
	cmd := exec.Command("/proc/self/fd/3", "-test.run", "^"+test+"$", "-test.v", "-test.timeout", limit.String())
	if testing.Short() {
		cmd.Args = append(cmd.Args, "-test.short")
	}
	cmd.ExtraFiles = []*os.File{self}
	cmd.Dir = "/"
	cmd.Env = append([]string{guarded + "=" + g.name, campaign + "=" + os.Getenv(campaign), "PATH=" + os.Getenv("PATH"), "HOME=/tmp", "TMPDIR=/tmp"}, env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC | syscall.CLONE_NEWNS | syscall.CLONE_NEWUTS,
		UidMappings: g.users, GidMappings: g.groups, GidMappingsEnableSetgroups: os.Geteuid() == 0,
		Credential: &syscall.Credential{NoSetGroups: true}, // root inside, so that it may mount
		Pdeathsig:  syscall.SIGKILL,
	}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Skipf("no outer guard (%s): %v", g.description, err)
	}
	if limit > 0 {
		late := time.AfterFunc(limit+10*time.Second, func() { _ = cmd.Process.Kill() })
		defer late.Stop()
	}
	err = cmd.Wait()
	text := said.String()
	if i := strings.Index(text, "--- SKIP: "+test); i >= 0 && !strings.Contains(text, "--- PASS: "+test) {
		t.Skip(text)
	}
	if err != nil || !strings.Contains(text, "--- PASS: "+test) {
		t.Errorf("inside the guard (%s): %v\n%s", g.description, err, failures(text))
		return
	}
	t.Log(notes(text))
}

// failures are the lines of a run that say what is wrong: all, when none does.
func failures(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if trimmed := strings.TrimSpace(line); !strings.HasPrefix(trimmed, "=== ") && !strings.HasPrefix(trimmed, "--- PASS") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// notes are the lines that a passing run logs.
func notes(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if strings.Contains(line, "_test.go:") {
			kept = append(kept, strings.TrimSpace(line))
		}
	}
	return strings.Join(kept, "\n")
}

// settle makes a guarded test's own file systems, sets limits and gives up the
// rights that it had to do so. It skips where the kernel refuses.
func settle(t *testing.T) {
	name := os.Getenv(guarded)
	if name == "" {
		t.Skip("runs only inside an outer guard, which TestAttacks makes")
	}
	for _, err := range []error{
		unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""),
		unix.Mount("proc", "/proc", "proc", 0, ""),
		unix.Mount("tmpfs", "/tmp", "tmpfs", 0, "size=2g,mode=1777"),
		unix.Mount("tmpfs", "/dev/shm", "tmpfs", 0, "size=16m,mode=1777"),
	} {
		if err != nil {
			t.Skipf("no outer guard: mount: %v", err)
		}
	}
	for kind, most := range map[int]uint64{unix.RLIMIT_NPROC: 1000, unix.RLIMIT_NOFILE: 1024, unix.RLIMIT_FSIZE: 1 << 30, unix.RLIMIT_CORE: 0} {
		if err := unix.Setrlimit(kind, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			t.Skipf("no outer guard: limit: %v", err)
		}
	}
	for _, g := range guards() {
		if g.name != name || g.user == 0 {
			continue
		}
		// A process that changes its user must say that its own files in /proc are its own.
		if err := errors.Join(syscall.Setgroups(nil), syscall.Setgid(g.user), syscall.Setuid(g.user),
			unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0)); err != nil {
			t.Fatal(err)
		}
	}
}

// traces is what attacks could leave: processes, files, sockets, shared memory.
type traces map[string]bool

// look takes stock inside the guard, where this process is the first and reaps
// whoever has lost its parent.
func look() traces {
	for {
		var status unix.WaitStatus
		if pid, err := unix.Wait4(-1, &status, unix.WNOHANG, nil); pid <= 0 || err != nil {
			break
		}
	}
	seen := traces{}
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, process := range processes {
		if pid, err := strconv.Atoi(filepath.Base(process)); err == nil && pid != os.Getpid() {
			command, _ := os.ReadFile(process + "/comm")
			seen[fmt.Sprintf("process %d %s", pid, bytes.TrimSpace(command))] = true
		}
	}
	for _, folder := range []string{"/tmp", "/dev/shm", "/var/tmp", "/"} {
		entries, _ := os.ReadDir(folder)
		for _, entry := range entries {
			seen["file "+filepath.Join(folder, entry.Name())] = true
		}
	}
	for _, table := range []string{"net/unix", "net/tcp", "net/tcp6", "net/udp", "net/udp6", "net/raw", "net/packet", "sysvipc/shm", "sysvipc/sem", "sysvipc/msg"} {
		lines, _ := os.ReadFile("/proc/" + table)
		seen[fmt.Sprintf("%s: %d lines", table, bytes.Count(lines, []byte("\n")))] = true
	}
	return seen
}

// leftSince waits for what the kernel is still clearing away, of things whose names
// begin so.
func (before traces) leftSince(patience time.Duration, kind string) []string {
	for until := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		var left []string
		for thing := range look() {
			if !before[thing] && strings.HasPrefix(thing, kind) {
				left = append(left, thing)
			}
		}
		if len(left) == 0 || time.Now().After(until) {
			return left
		}
	}
}

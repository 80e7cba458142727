package sandbox

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestHomeAmong(t *testing.T) {
	const hybrid = "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n" +
		"36 31 0:33 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n" +
		"41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"
	const unified = "30 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
	for _, test := range []struct{ name, mounts, own, want string }{
		{"systemd", unified, "0::/user.slice/user-1000.slice/app.scope\n", "/sys/fs/cgroup/user.slice/user-1000.slice/app.scope"},
		{"root", unified, "0::/\n", "/sys/fs/cgroup"},
		{"both versions", hybrid, "4:memory:/a\n1:cpu:/\n0::/b\n", "/sys/fs/cgroup/unified/b"},
		{"version 1 alone", hybrid, "4:memory:/a\n", ""},
		{"not mounted", "22 1 8:1 / / rw - ext4 /dev/sda rw\n", "0::/b\n", ""},
		{"a part is mounted", "30 22 0:26 /docker/x /sys/fs/cgroup ro - cgroup2 cgroup rw\n", "0::/docker/x/y\n", "/sys/fs/cgroup/y"},
		{"another part is mounted", "30 22 0:26 /docker/x /sys/fs/cgroup ro - cgroup2 cgroup rw\n", "0::/docker/z\n", ""},
		{"outside of the namespace", unified, "0::/../z\n", ""},
		{"a space", `30 22 0:26 / /a\040b rw - cgroup2 cgroup2 rw` + "\n", "0::/c\n", "/a b/c"},
		{"stepped aside", unified, "0::/app.scope/" + selfGroup + "17\n", "/sys/fs/cgroup/app.scope"},
	} {
		got, err := homeAmong(test.mounts, test.own)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%s: %q, %v; want %q", test.name, got, err, test.want)
		}
	}
}

// tree makes a directory of files as a cgroup shows them.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestGroupIsLimited(t *testing.T) {
	settings := limitsOf(Limits{Memory: 1 << 30})
	for _, test := range []struct {
		name  string
		files map[string]string
		want  []string
		notes []string
	}{
		{"all", map[string]string{"memory.max": "", "memory.swap.max": "", "pids.max": "", "cgroup.procs": "1\n17\n"}, []string{"memory", "pids"}, nil},
		{"no swap", map[string]string{"memory.max": "", "pids.max": "", "cgroup.procs": "17\n"}, []string{"memory", "pids"}, nil},
		{"tasks only", map[string]string{"pids.max": "", "cgroup.procs": "17\n"}, []string{"pids"}, nil},
		{"nothing", map[string]string{"cgroup.procs": "17\n"}, nil, nil},
		{"elsewhere", map[string]string{"memory.max": "", "pids.max": "", "cgroup.procs": "1\n"}, nil, []string{"cgroup: the worker is not in it"}},
	} {
		g := (&groups{}).take(tree(t, test.files), settings)
		limited, notes := g.holds(17)
		if diff := cmp.Diff(test.want, limited); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
		if diff := cmp.Diff(test.notes, notes); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
		for file := range test.files {
			data, err := os.ReadFile(filepath.Join(g.path, file))
			if want := map[string]string{"memory.max": strconv.Itoa(1<<30 + zygoteRoom), "memory.swap.max": "0", "pids.max": "160"}[file]; want != "" && string(data) != want {
				t.Errorf("%s: %s holds %s, %v", test.name, file, data, err)
			}
		}
		if err := os.WriteFile(filepath.Join(g.path, "pids.max"), []byte("max"), 0o644); err != nil {
			t.Fatal(err)
		}
		if limited, _ := g.holds(17); slices.Contains(limited, "pids") {
			t.Errorf("%s: believes a limit that is not there", test.name)
		}
		g.dir.Close()
	}
}

func TestEnable(t *testing.T) {
	for _, test := range []struct{ name, there, handed, want string }{
		{"already", "cpu memory pids", "memory pids", "memory pids"},
		{"one is missing", "cpu memory pids", "memory", "+pids"},
		{"none there", "cpu", "", ""},
	} {
		dir := tree(t, map[string]string{"cgroup.controllers": test.there, "cgroup.subtree_control": test.handed, "cgroup.procs": "1"})
		g := &groups{home: dir}
		g.enable("memory", "pids")
		handed, err := os.ReadFile(filepath.Join(dir, "cgroup.subtree_control"))
		// A file keeps what was there behind what is written over it.
		if err != nil || !strings.HasPrefix(string(handed), test.want) {
			t.Errorf("%s: %q, %v; want %q", test.name, handed, err, test.want)
		}
		if missing := test.there == "cpu"; missing != slices.Equal(g.notes, []string{"no controller memory", "no controller pids"}) {
			t.Errorf("%s: notes %q", test.name, g.notes)
		}
	}
}

// realGroups skips where this process may make no cgroup.
func realGroups(t *testing.T) *groups {
	t.Helper()
	g, note := openGroups()
	if g == nil {
		t.Skip(note)
	}
	probe := g.make(nil)
	if probe.dir == nil {
		t.Skip(probe.notes)
	}
	probe.end()
	if _, err := os.Stat(probe.path); !os.IsNotExist(err) {
		t.Errorf("an empty group is still there: %v", err)
	}
	return g
}

// sleeper is a process that does nothing in a group.
func sleeper(t *testing.T, g *group) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = []string{"SANDBOX_SELF=hang"}
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	g.join(cmd)
	if err := cmd.Start(); err != nil {
		t.Skip(err)
	}
	return cmd
}

// TestGroupEndsWhole: what is in a group when it ends is killed, and the group is
// gone.
func TestGroupEndsWhole(t *testing.T) {
	g := realGroups(t).make(nil)
	cmd := sleeper(t, g)
	if _, err := os.Stat(filepath.Join(g.path, "cgroup.kill")); err != nil {
		t.Skip(err)
	}
	if inside := words(filepath.Join(g.path, "cgroup.procs")); !slices.Equal(inside, []string{strconv.Itoa(cmd.Process.Pid)}) {
		t.Errorf("the group holds %q, not %d", inside, cmd.Process.Pid)
	}
	ended := make(chan error)
	go func() { ended <- cmd.Wait() }()
	g.end()
	select {
	case err := <-ended:
		if err == nil || !strings.Contains(err.Error(), "killed") {
			t.Errorf("%v", err)
		}
	case <-time.After(2 * time.Minute):
		t.Error("it still runs")
	}
	if _, err := os.Stat(g.path); !os.IsNotExist(err) {
		t.Errorf("the group is still there: %v", err)
	}
}

// TestSweep removes what a dead workbench left and leaves alone what a living one
// holds.
func TestSweep(t *testing.T) {
	home := realGroups(t)
	left, held := home.make(nil), home.make(nil)
	cmd := sleeper(t, left)
	left.dir.Close() // as the end of its process would
	home.sweep()
	if err := cmd.Wait(); err == nil {
		t.Error("what was left over ended by itself")
	}
	if _, err := os.Stat(left.path); !os.IsNotExist(err) {
		t.Errorf("the left over group is still there: %v", err)
	}
	if _, err := os.Stat(held.path); err != nil {
		t.Errorf("the group in use: %v", err)
	}
	held.end()
}

// startsInNone tells of a note that the kernel does not let a process start in a cgroup.
func startsInNone(note string) bool { return strings.HasPrefix(note, "cgroup: start in it: ") }

// TestWorkersHaveGroups: each zygote and its candidate are in one, and none is
// left behind.
func TestWorkersHaveGroups(t *testing.T) {
	home := realGroups(t)
	p := open(t, Options{Workers: 2})
	if !slices.Contains(p.Isolation().Features, "cgroup") && slices.ContainsFunc(p.Isolation().Notes, startsInNone) {
		t.Skip("the kernel starts no process in a cgroup")
	}
	first, second := load(t, p, ""), load(t, p, "")
	if first.zygote.group.path == second.zygote.group.path {
		t.Error("two workers share a group")
	}
	for _, c := range []*Candidate{first, second} {
		if inside := words(filepath.Join(c.zygote.group.path, "cgroup.procs")); !slices.Contains(inside, strconv.Itoa(c.child.process.pid)) {
			t.Errorf("%s holds %q, not %d", c.zygote.group.path, inside, c.child.process.pid)
		}
		if _, err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	p.Close()
	entries, err := filepath.Glob(filepath.Join(home.home, workerGroup+strconv.Itoa(os.Getpid())+".*"))
	if err != nil || len(entries) > 0 {
		t.Errorf("left behind: %q, %v", entries, err)
	}
}

// TestNoGroupToBeHad: a worker starts without one where the kernel refuses it.
func TestNoGroupToBeHad(t *testing.T) {
	for _, home := range []string{t.TempDir(), filepath.Join(t.TempDir(), "none")} {
		p := open(t, Options{Withhold: []string{"cgroup"}})
		w := <-p.free
		w.discard()
		w.confinement.groups = &groups{home: home}
		if err := w.start(t.Context()); err != nil {
			t.Fatal(err)
		}
		limited, notes := w.zygote.group.holds(w.zygote.cmd.Process.Pid)
		if len(limited) > 0 || len(notes) == 0 || !strings.HasPrefix(notes[0], "cgroup: ") {
			t.Errorf("%q, %q", limited, notes)
		}
		if left, _ := filepath.Glob(filepath.Join(home, "*")); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
		p.free <- w
	}
}

// delegated is the environment of a test in a cgroup that is handed to it.
const delegated = "SANDBOX_TEST_DELEGATED"

// TestStepsAside: in a cgroup of its own, the workbench makes room for the
// controllers; among other processes it does not.
func TestStepsAside(t *testing.T) {
	for _, want := range []string{"alone", "in company"} {
		t.Run(want, func(t *testing.T) {
			home := realGroups(t)
			handDown(t, home)
			g := home.make(nil)
			t.Cleanup(func() {
				g.end()
				if _, err := os.Stat(g.path); !os.IsNotExist(err) {
					t.Errorf("the group is still there: %v", err)
				}
			})
			if want == "in company" {
				cmd := sleeper(t, g)
				defer func() { _, _ = cmd.Process.Kill(), cmd.Wait() }()
			}
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.v", "-test.run", "^TestDelegated$")
			cmd.Env = []string{delegated + "=" + want}
			cmd.SysProcAttr = &syscall.SysProcAttr{}
			g.join(cmd)
			said, err := cmd.CombinedOutput()
			if errors.Is(err, syscall.ENOSYS) || errors.Is(err, syscall.EPERM) {
				t.Skip("the kernel starts no process in a cgroup: ", err)
			}
			if err != nil || !strings.Contains(string(said), "--- PASS: TestDelegated") {
				t.Errorf("%v\n%s", err, said)
			}
			(&groups{home: g.path}).sweep()
		})
	}
}

// handDown makes sure that groups inside have some controller, for as long as the
// test runs.
func handDown(t *testing.T, g *groups) {
	t.Helper()
	file := filepath.Join(g.home, "cgroup.subtree_control")
	if len(words(file)) > 0 {
		return
	}
	there := words(filepath.Join(g.home, "cgroup.controllers"))
	if len(there) == 0 || g.enableOne(there[0]) != nil {
		t.Skip("no controller of version 2 to try it with")
	}
	t.Cleanup(func() {
		if err := set(file, "-"+there[0]); err != nil {
			t.Error(err)
		}
	})
}

// TestDelegated is the process of TestStepsAside.
func TestDelegated(t *testing.T) {
	if os.Getenv(delegated) == "" {
		t.Skip("started by TestStepsAside")
	}
	home, err := findHome()
	if err != nil {
		t.Fatal(err)
	}
	g := &groups{home: home}
	controller := words(filepath.Join(home, "cgroup.controllers"))[0]
	g.enable(controller)
	handed := slices.Contains(words(filepath.Join(home, "cgroup.subtree_control")), controller)
	if os.Getenv(delegated) == "in company" {
		if handed || len(g.notes) != 1 || !strings.Contains(g.notes[0], "busy") {
			t.Errorf("controllers handed down: %v, notes %q", handed, g.notes)
		}
		return
	}
	if !handed || len(g.notes) > 0 {
		t.Errorf("controllers handed down: %v, notes %q", handed, g.notes)
	}
	if again, err := findHome(); again != home {
		t.Errorf("the home moved from %s to %s, %v", home, again, err)
	}
	made := g.make(nil)
	if !slices.Contains(words(filepath.Join(made.path, "cgroup.controllers")), controller) {
		t.Errorf("a worker's group has no %s", controller)
	}
	made.end()
}

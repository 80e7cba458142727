package sandbox

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// groups is this process's own cgroup of the version 2 hierarchy, in which each
// worker gets one for itself.
type groups struct {
	home  string
	notes []string // controllers that could not be enabled, and why
}

// group is the cgroup of one worker. Its directory stays open and locked for
// as long as this process lives, so that others know it from a left over one.
type group struct {
	path     string
	dir      *os.File  // nil where there is no group
	settings []setting // those that were written
	notes    []string
}

// setting is one limit: a file of a controller, and what is written to it.
type setting struct{ controller, file, value string }

const (
	workerGroup = "workbench-worker."
	selfGroup   = "workbench-self."
	zygoteRoom  = 96 << 20 // bytes for the zygote and the kernel's own, beside the candidate
	spareTasks  = 32       // tasks beside the candidate's, so that its own limit comes first
)

// limitsOf are a worker's. The memory leaves RLIMIT_AS, which counts one
// candidate, to be reached first.
func limitsOf(l Limits) []setting {
	page := int64(os.Getpagesize())
	memory := (l.Memory + zygoteRoom) / page * page
	return []setting{
		{"memory", "memory.max", strconv.FormatInt(memory, 10)},
		{"memory", "memory.swap.max", "0"},
		{"pids", "pids.max", strconv.Itoa(mostTasks + spareTasks)},
	}
}

// openGroups finds this process's cgroup, removes what dead workbenches left in
// it and enables what it may. The note says why there is none.
func openGroups() (*groups, string) {
	home, err := findHome()
	if err != nil {
		return nil, "cgroup: " + err.Error()
	}
	g := &groups{home: home}
	if err := unix.Access(home, unix.W_OK); err != nil {
		return nil, fmt.Sprintf("cgroup: %s: %v", home, err)
	}
	g.sweep()
	g.enable("memory", "pids")
	return g, ""
}

func findHome() (string, error) {
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return "", err
	}
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return "", err
	}
	return homeAmong(string(mounts), string(own))
}

// homeAmong looks up the directory of a process's cgroup in what the kernel says
// of mounts and cgroups. A process that stepped aside has its home one level up.
func homeAmong(mounts, own string) (string, error) {
	var at string
	for line := range strings.Lines(own) {
		if path, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "0::"); ok {
			at = path
		}
	}
	if at == "" || strings.HasPrefix(at, "/..") {
		return "", errors.New("this process is in none of version 2 that can be seen")
	}
	if strings.HasPrefix(filepath.Base(at), selfGroup) {
		at = filepath.Dir(at)
	}
	unescape := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	for line := range strings.Lines(mounts) {
		mount, kind, _ := strings.Cut(line, " - ")
		fields := strings.Fields(mount)
		if len(fields) < 5 || !strings.HasPrefix(kind, "cgroup2 ") {
			continue
		}
		below, err := filepath.Rel(unescape.Replace(fields[3]), at)
		if err == nil && filepath.IsLocal(below) {
			return filepath.Join(unescape.Replace(fields[4]), below), nil
		}
	}
	return "", fmt.Errorf("no file system shows %s", at)
}

// enable hands controllers down to the groups inside. A group that holds
// processes hands none down, so this process steps aside where it is alone.
func (g *groups) enable(controllers ...string) {
	for _, name := range controllers {
		err := g.enableOne(name)
		if errors.Is(err, unix.EBUSY) && g.stepAside() == nil {
			err = g.enableOne(name)
		}
		if err != nil {
			g.notes = append(g.notes, err.Error())
		}
	}
}

func (g *groups) enableOne(name string) error {
	file := filepath.Join(g.home, "cgroup.subtree_control")
	if slices.Contains(words(file), name) {
		return nil
	}
	if !slices.Contains(words(filepath.Join(g.home, "cgroup.controllers")), name) {
		return fmt.Errorf("no controller %s", name)
	}
	if err := set(file, "+"+name); err != nil {
		return fmt.Errorf("controller %s: %w", name, err)
	}
	return nil
}

// stepAside moves this process, if it is the only one in its cgroup, one level
// down, as a service does to which its cgroup is delegated.
func (g *groups) stepAside() error {
	pid := strconv.Itoa(os.Getpid())
	if inside := words(filepath.Join(g.home, "cgroup.procs")); !slices.Equal(inside, []string{pid}) {
		return errors.New("other processes are in it")
	}
	path := filepath.Join(g.home, selfGroup+pid)
	if err := os.Mkdir(path, 0o755); err != nil {
		return err
	}
	if err := set(filepath.Join(path, "cgroup.procs"), pid); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// sweep removes the groups of workbenches that are no more, and ends what is
// left in them.
func (g *groups) sweep() {
	entries, err := os.ReadDir(g.home)
	if err != nil {
		return
	}
	for _, entry := range entries {
		path := filepath.Join(g.home, entry.Name())
		switch {
		case strings.HasPrefix(entry.Name(), selfGroup):
			_ = os.Remove(path) // refused while its process lives
		case strings.HasPrefix(entry.Name(), workerGroup):
			if dir, err := lockedDirectory(path); err == nil {
				(&group{path: path, dir: dir}).end()
			}
		}
	}
}

func lockedDirectory(path string) (*os.File, error) {
	dir, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(dir.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		dir.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return dir, nil
}

// make makes the group of one worker. Where that fails, its notes say why.
func (g *groups) make(settings []setting) *group {
	if g == nil {
		return nil
	}
	path := filepath.Join(g.home, fmt.Sprintf("%s%d.%s", workerGroup, os.Getpid(), rand.Text()[:8]))
	if err := os.Mkdir(path, 0o755); err != nil {
		return &group{notes: []string{"cgroup: " + err.Error()}}
	}
	return g.take(path, settings)
}

// take locks a group that has just been made and limits it.
func (g *groups) take(path string, settings []setting) *group {
	dir, err := lockedDirectory(path)
	if err != nil {
		return &group{notes: []string{"cgroup: " + err.Error()}}
	}
	made := &group{path: path, dir: dir}
	reasons := slices.Clone(g.notes)
	for _, s := range settings {
		switch err := set(filepath.Join(path, s.file), s.value); {
		case err == nil:
			made.settings = append(made.settings, s)
		case !errors.Is(err, fs.ErrNotExist):
			reasons = append(reasons, fmt.Sprintf("%s: %v", s.file, err))
		}
	}
	if len(reasons) > 0 {
		made.notes = []string{"cgroup: " + strings.Join(reasons, ", ")}
	}
	return made
}

// join makes a command start in the group.
func (g *group) join(cmd *exec.Cmd) {
	cmd.SysProcAttr.UseCgroupFD = true
	cmd.SysProcAttr.CgroupFD = int(g.dir.Fd())
}

// holds tells which controllers limit a process, by what the kernel gives back,
// and what could not be had.
func (g *group) holds(pid int) (controllers, notes []string) {
	if g == nil {
		return nil, nil
	}
	if g.dir == nil {
		return nil, g.notes
	}
	if !slices.Contains(words(filepath.Join(g.path, "cgroup.procs")), strconv.Itoa(pid)) {
		return nil, append(g.notes, "cgroup: the worker is not in it")
	}
	for _, s := range g.settings {
		if slices.Equal(words(filepath.Join(g.path, s.file)), []string{s.value}) && !slices.Contains(controllers, s.controller) {
			controllers = append(controllers, s.controller)
		}
	}
	return controllers, g.notes
}

const removeTime = 200 * time.Millisecond // for killed processes to be gone

// end kills what is left in the group and removes it. What cannot be removed in
// time is left to the next sweep.
func (g *group) end() {
	if g == nil || g.dir == nil {
		return
	}
	_ = set(filepath.Join(g.path, "cgroup.kill"), "1") // older kernels have none: only a whole worker is gone then
	for wait := time.Millisecond; wait < removeTime; wait *= 2 {
		if err := os.Remove(g.path); !errors.Is(err, unix.EBUSY) {
			break
		}
		time.Sleep(wait)
	}
	g.dir.Close()
}

// spawn starts the zygote in a cgroup of its own, or without one where the
// kernel does not let it.
func (w *worker) spawn(z *zygote, control *os.File) error {
	z.cmd = w.command(control, z.null, z.stderr)
	z.group = w.confinement.groups.make(limitsOf(w.pool.options.Limits))
	if z.group == nil || z.group.dir == nil {
		return z.cmd.Start()
	}
	z.group.join(z.cmd)
	refused := z.cmd.Start()
	if refused == nil {
		return nil
	}
	z.group.end()
	z.group = &group{notes: []string{fmt.Sprintf("cgroup: start in it: %v", refused)}}
	z.cmd = w.command(control, z.null, z.stderr)
	return z.cmd.Start()
}

// set writes to a file that is there.
func set(file, value string) error {
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(value)
	return cmp.Or(err, f.Close())
}

// words are what a file of a cgroup holds, none where it cannot be read.
func words(file string) []string {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	return strings.Fields(string(data))
}

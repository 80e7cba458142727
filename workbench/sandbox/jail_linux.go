package sandbox

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// peakUnit divides the kernel's peak memory into KiB.
const peakUnit = 1

const (
	innerUser  = 1000  // the candidates' user where root can map another
	firstUser  = 61000 // its number outside, one per worker
	mostTasks  = 128   // threads of one candidate
	namespaces = syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS
)

// confinements lists the ways to start a worker, strongest first.
func confinements(withhold []string) []confinement {
	with := func(feature string) bool { return !slices.Contains(withhold, feature) }
	base := confinement{name: "without namespaces", promises: NoNamespaces,
		root: with("readonly-root"), landlock: with("landlock"), seccomp: with("seccomp")}
	if with("cgroup") {
		base.groups, base.note = openGroups()
	}
	var list []confinement
	if with("namespaces") {
		c := base
		c.name, c.promises, c.namespaces, c.user = "user namespace", Full, true, true
		list = append(list, c)
		if os.Geteuid() == 0 {
			c.name, c.user = "namespaces as root", false
			list = append(list, c)
		}
	}
	return append(list, base)
}

// user is the id that the zygote takes in its jail, 0 to keep what it has.
func (w *worker) user() int {
	switch {
	case os.Geteuid() != 0:
		return 0
	case w.confinement.user:
		return innerUser
	}
	return firstUser + w.index
}

// apply sets what must hold from the first instruction on.
func (c confinement) apply(cmd *exec.Cmd, w *worker) {
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.SysProcAttr = attr
	if !c.namespaces {
		attr.Setsid = true
		return
	}
	attr.Cloneflags = namespaces
	if !c.user {
		return
	}
	attr.Cloneflags |= syscall.CLONE_NEWUSER
	attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
	attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	if user := w.user(); user != 0 {
		outside := syscall.SysProcIDMap{ContainerID: user, HostID: firstUser + w.index, Size: 1}
		attr.UidMappings = append(attr.UidMappings, outside)
		attr.GidMappings = append(attr.GidMappings, outside)
		attr.GidMappingsEnableSetgroups = true
	}
}

// configure adds what the zygote needs to shut itself in.
func (c confinement) configure(config map[string]any) error {
	config["numbers"] = map[string]int{
		"pivot_root": unix.SYS_PIVOT_ROOT, "mount_setattr": unix.SYS_MOUNT_SETATTR, "capset": unix.SYS_CAPSET,
		"landlock_create_ruleset": unix.SYS_LANDLOCK_CREATE_RULESET, "landlock_add_rule": unix.SYS_LANDLOCK_ADD_RULE,
		"landlock_restrict_self": unix.SYS_LANDLOCK_RESTRICT_SELF,
	}
	config["root"] = c.root
	if c.user || os.Geteuid() == 0 {
		config["processes"] = mostTasks // of a user namespace or a user of its own, so that nobody else's count
	}
	if !c.seccomp {
		return nil
	}
	f, err := assemble()
	if err != nil {
		return fmt.Errorf("configure: %w", err)
	}
	config["filter"], config["files_filter"], config["child_filter"], config["own_pid"] = f.zygote, f.files, f.child, ownPid
	return nil
}

// keepToCore keeps a zygote and its children on one of the cores that this
// process may use. The kernel spreads forks over idle cores, where every page that
// they share with their parent is far away. A machine that refuses loses speed.
func (w *worker) keepToCore(pid int) {
	var may, one unix.CPUSet
	if unix.SchedGetaffinity(0, &may) != nil || may.Count() == 0 {
		return
	}
	skip := w.index % w.pool.options.Workers % may.Count()
	for core := 0; ; core++ {
		if may.IsSet(core) {
			if skip == 0 {
				one.Set(core)
				_ = unix.SchedSetaffinity(pid, &one)
				return
			}
			skip--
		}
	}
}

// process is a candidate as the kernel knows it.
type process struct {
	pid int
	fd  int // a pidfd, -1 on kernels without
}

// openProcess takes hold of a process that has just greeted us.
func openProcess(pid int) (process, error) {
	if pid <= 1 {
		return process{}, fmt.Errorf("greeting from process %d", pid)
	}
	fd, err := unix.PidfdOpen(pid, 0)
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) {
		return process{pid: pid, fd: -1}, nil
	}
	return process{pid: pid, fd: fd}, os.NewSyscallError("pidfd_open", err)
}

func (p process) kill() error {
	var err error
	if p.fd >= 0 {
		err = unix.PidfdSendSignal(p.fd, unix.SIGKILL, nil, 0)
	} else {
		err = unix.Kill(p.pid, unix.SIGKILL)
	}
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	return err
}

func (p process) close() {
	if p.fd >= 0 {
		unix.Close(p.fd)
	}
}

// cpu reads the process's own CPU clock; false when it is gone.
func (p process) cpu() (time.Duration, bool) {
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^p.pid<<3|2), &t); err != nil {
		return 0, false
	}
	return time.Duration(t.Nano()), true
}

// contradicted names the features that the kernel's own account of a process
// does not bear out.
func (p process) contradicted(w *worker) ([]string, error) {
	if self, err := os.Readlink("/proc/self"); err != nil || self != strconv.Itoa(os.Getpid()) {
		return nil, errors.New("/proc is not of this process namespace")
	}
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	if err != nil {
		return nil, err
	}
	status := map[string]string{}
	for line := range strings.Lines(string(data)) {
		name, value, _ := strings.Cut(line, ":")
		status[name] = strings.Join(strings.Fields(value), " ")
	}
	none, id := strings.Repeat("0", 16), strconv.Itoa(firstUser+w.index)
	ids := strings.Join([]string{id, id, id, id}, " ")
	var wrong []string
	for _, fact := range []struct{ feature, name, want string }{
		{"capabilities", "CapPrm", none}, {"capabilities", "CapEff", none}, {"capabilities", "CapInh", none}, {"capabilities", "CapAmb", none},
		{"no-new-privs", "NoNewPrivs", "1"}, {"seccomp", "Seccomp", "2"},
		{"identity", "Uid", ids}, {"identity", "Gid", ids}, {"identity", "Groups", ""},
	} {
		if got, ok := status[fact.name]; ok && got != fact.want {
			wrong = append(wrong, fact.feature)
		}
	}
	return wrong, nil
}

// sleeps tells whether the process waits for something else than a core, a disk or
// whoever traces it. One that has stopped itself does, and one whose main thread is
// gone. Where the kernel does not say, it counts as sleeping.
func (p process) sleeps() bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.pid))
	name := strings.LastIndex(string(stat), ") ") // the program's own choice, brackets and all; no more of them after it
	return err != nil || name < 0 || !strings.ContainsRune("RDt", rune(stat[name+2]))
}

// askForSender makes the kernel say which process a message came from.
func (l *line) askForSender() error {
	return l.on(func(fd int) error {
		return os.NewSyscallError("setsockopt", unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_PASSCRED, 1))
	})
}

// greeting reads a child's first message; the pid is the kernel's word, not its
// own, which is the second result and names it in its namespace.
func (l *line) greeting() (pid, inside int, err error) {
	var b [5]byte
	oob := make([]byte, unix.CmsgSpace(unix.SizeofUcred))
	var n, oobn int
	err = l.on(func(fd int) (err error) { n, oobn, _, _, err = unix.Recvmsg(fd, b[:], oob, 0); return err })
	if err != nil {
		return 0, 0, err
	}
	if n != len(b) || b[0] != '+' {
		return 0, 0, errors.New("no greeting")
	}
	inside = int(binary.LittleEndian.Uint32(b[1:]))
	messages, err := unix.ParseSocketControlMessage(oob[:oobn])
	if err != nil || len(messages) != 1 {
		return inside, inside, err
	}
	sender, err := unix.ParseUnixCredentials(&messages[0])
	if err != nil {
		return 0, 0, err
	}
	return int(sender.Pid), inside, nil
}

// holding returns an open file with this content and no name.
func holding(content string) (*os.File, error) {
	fd, err := unix.MemfdCreate("stdin", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	f := os.NewFile(uintptr(fd), "stdin")
	if _, err := f.WriteString(content); err != nil {
		f.Close()
		return nil, err
	}
	_, err = f.Seek(0, 0)
	return f, err
}

// limitData bounds what a process may allocate. The address space is no
// measure of a Go program, which reserves far more than it uses.
func limitData(pid int, bytes int64) error {
	limit := unix.Rlimit{Cur: uint64(bytes), Max: uint64(bytes)}
	err := unix.Prlimit(pid, unix.RLIMIT_DATA, &limit, nil)
	if errors.Is(err, unix.ESRCH) {
		return nil // it has ended already
	}
	return os.NewSyscallError("prlimit", err)
}

package sandbox

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"runtime"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// ownPid stands in the child's filter for the pid that the child fills in.
const ownPid = 0x5f1d5f1d

const cloneThread = 0x00010000

// permitted are the system calls of a Python program that computes, and of the
// zygote that forks it. Everything else fails with EPERM: above all execve,
// sockets, ptrace, mounts, namespaces, io_uring, bpf, keys, perf events, pidfds
// and System V memory, which no limit counts.
var permitted = []string{
	"read", "write", "readv", "writev", "pread64", "pwrite64", "lseek", "close", "close_range",
	"open", "openat", "stat", "fstat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2",
	"readlink", "readlinkat", "getdents", "getdents64", "getcwd", "chdir", "fcntl", "dup", "dup2", "dup3",
	"ioctl", "pipe", "pipe2", "poll", "ppoll", "select", "pselect6", "socketpair", "sendto", "recvfrom", "recvmsg",
	"epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "eventfd", "eventfd2",
	"mmap", "munmap", "mprotect", "mremap", "madvise", "brk", "msync",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait", "rt_sigsuspend", "sigaltstack",
	"futex", "futex_waitv", "set_robust_list", "rseq", "restart_syscall",
	"clone", "fork", "wait4", "waitid", "exit", "exit_group", "set_tid_address", "sched_yield", "sched_getaffinity",
	"sched_getparam", "sched_getscheduler", "sched_get_priority_max", "sched_get_priority_min",
	"getpid", "getppid", "gettid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups",
	"getpgrp", "getpgid", "getsid", "getpriority", "getrlimit", "setrlimit", "prlimit64", "getrusage", "times", "uname", "sysinfo", "getcpu",
	"arch_prctl", "prctl", "getrandom",
	"gettimeofday", "time", "clock_gettime", "clock_getres", "nanosleep", "clock_nanosleep",
	"alarm", "pause", "getitimer", "setitimer", "kill", "tgkill",
}

// rule holds one system call to what one of its arguments may be. Rules only
// take away: a call must also be permitted, and obey every rule about it.
type rule struct {
	call     string
	argument uint32
	only     []uint32 // the values it may have; none and no bits means never
	must     uint32   // bits of it that must be set
	mustNot  uint32   // bits of it that must not be set
}

// Descriptors that do not block or survive exec, by ioctl.
const fioclex, fionclex, fionbio, fionread = 0x5451, 0x5450, 0x5421, 0x541b

// writing is every way to open a file other than for reading.
const writing = unix.O_WRONLY | unix.O_RDWR | unix.O_CREAT | unix.O_TRUNC | unix.O_APPEND | (unix.O_TMPFILE &^ unix.O_DIRECTORY)

// everywhere binds zygote and children alike.
var everywhere = []rule{
	// Limits of one's own only: another process's could be lowered.
	{call: "prlimit64", argument: 0, only: []uint32{0}},
	// Without F_SETOWN and F_SETSIG, which send any signal to any process of the
	// same user, leases, which stop those who write, and pipes of other sizes.
	{call: "fcntl", argument: 1, only: []uint32{unix.F_DUPFD, unix.F_GETFD, unix.F_SETFD, unix.F_GETFL, unix.F_SETFL, unix.F_DUPFD_CLOEXEC}},
	// Without FIOSETOWN, TIOCSTI, and what changes files that are open for reading.
	{call: "ioctl", argument: 1, only: []uint32{unix.TCGETS, unix.TCGETS2, unix.TIOCGWINSZ, fioclex, fionclex, fionbio, fionread}},
	// Other families load kernel modules. asyncio wakes itself through a pair.
	{call: "socketpair", argument: 0, only: []uint32{unix.AF_UNIX}},
	{call: "sendto", argument: 3, only: []uint32{0}},
	{call: "sendto", argument: 4, only: []uint32{0}}, // an address reaches sockets of others
	{call: "recvfrom", argument: 3, only: []uint32{0}},
	{call: "recvmsg", argument: 2, only: []uint32{0}},
}

// inOpenFiles is for a jail whose file system stands open. Elsewhere programs
// shall see the errors of the file system.
var inOpenFiles = []rule{
	{call: "open", argument: 1, mustNot: writing},
	{call: "openat", argument: 2, mustNot: writing},
}

// inChildren leaves neither fork nor signals to others, nor a way to outlive
// the zygote.
var inChildren = []rule{
	{call: "fork"},
	{call: "clone", argument: 0, must: cloneThread},
	{call: "kill", argument: 0, only: []uint32{ownPid}},
	{call: "tgkill", argument: 0, only: []uint32{ownPid}},
	{call: "prctl", argument: 0, only: []uint32{unix.PR_SET_NAME, unix.PR_GET_NAME}},
}

// filters are programs as the kernel takes them, in hexadecimal.
type filters struct {
	zygote string // which everything inherits
	files  string // on top of it, where nothing else denies writing
	child  string // on top of both, in each child
}

func assemble() (filters, error) {
	info, err := arch.GetInfo(runtime.GOARCH)
	if err != nil {
		return filters{}, fmt.Errorf("system call filter: %w", err)
	}
	list, err := allowList(info)
	if err != nil {
		return filters{}, fmt.Errorf("system call filter: %w", err)
	}
	others := bpf.RetConstant{Val: uint32(seccomp.ActionAllow)}
	var f filters
	for _, part := range []struct {
		code    *string
		program []bpf.Instruction
	}{
		{&f.zygote, append(obey(everywhere, info), list...)},
		{&f.files, append(obey(inOpenFiles, info), others)},
		{&f.child, append(obey(inChildren, info), others)},
	} {
		if *part.code, err = machineCode(part.program); err != nil {
			return filters{}, err
		}
	}
	return f, nil
}

func allowList(info *arch.Info) ([]bpf.Instruction, error) {
	known := permitted[:0:0]
	for _, name := range permitted {
		if _, ok := info.SyscallNames[name]; ok {
			known = append(known, name)
		}
	}
	policy := seccomp.Policy{
		DefaultAction: seccomp.ActionErrno,
		Syscalls: []seccomp.SyscallGroup{
			{Names: known, Action: seccomp.ActionAllow},
			// glibc falls back to clone only where clone3 does not exist.
			{Names: []string{"clone3"}, Action: seccomp.ActionErrno | seccomp.Action(unix.ENOSYS)},
		},
	}
	return policy.Assemble()
}

// Where the kernel puts what a filter looks at. The low half of an argument
// comes first on every processor that this runs on.
const (
	numberAt   = 0
	archAt     = 4
	argumentAt = 16
	denied     = uint32(seccomp.ActionErrno) | uint32(unix.EPERM)
)

// obey refuses the calls of another processor and those that break a rule. What
// follows it sees all others.
func obey(rules []rule, info *arch.Info) []bpf.Instruction {
	program := []bpf.Instruction{
		bpf.LoadAbsolute{Off: archAt, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(info.ID), SkipTrue: 1},
		bpf.RetConstant{Val: denied},
	}
	for _, r := range rules {
		number, ok := info.SyscallNames[r.call]
		if !ok {
			continue
		}
		test := r.test()
		program = append(program,
			bpf.LoadAbsolute{Off: numberAt, Size: 4},
			bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: uint32(number), SkipTrue: uint8(len(test))})
		program = append(program, test...)
	}
	return program
}

// test refuses a call that breaks the rule, and goes on behind its end with one
// that does not. Flags are 32 bits to the kernel; values are compared whole.
func (r rule) test() []bpf.Instruction {
	low := bpf.LoadAbsolute{Off: argumentAt + 8*r.argument, Size: 4}
	no := bpf.RetConstant{Val: denied}
	if r.must != 0 {
		return []bpf.Instruction{low, bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: r.must, SkipTrue: 1}, no}
	}
	if r.mustNot != 0 {
		return []bpf.Instruction{low, bpf.JumpIf{Cond: bpf.JumpBitsNotSet, Val: r.mustNot, SkipTrue: 1}, no}
	}
	if len(r.only) == 0 {
		return []bpf.Instruction{no}
	}
	rest := len(r.only)
	test := []bpf.Instruction{
		bpf.LoadAbsolute{Off: low.Off + 4, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: 0, SkipTrue: uint8(1 + rest)},
		low,
	}
	for i, value := range r.only {
		test = append(test, bpf.JumpIf{Cond: bpf.JumpEqual, Val: value, SkipTrue: uint8(rest - i)})
	}
	return append(test, no)
}

// machineCode gives a program the form that the kernel takes.
func machineCode(program []bpf.Instruction) (string, error) {
	raw, err := bpf.Assemble(program)
	if err != nil {
		return "", fmt.Errorf("system call filter: %w", err)
	}
	var code []byte
	for _, in := range raw {
		code = binary.NativeEndian.AppendUint16(code, in.Op)
		code = append(code, in.Jt, in.Jf)
		code = binary.NativeEndian.AppendUint32(code, in.K)
	}
	return hex.EncodeToString(code), nil
}

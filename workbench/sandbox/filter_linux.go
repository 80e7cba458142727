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
	"ioctl", "pipe", "pipe2", "poll", "ppoll", "select", "pselect6", "socketpair", "recvmsg",
	"epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "eventfd", "eventfd2",
	"mmap", "munmap", "mprotect", "mremap", "madvise", "brk", "msync", "mincore",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait", "rt_sigsuspend", "sigaltstack",
	"futex", "futex_waitv", "set_robust_list", "get_robust_list", "rseq", "membarrier", "restart_syscall",
	"clone", "wait4", "waitid", "exit", "exit_group", "set_tid_address", "sched_yield", "sched_getaffinity",
	"sched_getparam", "sched_getscheduler", "sched_get_priority_max", "sched_get_priority_min",
	"getpid", "getppid", "gettid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups",
	"getpgrp", "getpgid", "getsid", "getpriority", "getrlimit", "setrlimit", "getrusage", "times", "uname", "sysinfo", "getcpu",
	"arch_prctl", "prctl", "seccomp", "getrandom",
	"gettimeofday", "time", "clock_gettime", "clock_getres", "nanosleep", "clock_nanosleep",
	"alarm", "pause", "getitimer", "setitimer", "kill", "tgkill",
}

// filters assembles the zygote's filter, which everything inherits, and the
// child's, which leaves neither fork nor signals to others. Hexadecimal.
func filters() (zygote, child string, err error) {
	info, err := arch.GetInfo(runtime.GOARCH)
	if err != nil {
		return "", "", err
	}
	known := permitted[:0:0]
	for _, name := range permitted {
		if _, ok := info.SyscallNames[name]; ok {
			known = append(known, name)
		}
	}
	zygote, err = assemble(seccomp.Policy{
		DefaultAction: seccomp.ActionErrno,
		Syscalls: []seccomp.SyscallGroup{
			{Names: known, Action: seccomp.ActionAllow, NamesWithCondtions: []seccomp.NameWithConditions{
				// Limits of one's own only: another process's could be lowered.
				{Name: "prlimit64", Conditions: seccomp.ArgumentConditions{
					{Argument: 0, Operation: seccomp.Equal, Value: 0}}},
			}},
			// glibc falls back to clone only where clone3 does not exist.
			{Names: []string{"clone3"}, Action: seccomp.ActionErrno | seccomp.Action(unix.ENOSYS)},
		},
	})
	if err != nil {
		return "", "", err
	}
	child, err = assemble(seccomp.Policy{
		DefaultAction: seccomp.ActionAllow,
		Syscalls: []seccomp.SyscallGroup{{
			NamesWithCondtions: []seccomp.NameWithConditions{
				{Name: "clone", Conditions: seccomp.ArgumentConditions{
					{Argument: 0, Operation: seccomp.BitsNotSet, Value: cloneThread}}},
				{Name: "kill", Conditions: seccomp.ArgumentConditions{
					{Argument: 0, Operation: seccomp.NotEqual, Value: ownPid}}},
				{Name: "tgkill", Conditions: seccomp.ArgumentConditions{
					{Argument: 0, Operation: seccomp.NotEqual, Value: ownPid}}},
			},
			Action: seccomp.ActionErrno,
		}},
	})
	return zygote, child, err
}

func assemble(policy seccomp.Policy) (string, error) {
	program, err := policy.Assemble()
	if err != nil {
		return "", fmt.Errorf("system call filter: %w", err)
	}
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

//go:build linux

// Command deny runs a command as on an old kernel or under a strict profile: no
// new namespaces, no mounts, no Landlock; with -seccomp no system call filters
// either.
//
//	deny [-seccomp] COMMAND [ARGUMENT...]
package main

import (
	"fmt"
	"os"
	"os/exec"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

const (
	namespaces = unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS |
		unix.CLONE_NEWCGROUP
	number   = 0  // where a filter finds the number of the call
	argument = 16 // and the low half of its first argument
)

// fails is a call that fails with an error, for first arguments that have one of
// the bits, or equal the value; for all where both are 0.
type fails struct {
	call        uint32
	with        unix.Errno
	bits, value uint32
}

var strict = []fails{
	{call: unix.SYS_UNSHARE, with: unix.EPERM},
	{call: unix.SYS_SETNS, with: unix.EPERM},
	{call: unix.SYS_MOUNT, with: unix.EPERM},
	{call: unix.SYS_UMOUNT2, with: unix.EPERM},
	{call: unix.SYS_PIVOT_ROOT, with: unix.EPERM},
	{call: unix.SYS_CLONE3, with: unix.ENOSYS},
	{call: unix.SYS_CLONE, with: unix.EPERM, bits: namespaces},
	{call: unix.SYS_LANDLOCK_CREATE_RULESET, with: unix.ENOSYS},
	{call: unix.SYS_LANDLOCK_ADD_RULE, with: unix.ENOSYS},
	{call: unix.SYS_LANDLOCK_RESTRICT_SELF, with: unix.ENOSYS},
}

var unfiltered = []fails{
	{call: unix.SYS_SECCOMP, with: unix.ENOSYS},
	{call: unix.SYS_PRCTL, with: unix.EINVAL, value: unix.PR_SET_SECCOMP},
}

func main() {
	arguments, list := os.Args[1:], strict
	if len(arguments) > 0 && arguments[0] == "-seccomp" {
		arguments, list = arguments[1:], append(list, unfiltered...)
	}
	if err := run(arguments, list); err != nil {
		fmt.Fprintln(os.Stderr, "deny:", err)
		os.Exit(1)
	}
}

func run(arguments []string, list []fails) error {
	if len(arguments) == 0 {
		return fmt.Errorf("no command")
	}
	path, err := exec.LookPath(arguments[0])
	if err != nil {
		return err
	}
	if err := install(list); err != nil {
		return err
	}
	return unix.Exec(path, arguments, os.Environ())
}

// program assembles the filter.
func program(list []fails) []bpf.Instruction {
	var all []bpf.Instruction
	for _, f := range list {
		refuse := bpf.RetConstant{Val: unix.SECCOMP_RET_ERRNO | uint32(f.with)}
		part := []bpf.Instruction{refuse}
		switch {
		case f.bits != 0:
			part = []bpf.Instruction{bpf.LoadAbsolute{Off: argument, Size: 4}, bpf.JumpIf{Cond: bpf.JumpBitsNotSet, Val: f.bits, SkipTrue: 1}, refuse}
		case f.value != 0:
			part = []bpf.Instruction{bpf.LoadAbsolute{Off: argument, Size: 4}, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: f.value, SkipTrue: 1}, refuse}
		}
		all = append(all, bpf.LoadAbsolute{Off: number, Size: 4},
			bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: f.call, SkipTrue: uint8(len(part))})
		all = append(all, part...)
	}
	return append(all, bpf.RetConstant{Val: unix.SECCOMP_RET_ALLOW})
}

// install puts the filter on every thread.
func install(list []fails) error {
	code, err := bpf.Assemble(program(list))
	if err != nil {
		return err
	}
	filters := make([]unix.SockFilter, len(code))
	for i, c := range code {
		filters[i] = unix.SockFilter{Code: c.Op, Jt: c.Jt, Jf: c.Jf, K: c.K}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return os.NewSyscallError("prctl", err)
	}
	whole := unix.SockFprog{Len: uint16(len(filters)), Filter: &filters[0]}
	_, _, failed := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&whole)))
	if failed != 0 {
		return os.NewSyscallError("seccomp", failed)
	}
	return nil
}

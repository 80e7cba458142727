//go:build linux || darwin

package sandbox

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// socketPair returns our end, which has deadlines, and theirs, which blocks.
func socketPair() (ours, theirs *os.File, err error) {
	syscall.ForkLock.RLock()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err == nil {
		unix.CloseOnExec(fds[0])
		unix.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	if err := unix.SetNonblock(fds[0], true); err != nil {
		unix.Close(fds[0])
		unix.Close(fds[1])
		return nil, nil, os.NewSyscallError("fcntl", err)
	}
	return os.NewFile(uintptr(fds[0]), "worker"), os.NewFile(uintptr(fds[1]), "worker's end"), nil
}

// pass asks the zygote for a fork that gets these files.
func (z *zygote) pass(files []*os.File) error {
	fds := make([]int, len(files))
	for i, f := range files {
		fds[i] = int(f.Fd())
	}
	conn, err := z.control.SyscallConn()
	if err != nil {
		return err
	}
	rights := unix.UnixRights(fds...)
	var sent error
	err = conn.Write(func(fd uintptr) bool {
		sent = unix.Sendmsg(int(fd), []byte{'f'}, rights, nil, 0)
		return sent != unix.EAGAIN
	})
	if err == nil {
		err = sent
	}
	return err
}

// pending tells whether bytes have arrived that nobody asked for.
func pending(f *os.File) bool {
	conn, err := f.SyscallConn()
	if err != nil {
		return false
	}
	n := 0
	_ = conn.Control(func(fd uintptr) {
		var b [1]byte
		n, _, _ = unix.Recvfrom(int(fd), b[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
	})
	return n > 0
}

// classify names the ending from the wait status.
func (c *Candidate) classify(end ending, r *Reply) {
	status := syscall.WaitStatus(end.status)
	r.PeakKiB = end.peakKiB
	switch {
	case status.Exited():
		r.Ending, r.Code = Exited, status.ExitStatus()
	case status.Signal() == syscall.SIGXCPU:
		r.Ending, r.Code = TimedOut, int(status.Signal())
	case end.peakKiB*1024 >= c.limits.Memory/10*8:
		r.Ending, r.Code = OutOfMemory, int(status.Signal())
	default:
		r.Ending, r.Code = Crashed, int(status.Signal())
	}
}

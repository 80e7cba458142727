//go:build linux || darwin

package sandbox

import (
	"errors"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// line is our end of a socket to a process of ours. Reading and writing block
// the thread, which costs a good deal less per message than the runtime's
// poller, and return errTick now and then, so that the caller can look at its
// clocks. Only close may be called while another call is under way.
type line struct {
	mu sync.RWMutex // held for writing once: to close
	fd int
}

// tick is how long a read or a write waits at most.
const tick = 10 * time.Millisecond

// errTick is returned by a line on which nothing happened for a tick.
var errTick = errors.New("nothing yet")

// newLine returns our end of a new socket pair, and theirs.
func newLine() (ours *line, theirs *os.File, err error) {
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
	wait := unix.NsecToTimeval(tick.Nanoseconds())
	err = errors.Join(
		unix.SetsockoptTimeval(fds[0], unix.SOL_SOCKET, unix.SO_RCVTIMEO, &wait),
		unix.SetsockoptTimeval(fds[0], unix.SOL_SOCKET, unix.SO_SNDTIMEO, &wait))
	if err != nil {
		unix.Close(fds[0])
		unix.Close(fds[1])
		return nil, nil, os.NewSyscallError("setsockopt", err)
	}
	return &line{fd: fds[0]}, os.NewFile(uintptr(fds[1]), "a worker's end"), nil
}

// on makes a system call again for as long as signals interrupt it.
func (l *line) on(call func(fd int) error) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.fd < 0 {
		return os.ErrClosed
	}
	for {
		switch err := call(l.fd); {
		case errors.Is(err, unix.EINTR):
		case errors.Is(err, unix.EAGAIN):
			return errTick
		default:
			return err
		}
	}
}

// Read is an io.Reader's, but for errTick.
func (l *line) Read(b []byte) (n int, err error) {
	err = l.on(func(fd int) (err error) { n, err = unix.Read(fd, b); return err })
	if n == 0 && err == nil && len(b) > 0 {
		err = io.EOF
	}
	return max(n, 0), err
}

// Write writes what it can; errTick when that is nothing.
func (l *line) Write(b []byte) (n int, err error) {
	err = l.on(func(fd int) (err error) { n, err = unix.Write(fd, b); return err })
	return max(n, 0), err
}

// pass writes a few bytes together with open files.
func (l *line) pass(b []byte, files ...*os.File) error {
	fds := make([]int, len(files))
	for i, f := range files {
		fds[i] = int(f.Fd())
	}
	var rights []byte
	if len(fds) > 0 {
		rights = unix.UnixRights(fds...)
	}
	return l.on(func(fd int) error { return unix.Sendmsg(fd, b, rights, nil, 0) })
}

// pending tells whether bytes have arrived that nobody asked for.
func (l *line) pending() bool {
	n := 0
	_ = l.on(func(fd int) error {
		var b [1]byte
		n, _, _ = unix.Recvfrom(fd, b[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		return nil
	})
	return n > 0
}

// close wakes whoever waits and closes the socket.
func (l *line) close() {
	l.mu.RLock()
	if l.fd >= 0 {
		_ = unix.Shutdown(l.fd, unix.SHUT_RDWR) // wakes; what it says matters to nobody
	}
	l.mu.RUnlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fd >= 0 {
		unix.Close(l.fd)
		l.fd = -1
	}
}

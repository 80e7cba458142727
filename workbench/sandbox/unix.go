//go:build linux || darwin

package sandbox

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// clearFlags resets the flags of the file that all children share: what the last
// one left in them would be a message to the next.
func (z *zygote) clearFlags() {
	_, _ = unix.FcntlInt(z.null.Fd(), unix.F_SETFL, 0)
}

// classify names the ending from the wait status.
func (c *Candidate) classify(end ending, r *Reply) {
	status := syscall.WaitStatus(end.status)
	r.PeakKiB = end.peakKiB
	switch {
	case status.Exited():
		r.Ending, r.Code = Exited, status.ExitStatus()
	case status.Signal() == syscall.SIGXCPU:
		r.Ending, r.Code, r.Events = TimedOut, int(status.Signal()), c.program.Events
	case end.peakKiB*1024 >= c.limits.Memory/10*8:
		r.Ending, r.Code = OutOfMemory, int(status.Signal())
	default:
		r.Ending, r.Code = Crashed, int(status.Signal())
	}
}

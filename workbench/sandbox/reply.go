package sandbox

import (
	"fmt"
	"time"
)

// Ending is how one request to a candidate ended.
type Ending uint8

// The endings. From TimedOut on the candidate is gone and further requests
// return ErrGone.
const (
	Returned    Ending = iota
	Raised             // an exception other than SystemExit and MemoryError
	Unencodable        // a value that cannot leave the process; Exception.Message says why
	TimedOut
	OutOfMemory
	Crashed // killed by a signal, its own or the kernel's
	Exited  // exit with any code, SystemExit included
	Forged  // the protocol was violated: early, extra or malformed bytes
)

// String returns the ending as one word.
func (e Ending) String() string {
	names := [...]string{"returned", "raised", "unencodable", "timed out", "out of memory", "crashed", "exited", "forged"}
	if int(e) < len(names) {
		return names[e]
	}
	return fmt.Sprintf("ending %d", uint8(e))
}

// Final reports whether the candidate is gone after such an ending.
func (e Ending) Final() bool { return e >= TimedOut }

// Exception is what a program raised, as the program tells it.
type Exception struct {
	Type    string // the class's own name
	Base    string // the nearest builtin class, "ValueError"
	Message string // str() of it, at most 2,000 characters
	Line    int    // last line of the program it passed; 0 when it passed none
}

// Reply is the answer to one request.
type Reply struct {
	Ending    Ending
	Value     []byte // encoded, for DecodeValue; nil unless Returned
	Result    *Value // Value decoded; nil unless Returned
	Arguments []byte // Apply: encoded tuple (args, kwargs) as the call left them
	Exception Exception
	Output    string // what this request wrote to stdout, valid UTF-8
	Stderr    string // and to stderr
	Truncated bool   // Output or Stderr lost bytes to Limits.Output
	Code      int    // exit code when Exited, signal number when Crashed
	Events    int    // TimedOut by count: how many events that was
	CPU, Wall time.Duration
	Idle      time.Duration // of Wall, what was seen to be spent waiting for other things than a core
	PeakKiB   int64         // peak resident memory as the process reports it; Usage has the kernel's word
}

// Usage is what a candidate used from fork to end, as the kernel counted it.
type Usage struct {
	CPU     time.Duration
	Wall    time.Duration
	PeakKiB int64
	Forged  bool // bytes were left that no request asked for
}

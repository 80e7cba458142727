package verify

import (
	"fmt"
	"time"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

// detailSize bounds the one line that an outcome says to people, in bytes.
const detailSize = 400

// verdictOf maps the ending of a request that did not return a value. Nothing
// that a candidate can do ends in Pass or in Infra.
func verdictOf(r sandbox.Reply) (schema.Verdict, string) {
	switch r.Ending {
	case sandbox.Raised:
		return schema.Error, raised(r.Exception)
	case sandbox.Unencodable:
		return schema.Fail, "returned what is no plain data: " + r.Exception.Message
	case sandbox.TimedOut:
		if r.Events > 0 {
			return schema.Timeout, fmt.Sprintf("no end after %d events", r.Events)
		}
		// Rounded, so that the same program has the same detail; the outcome has the exact times.
		if r.CPU < r.Idle {
			return schema.Timeout, fmt.Sprintf("no end after waiting %v", r.Idle.Round(time.Second))
		}
		return schema.Timeout, fmt.Sprintf("no end after %v of CPU", r.CPU.Round(100*time.Millisecond))
	case sandbox.OutOfMemory:
		return schema.Memory, "ran out of memory"
	case sandbox.Crashed:
		return schema.Crash, fmt.Sprintf("killed by signal %d", r.Code)
	case sandbox.Exited:
		return schema.Exit, fmt.Sprintf("exited with code %d", r.Code)
	}
	return schema.Crash, "wrote to the sandbox's own channel"
}

// raised tells an exception of the program in one line.
func raised(e sandbox.Exception) string {
	text := "raised " + e.Type
	if e.Message != "" {
		text += ": " + clip(e.Message, detailSize/2)
	}
	if e.Line > 0 {
		text += fmt.Sprintf(" at line %d", e.Line)
	}
	return text
}

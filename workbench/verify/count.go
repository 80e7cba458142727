package verify

import (
	"context"
	"time"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

// How a program is run that used up its time or its memory, and is judged again.
// What decides then is the same on every machine: how many events it takes.
const (
	countedCPU      = 3                // times the CPU time of other runs, for what counts no events: one long call of C code
	leastCountedCPU = 10 * time.Second // enough for the default number of events, counted on a slow machine
)

// source is what the trial's process runs.
func (t *trial) source() sandbox.Program {
	p := sandbox.Program{Source: t.program, Quiet: true}
	if t.counted {
		limits := t.verifier.pool.Limits()
		p.Events, p.CPU = limits.Events, max(countedCPU*limits.CPU, t.verifier.leastCounted)
	}
	return p
}

// doubted tells whether an outcome says more of the machine than of the program.
// How far a program comes in its time depends on the processor, and whether it
// uses up its memory before depends on luck; one that waits may have been starved.
func doubted(o schema.Outcome) bool {
	return (o.Verdict == schema.Timeout || o.Verdict == schema.Memory) && o.Wall > 0
}

// settle judges a test again, in a fresh process, whose outcome is in doubt: with
// its events counted, and alone where it did not compute.
func (j *judging) settle(ctx context.Context, p *Plan, o schema.Outcome) (schema.Outcome, error) {
	j.drop()
	if waited := o.Verdict == schema.Timeout && o.CPU < o.Wall/5; waited {
		j.verifier.alone.RUnlock()
		defer j.verifier.alone.RLock()
		j.verifier.alone.Lock()
		defer j.verifier.alone.Unlock()
	}
	j.counted, j.broken = true, nil
	defer func() { j.drop(); j.counted = false }()
	return j.try(ctx, p)
}

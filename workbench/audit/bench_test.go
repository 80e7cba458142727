package audit

import (
	"fmt"
	"strings"
	"testing"

	"nextworkbench/schema"
)

// BenchmarkAudit reads and checks the rationales of the calibration set, on one core.
func BenchmarkAudit(b *testing.B) {
	var programs []program
	for _, half := range []string{"dev", "test"} {
		programs = append(programs, readHalf(b, half)...)
	}
	rationales, bytes := 0, 0
	for b.Loop() {
		for _, p := range programs {
			e := newEvidence(p.execution)
			for _, rationale := range p.rationales {
				e.checkAll(Parse(rationale, p.execution.Task))
				rationales++
				bytes += len(rationale)
			}
		}
	}
	b.ReportMetric(float64(rationales)/b.Elapsed().Seconds(), "rationales/s")
	b.ReportMetric(float64(bytes)/b.Elapsed().Seconds()/1e6, "MB/s")
}

// BenchmarkHostile reads a megabyte made to be slow, on a program of the calibration
// set, and with a trace of 20,000 events.
func BenchmarkHostile(b *testing.B) {
	p := readHalf(b, "dev")[0]
	for i := len(p.execution.Events); i < 20_000; i++ {
		p.execution.Events = append(p.execution.Events, schema.TraceEvent{Seq: i, Step: i, Kind: schema.LineEvent, Frame: 1, Depth: 1, Line: 2 + i%3,
			Changes: []schema.Change{{Name: "x", Value: fmt.Sprint(i)}}})
	}
	for name, unit := range hostile() {
		b.Run(name, func(b *testing.B) {
			text := strings.Repeat(unit, hostileBytes/len(unit))
			for b.Loop() {
				Check(Parse(text, p.execution.Task), p.execution)
			}
		})
	}
}

const hostileBytes = 1 << 20

// hostile are texts that, repeated, could take time that grows faster than they do.
func hostile() map[string]string {
	return map[string]string{
		"back-ticks": "`", "fences": "```\n", "open brackets": "[", "nested": "[(", "quotes": "'", "digits": "9", "blanks": " ", "newlines": "\n",
		"code spans": "`x` ", "values": "`x` is 5, ", "pronouns": "it is 1 ", "steps": "at step 1 x = 1, ", "calls": "f(1) ", "open calls": "f(",
		"returns": "it returns 5 ", "quoted": "'a' is returned ", "claims": "The function returns 5. `x` is 3. ", "rounds": "in the first iteration x is 1 and ",
		"conditions": "if when unless ", "emphasis": "**", "unicode": "é”“…", "nul": "\x00", "words": "a ", "one word": "a", "commas": ", ", "expected": "3 is expected ",
	}
}

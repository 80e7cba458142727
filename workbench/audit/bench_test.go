package audit

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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
			e, reader := newEvidence(p.execution), newReader(p.execution.Task)
			for _, rationale := range p.rationales {
				e.checkAll(reader.read(rationale))
				rationales++
				bytes += len(rationale)
			}
		}
	}
	b.ReportMetric(float64(rationales)/b.Elapsed().Seconds(), "rationales/s")
	b.ReportMetric(float64(bytes)/b.Elapsed().Seconds()/1e6, "MB/s")
}

// BenchmarkRecorded reads the recorded rationales in the folder that WORKBENCH_DATA
// names, on one core.
func BenchmarkRecorded(b *testing.B) {
	folder := os.Getenv("WORKBENCH_DATA")
	if folder == "" {
		b.Skip("WORKBENCH_DATA is not set")
	}
	tasks := map[string]*reader{}
	type line struct {
		ID        string   `json:"task_id"`
		Entry     string   `json:"entry_point"`
		Buggy     string   `json:"buggy_code"`
		Tests     []string `json:"tests"`
		Rationale string   `json:"rationale"`
	}
	eachLine(b, folder, "*.tasks.jsonl.gz", func(data []byte) {
		var l line
		if json.Unmarshal(data, &l) == nil {
			tasks[l.ID] = newReader(Task{EntryPoint: l.Entry, Program: l.Buggy, Tests: l.Tests})
		}
	})
	var all []line
	eachLine(b, folder, "*.samples.jsonl.gz", func(data []byte) {
		var l line
		if json.Unmarshal(data, &l) == nil && l.Rationale != "" && tasks[l.ID] != nil {
			all = append(all, l)
		}
	})
	read, bytes := 0, 0
	for b.Loop() {
		for _, l := range all {
			tasks[l.ID].read(l.Rationale)
			read++
			bytes += len(l.Rationale)
		}
	}
	b.ReportMetric(float64(read)/b.Elapsed().Seconds(), "rationales/s")
	b.ReportMetric(float64(bytes)/b.Elapsed().Seconds()/1e6, "MB/s")
}

func eachLine(b *testing.B, folder, pattern string, take func([]byte)) {
	b.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		packed, err := gzip.NewReader(file)
		if err != nil {
			b.Fatal(err)
		}
		lines := bufio.NewScanner(packed)
		lines.Buffer(nil, 64<<20)
		for lines.Scan() {
			take(lines.Bytes())
		}
		file.Close()
	}
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
		"tables": "| i | x |\n|---|---|\n", "rows": "| 1 | x = 3 |\n", "bars": "|", "headless": "| a | b |\n\n",
	}
}

package export

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"nextworkbench/schema"
)

// BenchmarkWrite exports as many passing samples as WORKBENCH_SAMPLES says, of about
// 2 KB of text each, from the database that WORKBENCH_SAMPLES_DB names. The database
// is made where it is missing; memory is that of the export alone in a second run.
func BenchmarkWrite(b *testing.B) {
	path, n := os.Getenv("WORKBENCH_SAMPLES_DB"), 2000
	if given, err := strconv.Atoi(os.Getenv("WORKBENCH_SAMPLES")); err == nil {
		n = given
	}
	if path == "" {
		path = filepath.Join(b.TempDir(), "samples.db")
	}
	if _, err := os.Stat(path); err != nil {
		makeSamples(b, path, n)
	}
	db, err := schema.Open(b.Context(), path, schema.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	out := b.TempDir()
	var s Summary
	var text int64
	for i := 0; b.Loop(); i++ {
		o := Options{Select: "passing", Out: filepath.Join(out, strconv.Itoa(i))}
		if s, err = Write(b.Context(), db, o, nil); err != nil {
			b.Fatal(err)
		}
		m, err := ReadManifest(o.Out)
		if err != nil {
			b.Fatal(err)
		}
		for _, shard := range m.Shards {
			text += shard.Values
		}
	}
	b.ReportMetric(float64(text)/1e6/b.Elapsed().Seconds(), "MB/s")
	b.ReportMetric(float64(s.Rows), "rows")
	b.ReportMetric(peakMiB(b), "peak-MiB")
}

// peakMiB is the most memory that the process ever held, in MiB.
func peakMiB(b *testing.B) float64 {
	b.Helper()
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(data), "VmHWM:")
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		b.Fatal(err)
	}
	return float64(kib) / 1024
}

// samplesPerTask and fixesPerTask say how alike the samples of makeSamples are: a
// task is asked many times, and good models repeat themselves.
const (
	samplesPerTask = 500
	fixesPerTask   = 50
)

// makeSamples makes a database of passing samples: 1 KB of prompt, which the samples
// of a task share, and 1 KB of rationale and fix.
func makeSamples(b *testing.B, path string, n int) {
	b.Helper()
	clock := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	db, err := schema.Open(b.Context(), path, schema.Options{Create: true, Now: func() time.Time { return clock }})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	for first := 0; first < n; first += samplesPerTask {
		putAlike(b, db, first/samplesPerTask, min(samplesPerTask, n-first))
	}
}

// putAlike stores the samples of one task, and an outcome for every fix.
func putAlike(b *testing.B, db *schema.DB, number, n int) {
	r := rand.New(rand.NewPCG(1, uint64(number)))
	g := given{task: fmt.Sprintf("made/%d", number), user: "# Your task\n\n" + prose(r, 900)}.complete()
	var fixes []string
	for i := range fixesPerTask {
		fixes = append(fixes, program(r, i))
	}
	err := db.Write(b.Context(), func(tx *schema.Tx) error {
		file, err := tx.NextIngestFile()
		if err != nil {
			return err
		}
		for i := range n {
			g.index, g.rationale, g.fix = i, prose(r, 700), fixes[i%fixesPerTask]
			if err := putOne(tx, file, g); err != nil {
				return err
			}
		}
		return tx.PutIngestFile(file, schema.IngestFile{Kind: "tasks", Name: g.task, SHA256: schema.Hash(g.task), Lines: n})
	})
	if err != nil {
		b.Fatal(err)
	}
	v := schema.Verification{Tests: 1}
	var test schema.TestCaseID
	err = db.QueryRow(b.Context(), `SELECT t.id, c.id FROM task t JOIN test_case c ON c.task_id = t.id WHERE t.task_id = ?`, g.task).Scan(&v.Task, &test)
	if err != nil {
		b.Fatal(err)
	}
	err = db.Write(b.Context(), func(tx *schema.Tx) error {
		if v.Runner, err = tx.PutRunner(schema.Runner{Python: "3.13.0", Isolation: "none", Version: "1", Limits: "{}"}); err != nil {
			return err
		}
		v.Outcomes = []schema.Outcome{{TestCase: test, Verdict: schema.Pass, Tier: schema.ValueTier}}
		for _, fix := range fixes[:min(n, fixesPerTask)] {
			if v.Program, err = tx.PutProgram(fix); err != nil {
				return err
			}
			if err := tx.RecordVerification(v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// prose is so many bytes of words, as compressible as people's are.
func prose(r *rand.Rand, size int) string {
	words := strings.Fields(`the loop variable counts one too many when list empty because index starts at zero and condition uses wrong
		comparison so function returns before last element step trace shows value total after second pass instead of expected result test fails`)
	var b strings.Builder
	for b.Len() < size {
		if r.IntN(12) == 0 {
			fmt.Fprintf(&b, "`x%d = %d`. ", r.IntN(9), r.IntN(100000))
			continue
		}
		b.WriteString(words[r.IntN(len(words))] + " ")
	}
	return b.String()
}

// program is a fix of some 300 bytes.
func program(r *rand.Rand, number int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "def f(x):\n    total = %d\n", number)
	for b.Len() < 280 {
		fmt.Fprintf(&b, "    if x > %d:\n        total += x * %d\n", r.IntN(1000), r.IntN(1000))
	}
	return b.String() + "    return total\n"
}

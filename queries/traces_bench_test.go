package queries

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"nextworkbench/schema"
)

const (
	eventsOfTrace = 20_000 // the recorder's limit
	pageBytes     = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
)

// BenchmarkTraces stores WORKBENCH_EVENTS events, a million by default, in traces
// of 20,000, and asks for one trace: its events, where a variable took a value, and
// its last return. Reported are bytes of the file per event and seconds of writing.
func BenchmarkTraces(b *testing.B) {
	wanted := 1_000_000
	if text := os.Getenv("WORKBENCH_EVENTS"); text != "" {
		var err error
		if wanted, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	ctx := context.Background()
	db, err := schema.Open(ctx, filepath.Join(b.TempDir(), "traces.db"), schema.Options{Create: true})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	prepare(b, db)
	b.Run("write", func(b *testing.B) {
		for range b.N {
			before := number(b, db, pageBytes)
			for i := range wanted / eventsOfTrace {
				store(b, db, b.N*wanted+i)
			}
			b.ReportMetric(float64(number(b, db, pageBytes)-before)/float64(wanted), "B/event")
			b.ReportMetric(float64(wanted)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		}
	})
	middle := number(b, db, "SELECT max(id) / 2 FROM trace")
	b.Run("events", func(b *testing.B) {
		for range b.N {
			if events, err := Events(ctx, db, schema.TraceID(middle)); err != nil || len(events) != eventsOfTrace {
				b.Fatalf("%d events: %v", len(events), err)
			}
		}
	})
	for name, query := range map[string]string{
		"where":  "SELECT step FROM v_trace_variable WHERE trace_id = %d AND name = 'total' AND value = '5000'",
		"return": "SELECT max(step) FROM v_trace_variable WHERE trace_id = %d AND name = '__return__'",
	} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				number(b, db, fmt.Sprintf(query, middle))
			}
		})
	}
}

func number(b *testing.B, db *schema.DB, query string) (n int64) {
	b.Helper()
	if err := db.QueryRow(context.Background(), query).Scan(&n); err != nil {
		b.Fatal(query, ": ", err)
	}
	return n
}

// prepare stores the program, test and runner of all traces.
func prepare(b *testing.B, db *schema.DB) {
	b.Helper()
	source := "def f(n):\n    for i in range(n):\n        total = i\n        pass\n    return total\n"
	err := db.Write(context.Background(), func(tx *schema.Tx) error {
		file, err := tx.NextIngestFile()
		if err != nil {
			return err
		}
		task := schema.Task{ID: "loop", ProblemID: "loop", Source: "benchmark", Split: schema.Train, EntryPoint: "f", Buggy: &source, Tests: []string{"assert f(1) == 1"}, Metadata: "{}"}
		if _, _, err := tx.PutTask(task, file); err != nil {
			return err
		}
		if _, err := tx.PutRunner(schema.Runner{Python: "3", Isolation: "none", Version: "benchmark/1", Limits: "{}"}); err != nil {
			return err
		}
		return tx.PutIngestFile(file, schema.IngestFile{Kind: "tasks", Name: "loop.jsonl", SHA256: schema.Hash(source), Lines: 1})
	})
	if err != nil {
		b.Fatal(err)
	}
}

// store stores one trace: a loop of three lines that adds numbers.
func store(b *testing.B, db *schema.DB, nth int) {
	b.Helper()
	events := []schema.TraceEvent{{Line: 1, Kind: schema.CallEvent, Frame: 1, Depth: 1, Changes: []schema.Change{{Name: "n", Value: "100000"}}}}
	for i := 1; i < eventsOfTrace-1; i++ {
		e := schema.TraceEvent{Seq: i, Step: i, Line: 2 + i%3, Kind: schema.LineEvent, Frame: 1, Depth: 1}
		if name := [3]string{"i", "total", ""}[i%3]; name == "" {
			e.Step = -1
		} else {
			e.Changes = []schema.Change{{Name: name, Value: strconv.Itoa(i / 3)}}
		}
		events = append(events, e)
	}
	events = append(events, schema.TraceEvent{Seq: eventsOfTrace - 1, Step: eventsOfTrace, Line: 5, Kind: schema.ReturnEvent, Frame: 1, Depth: 1,
		Changes: []schema.Change{{Name: "__return__", Value: "5000"}}})
	err := db.Write(context.Background(), func(tx *schema.Tx) error {
		_, err := tx.RecordTrace(schema.Trace{Program: 1, TestCase: 1, Runner: 1, Tracer: fmt.Sprint("benchmark/", nth), Events: events})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

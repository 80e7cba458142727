package sample_test

import (
	"path/filepath"
	"testing"

	"nextworkbench/schema"
	"nextworkbench/workbench/sample"
)

// BenchmarkRun stores samples of an endless supply; an operation is one sample.
func BenchmarkRun(b *testing.B) {
	db, err := schema.Open(b.Context(), filepath.Join(b.TempDir(), "next.db"), schema.Options{Create: true})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	job, err := fill(b.Context(), db, 100)
	if err != nil {
		b.Fatal(err)
	}
	job.N = b.N/100 + 1
	b.ResetTimer()
	if _, err := sample.Run(b.Context(), db, scripted{}, job, sample.Options{}, nil); err != nil {
		b.Fatal(err)
	}
}

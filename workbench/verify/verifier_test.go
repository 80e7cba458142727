package verify

import (
	"os"
	"testing"
	"time"

	"nextworkbench/workbench/sandbox"
)

// openVerifier opens a verifier on the first Python found, for one test.
func openVerifier(t testing.TB, workers int, limits sandbox.Limits) *Verifier {
	t.Helper()
	return openVerifierWith(t, sandbox.Options{Workers: workers, Limits: limits})
}

func openVerifierWith(t testing.TB, o sandbox.Options) *Verifier {
	t.Helper()
	interpreter, err := sandbox.Find(t.Context(), os.Getenv("WORKBENCH_PYTHON"))
	if err != nil {
		t.Skip(err)
	}
	o.Interpreter, o.AllowWeak = interpreter, true
	if o.Limits.Events == 0 {
		o.Limits.Events = 50_000 // no program of the tests that ends comes near
	}
	pool, err := sandbox.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pool.Close() })
	v, err := New(t.Context(), pool, interpreter)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	if o.Limits.Events < 1_000_000 {
		v.leastCounted = time.Duration(o.Limits.Events) * 10 * time.Microsecond // calls of C code end sooner
	}
	return v
}

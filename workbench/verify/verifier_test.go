package verify

import (
	"os"
	"testing"

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
	return v
}

package sandbox

import (
	"context"
	"testing"
	"time"
)

// open starts a pool on the first Python found and closes it with the test.
func open(t testing.TB, o Options) *Pool {
	t.Helper()
	if o.Interpreter.Path == "" {
		found, err := Find(t.Context(), "")
		if err != nil {
			t.Skip(err)
		}
		o.Interpreter = found
	}
	if o.Workers == 0 {
		o.Workers = 1
	}
	if o.Limits.CPU == 0 {
		o.Limits.CPU = 2 * time.Second
	}
	p, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func TestSmoke(t *testing.T) {
	p := open(t, Options{})
	t.Logf("%+v", p.Isolation())
	ctx := context.Background()
	c, err := p.Start(ctx, Program{Source: "def f(x):\n    print('hi')\n    return [x, 'a', 1.5]\n"})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(c.Load(ctx))
	t.Log(c.Call(ctx, "f(3)"))
	t.Log(c.Call(ctx, "f(3"))
	t.Log(c.Apply(ctx, "f", nil, nil))
	t.Log(c.Call(ctx, "pow(3, 10**10)"))
	t.Log(c.Close())
}

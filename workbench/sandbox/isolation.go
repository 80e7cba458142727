package sandbox

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
)

// Level is how well candidates are held.
type Level string

// The levels, strongest first.
const (
	Full         Level = "full"         // own namespaces, private read-only root, system call filter
	NoNamespaces Level = "no-userns"    // Landlock and system call filter
	Wrapped      Level = "sandbox-exec" // macOS: deny-default profile
	Weak         Level = "weak"         // some of it; refused unless allowed
	Plain        Level = "plain"        // a process and its limits at most; refused unless allowed
)

// Isolation says what holds candidates on this machine. Features are those
// that a probe program has run against: namespaces, readonly-root, identity,
// no-new-privs, rlimits, landlock, seccomp, sandbox-exec. Notes say what could
// not be had and why.
type Isolation struct {
	Level    Level
	Features []string
	Notes    []string
}

// confinement is one way of starting a worker.
type confinement struct {
	name       string
	namespaces bool
	user       bool // in a user namespace
	landlock   bool
	seccomp    bool
}

//go:embed python/probe.py
var probeSource string

// probe runs a program that tries to break out, gently, and strikes every
// feature that did not hold.
func (p *Pool) probe(ctx context.Context, w *worker) (Isolation, error) {
	c, err := w.candidate(ctx, Program{Source: probeSource})
	if err != nil {
		return Isolation{}, err
	}
	defer c.Close()
	c.keep = true
	if r, err := c.Load(ctx); err != nil || r.Ending != Returned {
		return Isolation{}, fmt.Errorf("the probe %v: %+v, %v", r.Ending, r.Exception, err)
	}
	r, err := c.Call(ctx, fmt.Sprintf("broken(%d)", p.options.Limits.Memory))
	if err != nil || r.Ending != Returned || r.Result.Kind != List {
		return Isolation{}, fmt.Errorf("the probe %v: %+v, %v", r.Ending, r.Exception, err)
	}
	isolation := Isolation{Features: slices.Clone(w.zygote.features), Notes: slices.Clone(w.zygote.notes)}
	for _, broken := range r.Result.Items {
		if i := slices.Index(isolation.Features, broken.Text); i >= 0 {
			isolation.Features = slices.Delete(isolation.Features, i, i+1)
			isolation.Notes = append(isolation.Notes, broken.Text+": does not hold")
		}
	}
	isolation.Level = level(isolation.Features)
	return isolation, nil
}

func level(features []string) Level {
	have := func(names ...string) bool {
		for _, name := range names {
			if !slices.Contains(features, name) {
				return false
			}
		}
		return true
	}
	switch {
	case have("namespaces", "readonly-root", "seccomp", "rlimits", "no-new-privs"):
		return Full
	case have("landlock", "seccomp", "rlimits", "no-new-privs"):
		return NoNamespaces
	case have("sandbox-exec", "rlimits"):
		return Wrapped
	case have("seccomp"), have("landlock"), have("namespaces"):
		return Weak
	}
	return Plain
}

package sandbox

import (
	"context"
	_ "embed"
	"fmt"
	"runtime"
	"slices"
	"strings"
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
// that a probe program has run against and that the kernel confirms:
// namespaces, readonly-root, identity, capabilities, no-new-privs, rlimits,
// landlock, seccomp, cgroup, sandbox-exec. Notes say what could not be had and
// why, each behind the name of what it is about.
type Isolation struct {
	Level    Level
	Features []string
	Notes    []string
}

// confinement is one way of starting a worker.
type confinement struct {
	name       string
	promises   Level // what it gives where everything in it holds
	namespaces bool
	user       bool // in a user namespace
	root       bool // with a private root
	landlock   bool
	seccomp    bool
	groups     *groups // where each worker gets a cgroup, nil for nowhere
	note       string  // what could not be had, known before any worker starts
}

//go:embed python/probe.py
var probeSource string

// settle takes the strongest confinement that a worker starts under, and
// believes of it only what the probe confirms. One that gives less than it
// promises is kept only where none after it gives more.
func (p *Pool) settle(ctx context.Context) error {
	w := <-p.free
	defer func() { p.free <- w }()
	var refused []string
	var chosen *confinement
	for _, c := range confinements(p.options.Withhold) {
		isolation, err := p.try(ctx, w, c)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			refused = append(refused, fmt.Sprintf("%s: %v", c.name, err))
			continue
		}
		if chosen == nil || isolation.Level.strength() > p.isolation.Level.strength() {
			chosen, p.isolation = &c, isolation
		}
		if isolation.Level == c.promises {
			break
		}
	}
	if chosen == nil {
		return fmt.Errorf("%w: no worker starts: %v", ErrInfra, refused)
	}
	p.isolation.Notes = append(refused, p.isolation.Notes...)
	if w.confinement.name != chosen.name {
		w.discard()
	}
	for _, worker := range p.workers {
		worker.confinement = *chosen
	}
	return p.judgeIsolation()
}

// try starts a worker under a confinement and probes it.
func (p *Pool) try(ctx context.Context, w *worker, c confinement) (Isolation, error) {
	w.discard()
	w.confinement = c
	if err := w.start(ctx); err != nil {
		return Isolation{}, err
	}
	isolation, err := p.probe(ctx, w)
	if err != nil {
		w.discard()
	}
	return isolation, err
}

// probe runs a program that tries to break out, gently, and strikes every
// feature that did not hold.
func (p *Pool) probe(ctx context.Context, w *worker) (Isolation, error) {
	c, err := w.candidate(ctx, Program{Source: probeSource, CPU: startTime})
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
	if w.confinement.note != "" {
		isolation.Notes = append(isolation.Notes, w.confinement.note)
	}
	wrong, err := c.child.process.contradicted(w)
	if err != nil {
		isolation.Notes = append(isolation.Notes, fmt.Sprintf("kernel: what it says of a process cannot be read: %v", err))
	}
	for _, broken := range r.Result.Items {
		wrong = append(wrong, broken.Text)
	}
	isolation.strike(wrong)
	isolation.enclose(w)
	isolation.Level = level(isolation.Features)
	return isolation, nil
}

// strike takes away what does not hold.
func (i *Isolation) strike(wrong []string) {
	for _, feature := range wrong {
		if at := slices.Index(i.Features, feature); at >= 0 {
			i.Features = slices.Delete(i.Features, at, at+1)
			i.Notes = append(i.Notes, feature+": does not hold")
		}
	}
}

// enclose adds what the worker's cgroup limits.
func (i *Isolation) enclose(w *worker) {
	limited, notes := w.zygote.group.holds(w.zygote.cmd.Process.Pid)
	i.Notes = append(i.Notes, notes...)
	if len(limited) > 0 {
		i.Features = append(i.Features, "cgroup")
		i.Notes = append(i.Notes, "cgroup: limits "+strings.Join(limited, " and "))
	}
	alone := w.confinement.user || slices.Contains(i.Features, "identity") // in what RLIMIT_NPROC counts
	if runtime.GOOS == "linux" && !alone && !slices.Contains(limited, "pids") {
		i.Notes = append(i.Notes, "rlimits: threads are bounded by memory alone")
	}
}

// needs lists the features without which a level is not reached.
func (l Level) needs() []string {
	switch l {
	case Full:
		return []string{"namespaces", "readonly-root", "seccomp", "rlimits", "no-new-privs"}
	case NoNamespaces:
		return []string{"landlock", "seccomp", "rlimits", "no-new-privs"}
	case Wrapped:
		return []string{"sandbox-exec", "rlimits"}
	}
	return nil
}

// lacks lists what is missing for a level.
func (i Isolation) lacks(l Level) []string {
	return slices.DeleteFunc(l.needs(), func(feature string) bool { return slices.Contains(i.Features, feature) })
}

func level(features []string) Level {
	have := Isolation{Features: features}
	for _, l := range []Level{Full, NoNamespaces, Wrapped} {
		if len(have.lacks(l)) == 0 {
			return l
		}
	}
	for _, some := range []string{"seccomp", "landlock", "namespaces"} {
		if slices.Contains(features, some) {
			return Weak
		}
	}
	return Plain
}

func (l Level) strength() int {
	return -slices.Index([]Level{Full, NoNamespaces, Wrapped, Weak, Plain}, l)
}

// Meaning says in one line what a level is and what it is good for.
func (l Level) Meaning() string {
	meanings := map[Level]string{
		Full:         "each program has namespaces and a read-only root of its own, and a system call filter",
		NoNamespaces: "Landlock and a system call filter hold each program",
		Wrapped:      "a deny-default profile holds each program",
		Weak:         "some of what holds programs is missing: enough for the workbench's own, those of others need --allow-weak",
		Plain:        "nothing but limits holds programs: enough for the workbench's own, those of others need --allow-weak",
	}
	return fmt.Sprintf("%s (%s)", l, meanings[l])
}

// Holds tells whether programs are held at this level; at others a pool opens
// only where Options.AllowWeak says so.
func (l Level) Holds() bool { return len(l.needs()) > 0 }

func (p *Pool) judgeIsolation() error {
	i := p.isolation
	p.options.Log.Info("sandbox", "isolation", i.Level, "features", i.Features, "notes", i.Notes)
	if i.Level.Holds() || p.options.AllowWeak {
		return nil
	}
	return fmt.Errorf("%w: level %s: %s (%s)", ErrTooWeak, i.Level, i.Shortfall(), strings.Join(i.Notes, "; "))
}

// Shortfall says of a level that does not hold programs what it lacks and what
// to do; it is empty for the others.
func (i Isolation) Shortfall() string {
	if i.Level.Holds() {
		return ""
	}
	wanted, remedy := []Level{NoNamespaces, Full}, "let this user make user namespaces, or use a kernel with Landlock"
	if runtime.GOOS == "darwin" {
		wanted, remedy = []Level{Wrapped}, "run as an ordinary user where sandbox-exec works"
	}
	if slices.ContainsFunc(i.Notes, func(note string) bool { return strings.HasPrefix(note, "ctypes:") }) {
		remedy = "use a CPython that has ctypes"
	}
	var parts []string
	for _, l := range wanted {
		parts = append(parts, fmt.Sprintf("%s lacks %s", l, strings.Join(i.lacks(l), ", ")))
	}
	return strings.Join(append(parts, remedy), "; ")
}

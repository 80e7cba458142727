package verify

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nextworkbench/workbench/sandbox"
)

// oracle is a CPython child that says what Python makes of pairs of values.
type oracle struct {
	in      *json.Encoder
	out     *json.Decoder
	version [2]int
}

// pair is two values; one Value is one object on both sides.
type pair struct{ a, b *sandbox.Value }

// question is a pair as the oracle reads it.
type question struct {
	Shared [][2]string `json:"shared"` // names of the objects that occur more than once
	Left   string      `json:"left"`
	Right  string      `json:"right"`
}

// python names the interpreter to check against.
func python(t testing.TB) string {
	for _, name := range []string{"python3", "python"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Python interpreter on the path")
	return ""
}

func newOracle(t testing.TB) *oracle {
	cmd := exec.Command(python(t), "-I", "testdata/oracle.py")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	o := &oracle{in: json.NewEncoder(in), out: json.NewDecoder(bufio.NewReader(out))}
	if err := o.out.Decode(&o.version); err != nil {
		t.Fatal(err)
	}
	return o
}

// check compares a batch of pairs and counts those that Python holds equal.
func (o *oracle) check(t testing.TB, batch []pair) (equal int) {
	t.Helper()
	questions := make([]question, len(batch))
	for i, p := range batch {
		questions[i] = newQuestion(p)
	}
	if err := o.in.Encode(questions); err != nil {
		t.Fatal(err)
	}
	var answers []map[string]string
	if err := o.out.Decode(&answers); err != nil {
		t.Fatalf("%.2000q: %v", questions, err)
	}
	for i, p := range batch {
		for op, want := range answers[i] {
			if got := o.ours(op, p.a, p.b); got != "" && got != want {
				t.Errorf("%+v: %s is %s, Python says %s", questions[i], op, got, want)
			}
		}
		if answers[i]["=="] == "True" {
			equal++
		}
	}
	return equal
}

// ours is what the code under test says, as the oracle would; empty where it
// does not mean to say what Python says.
func (o *oracle) ours(op string, a, b *sandbox.Value) string {
	if o.version[1] < 10 && (hasCounters(a) || hasCounters(b)) {
		return "" // what a Counter misses is zero since 3.10
	}
	args := []*sandbox.Value{a, b}
	switch op {
	case "truth":
		return Repr(boolean(Truth(a)))
	case "reversed":
		return Repr(boolean(Equal(b, a)))
	case "repr":
		if !oneRepr(a) {
			return ""
		}
		return asciiRepr(Repr(a))
	case "<", "<=", ">", ">=":
		if hasCounters(a) && hasCounters(b) {
			return "" // Counters have an order since 3.10
		}
	case "is", "is not":
		if b.Kind != sandbox.None && b.Kind != sandbox.Bool && b.Kind != sandbox.Ellipsis {
			return ""
		}
	case "not":
		args = args[:1]
	case "type":
		op, args = "typename", args[:1]
	case "isinstance":
		args[1] = seq(sandbox.Tuple, str("int"), str("str"), str("tuple"))
	case "+", "-", "abs", "isclose", "almost", "within":
		if args = arithmetic(op, a, b); args == nil {
			return ""
		}
	}
	v, raised := apply(op, args)
	if raised != nil {
		return "!" + raised.Type[strings.LastIndexByte(raised.Type, '.')+1:]
	}
	if v.Kind == sandbox.Complex { // whose zeros have one sign or the other, by the version
		v = &sandbox.Value{Kind: v.Kind, Float: v.Float + 0, Imag: v.Imag + 0}
	}
	return Repr(v)
}

// arithmetic gives the arguments of an operation over numbers, nil where its
// result is not meant to be Python's to the last digit: Decimal rounds to the
// precision of a context, and abs of a complex is up to the C library.
func arithmetic(op string, a, b *sandbox.Value) []*sandbox.Value {
	if !isNumber(a.Kind) || !isNumber(b.Kind) || a.Kind == sandbox.Decimal || b.Kind == sandbox.Decimal {
		return nil
	}
	complexes := a.Kind == sandbox.Complex || b.Kind == sandbox.Complex
	switch op {
	case "abs":
		if a.Kind == sandbox.Complex {
			return nil
		}
		return []*sandbox.Value{a}
	case "isclose":
		return []*sandbox.Value{a, b, real64(1e-9), real64(0)}
	case "almost":
		if complexes {
			return nil
		}
		return []*sandbox.Value{a, b, num(7)}
	case "within":
		if complexes {
			return nil
		}
		return []*sandbox.Value{a, b, real64(0.5)}
	}
	return []*sandbox.Value{a, b}
}

func hasCounters(v *sandbox.Value) bool {
	return v.Class == "Counter" || slices.ContainsFunc(v.Items, hasCounters)
}

// oneRepr reports whether v has neither a set, whose members Python may show
// in another order, nor an instance of a class with a repr of its own.
func oneRepr(v *sandbox.Value) bool {
	several := isSet(v.Kind) && len(v.Items) > 1
	return !several && v.Class == "" && !slices.ContainsFunc(v.Items, func(item *sandbox.Value) bool { return !oneRepr(item) })
}

// asciiRepr is Python's ascii() of a string, by way of the code under test
// for the quotes and by hand for what is not ASCII.
func asciiRepr(text string) string {
	var b strings.Builder
	for _, r := range Repr(str(text)) {
		switch {
		case r < 0x7F:
			b.WriteRune(r)
		case r <= 0xFF:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r <= 0xFFFF:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}

// writer writes Python expressions without the code under test.
type writer struct {
	seen   map[*sandbox.Value]int
	names  map[*sandbox.Value]string
	shared [][2]string
}

func newQuestion(p pair) question {
	w := &writer{seen: map[*sandbox.Value]int{}, names: map[*sandbox.Value]string{}, shared: [][2]string{}}
	w.count(p.a)
	w.count(p.b)
	q := question{Left: w.source(p.a), Right: w.source(p.b)}
	q.Shared = w.shared
	return q
}

func (w *writer) count(v *sandbox.Value) {
	if w.seen[v]++; w.seen[v] > 1 {
		return
	}
	for _, item := range v.Items {
		w.count(item)
	}
}

// source is an expression for v, a name where v occurs more than once.
func (w *writer) source(v *sandbox.Value) string {
	if w.seen[v] < 2 {
		return w.display(v)
	}
	if w.names[v] == "" {
		text := w.display(v)
		w.names[v] = "s" + strconv.Itoa(len(w.shared))
		w.shared = append(w.shared, [2]string{w.names[v], text})
	}
	return w.names[v]
}

func (w *writer) display(v *sandbox.Value) string {
	if v.Class == "Counter" {
		return "Counter(" + w.base(v) + ")"
	}
	if v.Class != "" {
		return v.Class + "(" + w.base(v) + ")"
	}
	return w.base(v)
}

func (w *writer) base(v *sandbox.Value) string {
	items := make([]string, len(v.Items))
	for i, item := range v.Items {
		items[i] = w.source(item)
	}
	list := "[" + strings.Join(items, ", ") + "]"
	switch v.Kind {
	case sandbox.None:
		return "None"
	case sandbox.Ellipsis:
		return "..."
	case sandbox.Bool:
		return map[bool]string{true: "True", false: "False"}[v.Bool]
	case sandbox.Int:
		return fmt.Sprintf("(%#x)", v.Int)
	case sandbox.Float:
		return floatSource(v.Float)
	case sandbox.Complex:
		return "complex(" + floatSource(v.Float) + ", " + floatSource(v.Imag) + ")"
	case sandbox.Str:
		return fmt.Sprintf("bytes.fromhex('%x').decode('utf-8', 'surrogatepass')", v.Text)
	case sandbox.Bytes:
		return fmt.Sprintf("bytes.fromhex('%x')", v.Text)
	case sandbox.List:
		return list
	case sandbox.Dict:
		return "(lambda k: dict(zip(k[::2], k[1::2])))(" + list + ")"
	case sandbox.Decimal:
		return "Decimal('" + v.Text + "')"
	case sandbox.Fraction:
		return "Fraction(" + v.Int.String() + ", " + v.Den.String() + ")"
	}
	return typeNames[v.Kind] + "(" + list + ")"
}

func floatSource(f float64) string {
	switch {
	case math.IsNaN(f):
		return "float('nan')"
	case math.IsInf(f, 0):
		return "float('" + strconv.FormatFloat(f, 'g', -1, 64) + "')"
	}
	return fmt.Sprintf("float.fromhex('%s')", strconv.FormatFloat(f, 'x', -1, 64))
}

package verify

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"nextworkbench/workbench/sandbox"
)

// oracle is a CPython child that compares values given as source text.
type oracle struct {
	in  *json.Encoder
	out *json.Decoder
}

type oracleAnswer struct {
	Equal  bool
	Order  []string
	Sums   []string
	Inside string
	Truth  bool
	Repr   string
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
	return &oracle{json.NewEncoder(in), json.NewDecoder(bufio.NewReader(out))}
}

func (o *oracle) check(t testing.TB, a, b *sandbox.Value) {
	t.Helper()
	pair := [2]string{source(a), source(b)}
	if err := o.in.Encode(pair); err != nil {
		t.Fatal(err)
	}
	var want oracleAnswer
	if err := o.out.Decode(&want); err != nil {
		t.Fatalf("%q: %v", pair, err)
	}
	if got := Equal(a, b); got != want.Equal {
		t.Errorf("%s == %s is %v, Python says %v", pair[0], pair[1], got, want.Equal)
	}
	if got := Equal(b, a); got != want.Equal {
		t.Errorf("%s == %s is %v, Python says %v the other way round", pair[1], pair[0], got, want.Equal)
	}
	for i, op := range []string{"<", "<=", ">", ">="} {
		if got := pythonText(Compare(op, a, b)); got != want.Order[i] {
			t.Errorf("%s %s %s is %v, Python says %v", pair[0], op, pair[1], got, want.Order[i])
		}
	}
	if got := pythonText(Contains(b, a)); got != want.Inside {
		t.Errorf("%s in %s is %v, Python says %v", pair[0], pair[1], got, want.Inside)
	}
	for i, op := range []string{"+", "-", "isclose", "abs"} {
		if got := arithmetic(op, a, b); got != "" && got != want.Sums[i] {
			t.Errorf("%s %s %s is %v, Python says %v", pair[0], op, pair[1], got, want.Sums[i])
		}
	}
	if got := Truth(a); got != want.Truth {
		t.Errorf("bool(%s) is %v, Python says %v", pair[0], got, want.Truth)
	}
	if got := asciiRepr(Repr(a)); oneOrder(a) && got != want.Repr {
		t.Errorf("repr(%s) is %s, Python says %s", pair[0], got, want.Repr)
	}
}

// pythonText is how the oracle reports a truth value or an exception.
func pythonText(truth bool, raised *Raised) string {
	if raised != nil {
		return raised.Type[strings.LastIndexByte(raised.Type, '.')+1:]
	}
	return map[bool]string{true: "True", false: "False"}[truth]
}

// arithmetic shows op over numbers as the oracle does. It is empty where the
// results are not meant to be Python's to the last digit: Decimal rounds to the
// precision of a context, and abs of a complex is up to the C library.
func arithmetic(op string, a, b *sandbox.Value) string {
	if !isNumber(a.Kind) || !isNumber(b.Kind) || a.Kind == sandbox.Decimal || b.Kind == sandbox.Decimal {
		return ""
	}
	args := []*sandbox.Value{a, b}
	switch {
	case op == "abs" && a.Kind == sandbox.Complex:
		return ""
	case op == "isclose":
		args = append(args, real64(1e-9), real64(0))
	}
	v, raised := apply(op, args)
	if raised != nil {
		return raised.Type
	}
	return Repr(v)
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

// oneOrder reports whether v has no set whose members Python may show in another order.
func oneOrder(v *sandbox.Value) bool {
	for _, item := range v.Items {
		if !oneOrder(item) {
			return false
		}
	}
	return !isSet(v.Kind) || len(v.Items) < 2
}

// source is a Python expression for v, written without the code under test.
func source(v *sandbox.Value) string {
	items := make([]string, len(v.Items))
	for i, item := range v.Items {
		items[i] = source(item)
	}
	list := "[" + strings.Join(items, ", ") + "]"
	switch v.Kind {
	case sandbox.None:
		return "None"
	case sandbox.Ellipsis:
		return "..."
	case sandbox.Bool:
		return strings.ToUpper(strconv.FormatBool(v.Bool)[:1]) + strconv.FormatBool(v.Bool)[1:]
	case sandbox.Int:
		return "(" + v.Int.String() + ")"
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
		return "dict(zip(" + list + "[::2], " + list + "[1::2]))"
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

func str(text string) *sandbox.Value { return &sandbox.Value{Kind: sandbox.Str, Text: text} }

func num(i int64) *sandbox.Value { return &sandbox.Value{Kind: sandbox.Int, Int: big.NewInt(i)} }

func real64(f float64) *sandbox.Value { return &sandbox.Value{Kind: sandbox.Float, Float: f} }

func seq(kind sandbox.Kind, items ...*sandbox.Value) *sandbox.Value {
	return &sandbox.Value{Kind: kind, Items: items}
}

// maker draws random values that often meet at the edges of equality.
type maker struct{ *rand.Rand }

func (m maker) pick(options ...string) string { return options[m.IntN(len(options))] }

func (m maker) pair() (a, b *sandbox.Value) {
	a = m.value(3)
	switch m.IntN(4) {
	case 0:
		return a, m.value(3)
	case 1: // b may hold a
		items := m.hashables(m.IntN(4))
		kind := []sandbox.Kind{sandbox.List, sandbox.Tuple, sandbox.Set, sandbox.FrozenSet}[m.IntN(4)]
		twin := m.twin(a)
		if unhashable(twin) == "" || kind == sandbox.List || kind == sandbox.Tuple {
			items = append(items, twin)
		}
		return a, seq(kind, distinct(kind, items)...)
	}
	return a, m.twin(a)
}

func (m maker) value(depth int) *sandbox.Value {
	if depth == 0 || m.IntN(3) > 0 {
		return m.scalar()
	}
	kind := []sandbox.Kind{sandbox.List, sandbox.Tuple, sandbox.Dict, sandbox.Set, sandbox.FrozenSet}[m.IntN(5)]
	switch kind {
	case sandbox.List, sandbox.Tuple:
		v := seq(kind)
		for range m.IntN(4) {
			v.Items = append(v.Items, m.value(depth-1))
		}
		return v
	case sandbox.Dict:
		v := seq(kind)
		for _, k := range distinct(kind, m.hashables(m.IntN(4))) {
			v.Items = append(v.Items, k, m.value(depth-1))
		}
		return v
	}
	return seq(kind, distinct(kind, m.hashables(m.IntN(5)))...)
}

func (m maker) hashables(n int) []*sandbox.Value {
	var items []*sandbox.Value
	for range n {
		switch item := m.scalar(); {
		case m.IntN(6) == 0:
			items = append(items, seq(sandbox.Tuple, item))
		case m.IntN(6) == 0:
			items = append(items, seq(sandbox.FrozenSet, item))
		default:
			items = append(items, item)
		}
	}
	return items
}

// distinct drops what a set or a dict would merge.
func distinct(kind sandbox.Kind, items []*sandbox.Value) []*sandbox.Value {
	if kind == sandbox.List || kind == sandbox.Tuple {
		return items
	}
	seen := map[string]bool{}
	var kept []*sandbox.Value
	for _, item := range items {
		k, ok := key(item)
		if !ok || !seen[k] {
			kept = append(kept, item)
		}
		seen[k] = true
	}
	return kept
}

func (m maker) scalar() *sandbox.Value {
	switch m.IntN(12) {
	case 0:
		return &sandbox.Value{Kind: sandbox.None}
	case 1:
		return &sandbox.Value{Kind: sandbox.Ellipsis}
	case 2:
		return &sandbox.Value{Kind: sandbox.Bool, Bool: m.IntN(2) == 0}
	case 3, 4:
		return &sandbox.Value{Kind: sandbox.Int, Int: m.int()}
	case 5, 6:
		return real64(m.float())
	case 7:
		return &sandbox.Value{Kind: sandbox.Complex, Float: m.float(), Imag: m.float() * float64(m.IntN(2))}
	case 8:
		return &sandbox.Value{Kind: sandbox.Decimal, Text: m.decimal()}
	case 9:
		r := new(big.Rat).SetFrac(m.int(), new(big.Int).Add(new(big.Int).Abs(m.int()), big.NewInt(1)))
		return &sandbox.Value{Kind: sandbox.Fraction, Int: r.Num(), Den: r.Denom()}
	case 10:
		return &sandbox.Value{Kind: sandbox.Bytes, Text: m.pick("", "a", "ab", "\x00\xff'", "\n\"'\\")}
	}
	return str(m.text())
}

func (m maker) int() *big.Int {
	if m.IntN(3) > 0 {
		return big.NewInt(int64(m.IntN(7) - 3))
	}
	i := new(big.Int).Lsh(big.NewInt(1), uint(m.IntN(1100)))
	i.Add(i, big.NewInt(int64(m.IntN(3)-1)))
	if m.IntN(2) == 0 {
		i.Neg(i)
	}
	return i
}

func (m maker) float() float64 {
	special := []float64{0, math.Copysign(0, -1), 1, -1, 0.5, 0.1, 1e16, 1e-5, 123456789.125, 1 << 53, 1e22, 1e23,
		math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64, 0.0001, 9999999999999998}
	if m.IntN(3) > 0 {
		return special[m.IntN(len(special))]
	}
	return math.Float64frombits(m.Uint64())
}

func (m maker) decimal() string {
	return m.pick("0", "-0", "1", "1.0", "1.10", "0.1", "0.5", "-3E+2", "1E+22", "1E-7", "NaN", "Infinity", "-Infinity",
		"1E+400", "1E+99999", "123456789.125", "9007199254740993", strconv.Itoa(m.IntN(9)-4))
}

func (m maker) text() string {
	parts := []string{"", "a", "b", "'", `"`, "\\", "\n", "\t", "\x00", "\x7f", "é", "\u00ad", "\u200b", "\u2028", "中", "😀",
		"\xed\xa0\x80", "\ufffe", "\U000e0001", "\u0301", " ", "\u3000"}
	var b strings.Builder
	for range m.IntN(4) {
		b.WriteString(parts[m.IntN(len(parts))])
	}
	return b.String()
}

// twin is a value that is equal to v, or nearly.
func (m maker) twin(v *sandbox.Value) *sandbox.Value {
	if m.IntN(12) == 0 {
		return m.scalarLike(v)
	}
	if isNumber(v.Kind) {
		return m.otherKind(v)
	}
	w := *v
	w.Items = nil
	for _, item := range v.Items {
		w.Items = append(w.Items, m.twin(item))
	}
	switch {
	case isSet(v.Kind):
		w.Kind = []sandbox.Kind{sandbox.Set, sandbox.FrozenSet}[m.IntN(2)]
		w.Items = m.shuffled(w.Items)
		if unhashable(seq(sandbox.Tuple, w.Items...)) != "" {
			return v
		}
		w.Items = distinct(w.Kind, w.Items)
	case v.Kind == sandbox.Dict:
		return m.twinDict(v)
	case v.Kind == sandbox.List && m.IntN(10) == 0:
		w.Kind = sandbox.Tuple
	}
	return &w
}

func (m maker) twinDict(v *sandbox.Value) *sandbox.Value {
	w := seq(sandbox.Dict)
	for i := len(v.Items) - 2; i >= 0; i -= 2 {
		name := v.Items[i]
		if isNumber(name.Kind) {
			name = m.otherKind(name)
		}
		w.Items = append(w.Items, name, m.twin(v.Items[i+1]))
	}
	return w
}

func (m maker) shuffled(items []*sandbox.Value) []*sandbox.Value {
	m.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	return items
}

func (m maker) scalarLike(v *sandbox.Value) *sandbox.Value {
	if unhashable(v) == "" {
		return m.scalar()
	}
	return m.value(1)
}

// otherKind writes the number of v in another kind where that is exact.
func (m maker) otherKind(v *sandbox.Value) *sandbox.Value {
	r, ok := rat(v)
	if !ok || imaginary(v) != 0 {
		return v
	}
	f, fits := r.Float64()
	switch kind := m.IntN(5); {
	case kind == 0 && r.IsInt():
		return &sandbox.Value{Kind: sandbox.Int, Int: new(big.Int).Set(r.Num())}
	case kind == 1 && fits:
		return real64(f)
	case kind == 2 && fits:
		return &sandbox.Value{Kind: sandbox.Complex, Float: f}
	case kind == 3:
		return &sandbox.Value{Kind: sandbox.Fraction, Int: new(big.Int).Set(r.Num()), Den: new(big.Int).Set(r.Denom())}
	case kind == 4 && r.IsInt():
		return &sandbox.Value{Kind: sandbox.Decimal, Text: r.Num().String()}
	}
	return v
}

// TestAgreesWithPython compares with CPython on random pairs; the variable
// WORKBENCH_PAIRS asks for more of them than the quick run has.
func TestAgreesWithPython(t *testing.T) {
	pairs := 10_000
	if text := os.Getenv("WORKBENCH_PAIRS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		pairs = n
	}
	o := newOracle(t)
	m := maker{rand.New(rand.NewPCG(1, uint64(pairs)))}
	equal := 0
	for i := 0; i < pairs && !t.Failed(); i++ {
		a, b := m.pair()
		o.check(t, a, b)
		if Equal(a, b) {
			equal++
		}
	}
	if equal < pairs/10 {
		t.Errorf("only %d of %d pairs were equal: the draw tells little", equal, pairs)
	}
}

func FuzzAgreesWithPython(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	o := newOracle(f)
	f.Fuzz(func(t *testing.T, x, y uint64) {
		a, b := (maker{rand.New(rand.NewPCG(x, y))}).pair()
		o.check(t, a, b)
	})
}

func TestEqualOfSubclasses(t *testing.T) {
	point := &sandbox.Value{Kind: sandbox.Tuple, Class: "Point", Items: []*sandbox.Value{num(1), num(2)}}
	if !Equal(point, seq(sandbox.Tuple, num(1), num(2))) {
		t.Error("a named tuple differs from its base")
	}
	if got, want := Repr(point), "Point((1, 2))"; got != want {
		t.Errorf("Repr = %s, want %s", got, want)
	}
}

func TestEqualNaN(t *testing.T) {
	nan := real64(math.NaN())
	if Equal(nan, nan) || Equal(seq(sandbox.List, nan), seq(sandbox.List, nan)) || Equal(seq(sandbox.Set, nan), seq(sandbox.Set, nan)) {
		t.Error("NaN equals itself: values have no identity")
	}
}

// TestHostileNumbers has values that must not cost time for their size.
func TestHostileNumbers(t *testing.T) {
	huge := &sandbox.Value{Kind: sandbox.Decimal, Text: "1E+999999999"}
	third := &sandbox.Value{Kind: sandbox.Fraction, Int: big.NewInt(1), Den: big.NewInt(3)}
	for _, other := range []*sandbox.Value{num(1), real64(1e308), third} {
		if Equal(huge, other) {
			t.Errorf("%s equals %s", Repr(huge), Repr(other))
		}
		if less, raised := Compare("<", other, huge); !less || raised != nil {
			t.Errorf("%s < %s is %v, %v", Repr(other), Repr(huge), less, raised)
		}
	}
}

func TestBrief(t *testing.T) {
	long := seq(sandbox.List)
	for i := range int64(100_000) {
		long.Items = append(long.Items, num(i))
	}
	if got, want := Brief(long, 24), "[0, 1, 2, 3, 4, 5, 6,…"; got != want {
		t.Errorf("Brief = %q, want %q", got, want)
	}
	if got, want := Brief(str("\xff中中"), 8), "'\uFFFD…"; got != want {
		t.Errorf("Brief = %q, want %q", got, want)
	}
}

package verify

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"nextworkbench/workbench/sandbox"
)

func str(text string) *sandbox.Value { return &sandbox.Value{Kind: sandbox.Str, Text: text} }

func num(i int64) *sandbox.Value { return &sandbox.Value{Kind: sandbox.Int, Int: big.NewInt(i)} }

func real64(f float64) *sandbox.Value { return &sandbox.Value{Kind: sandbox.Float, Float: f} }

func seq(kind sandbox.Kind, items ...*sandbox.Value) *sandbox.Value {
	return &sandbox.Value{Kind: kind, Items: items}
}

// maker draws random values that often meet at the edges of equality.
type maker struct {
	*rand.Rand
	known *[]*sandbox.Value // objects that may occur again
}

func newMaker(x, y uint64) maker {
	return maker{rand.New(rand.NewPCG(x, y)), new([]*sandbox.Value)}
}

func (m maker) pick(options ...string) string { return options[m.IntN(len(options))] }

func (m maker) one(options ...*sandbox.Value) *sandbox.Value { return options[m.IntN(len(options))] }

func (m maker) pair() pair {
	*m.known = nil
	a := m.value(3)
	switch m.IntN(8) {
	case 0:
		return pair{a, m.value(3)}
	case 1, 2:
		return pair{a, m.around(a)}
	case 3:
		return m.nested(a)
	}
	return pair{a, m.twin(a)}
}

// around is a container that may hold a.
func (m maker) around(a *sandbox.Value) *sandbox.Value {
	kind := []sandbox.Kind{sandbox.List, sandbox.Tuple, sandbox.Set, sandbox.FrozenSet, sandbox.Dict}[m.IntN(5)]
	items := m.hashables(m.IntN(4))
	twin := m.twin(a)
	if unhashable(twin) == "" || kind == sandbox.List || kind == sandbox.Tuple {
		items = append(items, twin)
	}
	items = distinct(kind, items)
	if kind != sandbox.Dict {
		return seq(kind, items...)
	}
	dict := seq(kind)
	for _, item := range items {
		dict.Items = append(dict.Items, item, m.scalar())
	}
	return dict
}

// nested puts a value and its twin under the same deep containers.
func (m maker) nested(a *sandbox.Value) pair {
	p := pair{a, m.twin(a)}
	for range m.IntN(40) {
		switch kind := m.IntN(4); {
		case kind == 0:
			p = pair{seq(sandbox.List, p.a), seq(sandbox.List, p.b)}
		case kind == 1:
			p = pair{seq(sandbox.Dict, num(1), p.a), seq(sandbox.Dict, m.otherKind(num(1)), p.b)}
		case kind == 2 && unhashable(p.a) == "" && unhashable(p.b) == "":
			p = pair{seq(sandbox.FrozenSet, p.a), seq(sandbox.FrozenSet, p.b)}
		default:
			p = pair{seq(sandbox.Tuple, p.a), seq(sandbox.Tuple, p.b)}
		}
	}
	return p
}

func (m maker) value(depth int) *sandbox.Value {
	v := m.fresh(depth)
	if m.IntN(4) == 0 {
		*m.known = append(*m.known, v)
	}
	return v
}

func (m maker) fresh(depth int) *sandbox.Value {
	if n := len(*m.known); n > 0 && m.IntN(5) == 0 {
		return (*m.known)[m.IntN(n)]
	}
	if depth == 0 || m.IntN(3) > 0 {
		return m.scalar()
	}
	switch kind := []sandbox.Kind{sandbox.List, sandbox.Tuple, sandbox.Dict, sandbox.Set, sandbox.FrozenSet}[m.IntN(5)]; kind {
	case sandbox.List, sandbox.Tuple:
		v := seq(kind)
		for range m.IntN(4) {
			v.Items = append(v.Items, m.value(depth-1))
		}
		if kind == sandbox.Tuple && m.IntN(6) == 0 {
			v.Class = "T"
		}
		return v
	case sandbox.Dict:
		return m.dict(depth)
	default:
		return seq(kind, distinct(kind, m.hashables(m.IntN(5)))...)
	}
}

func (m maker) dict(depth int) *sandbox.Value {
	v := seq(sandbox.Dict)
	v.Class = m.pick("", "", "", "OrderedDict", "Counter", "D")
	for _, k := range distinct(v.Kind, m.hashables(m.IntN(4))) {
		count := m.value(depth - 1)
		if v.Class == "Counter" && m.IntN(4) > 0 {
			count = m.one(num(0), num(1), real64(0), num(2))
		}
		v.Items = append(v.Items, k, count)
	}
	return v
}

func (m maker) hashables(n int) []*sandbox.Value {
	var items []*sandbox.Value
	for range n {
		item := m.scalar()
		if known := *m.known; len(known) > 0 && m.IntN(3) == 0 && unhashable(known[0]) == "" {
			item = known[0]
		}
		switch m.IntN(8) {
		case 0:
			item = seq(sandbox.Tuple, item)
		case 1:
			item = seq(sandbox.FrozenSet, item)
		case 2:
			item = seq(sandbox.FrozenSet, distinct(sandbox.Set, []*sandbox.Value{item, m.scalar()})...)
		}
		items = append(items, item)
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
		if k, _ := key(item); !seen[k] {
			seen[k] = true
			kept = append(kept, item)
		}
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
		return &sandbox.Value{Kind: sandbox.Int, Int: m.int(), Class: m.pick("", "", "", "", "I")}
	case 5, 6:
		return real64(m.float())
	case 7:
		return &sandbox.Value{Kind: sandbox.Complex, Float: m.float(), Imag: m.float() * float64(m.IntN(2))}
	case 8:
		return &sandbox.Value{Kind: sandbox.Decimal, Text: m.decimal()}
	case 9:
		return ratio(new(big.Rat).SetFrac(m.int(), new(big.Int).Add(new(big.Int).Abs(m.int()), big.NewInt(1))))
	case 10:
		return &sandbox.Value{Kind: sandbox.Bytes, Text: m.pick("", "a", "ab", "\x00\xff'", "\n\"'\\")}
	}
	return &sandbox.Value{Kind: sandbox.Str, Text: m.text(), Class: m.pick("", "", "", "", "S")}
}

func ratio(r *big.Rat) *sandbox.Value {
	return &sandbox.Value{Kind: sandbox.Fraction, Int: new(big.Int).Set(r.Num()), Den: new(big.Int).Set(r.Denom())}
}

func (m maker) int() *big.Int {
	if m.IntN(3) > 0 {
		return big.NewInt(int64(m.IntN(7) - 3))
	}
	i := new(big.Int).Lsh(big.NewInt(1), []uint{uint(m.IntN(1100)), 31, 53, 54, 63, 64, 1023, 1024}[m.IntN(8)])
	i.Add(i, big.NewInt(int64(m.IntN(5)-2)))
	if m.IntN(2) == 0 {
		i.Neg(i)
	}
	return i
}

func (m maker) float() float64 {
	special := []float64{0, math.Copysign(0, -1), 1, -1, 0.5, 0.1, 1e16, 1e-5, 123456789.125, 1 << 53, 1<<53 + 2, 1e22, 1e23, 1e308,
		math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64, 0.0001, 9999999999999998}
	if m.IntN(3) > 0 {
		return special[m.IntN(len(special))]
	}
	return math.Float64frombits(m.Uint64())
}

func (m maker) decimal() string {
	return m.pick("0", "-0", "1", "1.0", "1.10", "0.1", "0.5", "-3E+2", "1E+22", "1E-7", "NaN", "-NaN123", "Infinity", "-Infinity",
		"1E+400", "1E+99999", "-1E-99999", "123456789.125", "9007199254740993", "9007199254740992.5",
		"0.1000000000000000055511151231257827021181583404541015625", strconv.Itoa(m.IntN(9)-4))
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

// twin is a value that is equal to v, or nearly; now and then v itself.
func (m maker) twin(v *sandbox.Value) *sandbox.Value {
	switch n := m.IntN(24); {
	case n < 3:
		return v
	case n < 5:
		return m.scalarLike(v)
	case isNumber(v.Kind) && n < 9:
		return m.near(v)
	case isNumber(v.Kind):
		return m.otherKind(v)
	}
	w := *v
	w.Items = nil
	for _, item := range v.Items {
		w.Items = append(w.Items, m.twin(item))
	}
	switch {
	case isSet(v.Kind):
		return m.twinSet(v, w.Items)
	case v.Kind == sandbox.Dict:
		return m.twinDict(v)
	case m.IntN(12) == 0:
		m.mutate(&w)
	}
	return &w
}

// mutate changes one thing of a sequence or a text.
func (m maker) mutate(w *sandbox.Value) {
	switch {
	case w.Kind == sandbox.List:
		w.Kind = sandbox.Tuple
	case w.Kind == sandbox.Tuple && unhashable(w) != "":
		w.Kind, w.Class = sandbox.List, ""
	case w.Kind == sandbox.Str || w.Kind == sandbox.Bytes:
		w.Text += m.pick("", "a", "\x00")
	}
	if w.Class != "" && m.IntN(2) == 0 {
		w.Class = ""
	}
	if n := len(w.Items); n > 0 && m.IntN(2) == 0 {
		w.Items = w.Items[:n-1]
	}
}

func (m maker) twinSet(v *sandbox.Value, items []*sandbox.Value) *sandbox.Value {
	if unhashable(seq(sandbox.Tuple, items...)) != "" {
		return v
	}
	kind := v.Kind // a frozenset may be a member of a set
	if kind == sandbox.Set && m.IntN(2) == 0 {
		kind = sandbox.FrozenSet
	}
	return seq(kind, distinct(kind, m.shuffled(items))...)
}

func (m maker) twinDict(v *sandbox.Value) *sandbox.Value {
	w := seq(sandbox.Dict)
	w.Class = v.Class
	if m.IntN(8) == 0 {
		w.Class = m.pick("", "OrderedDict", "Counter")
	}
	seen := map[string]bool{}
	for i := 0; i < len(v.Items); i += 2 {
		name := v.Items[i]
		if isNumber(name.Kind) {
			name = m.otherKind(name)
		}
		if k, _ := key(name); !seen[k] {
			seen[k] = true
			w.Items = append(w.Items, name, m.twin(v.Items[i+1]))
		}
	}
	if m.IntN(3) == 0 {
		slices.Reverse(w.Items)
		for i := 0; i < len(w.Items); i += 2 {
			w.Items[i], w.Items[i+1] = w.Items[i+1], w.Items[i]
		}
	}
	if zero := m.one(num(0), real64(0), str("zero")); v.Class == "Counter" && m.IntN(4) == 0 && !seen[keyOf(zero)] {
		w.Items = append(w.Items, zero, num(0))
	}
	return w
}

func keyOf(v *sandbox.Value) string {
	k, _ := key(v)
	return k
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

// near is a number next to v.
func (m maker) near(v *sandbox.Value) *sandbox.Value {
	r, ok := rat(v)
	switch {
	case v.Kind == sandbox.Float:
		return real64(math.Nextafter(v.Float, math.Inf(m.IntN(2)*2-1)))
	case !ok || imaginary(v) != 0:
		return v
	case m.IntN(3) == 0:
		f, _ := r.Float64()
		return real64(f)
	case v.Kind == sandbox.Int:
		return &sandbox.Value{Kind: sandbox.Int, Int: new(big.Int).Add(v.Int, big.NewInt(int64(m.IntN(3)-1)))}
	}
	return ratio(r.Add(r, big.NewRat(1, 1<<60)))
}

// otherKind writes the number of v in another kind where that is exact.
func (m maker) otherKind(v *sandbox.Value) *sandbox.Value {
	r, ok := rat(v)
	if !ok || imaginary(v) != 0 {
		w := *v
		return &w
	}
	f, fits := r.Float64()
	switch kind := m.IntN(6); {
	case kind == 0 && r.IsInt():
		return &sandbox.Value{Kind: sandbox.Int, Int: new(big.Int).Set(r.Num())}
	case kind == 1 && fits:
		return real64(f)
	case kind == 2 && fits:
		return &sandbox.Value{Kind: sandbox.Complex, Float: f}
	case kind == 3:
		return ratio(r)
	case kind == 4 && r.IsInt():
		return &sandbox.Value{Kind: sandbox.Decimal, Text: r.Num().String()}
	case kind == 5 && r.Denom().IsInt64() && r.Denom().Int64() == 1 && r.Num().IsInt64() && r.Num().Uint64() < 2:
		return &sandbox.Value{Kind: sandbox.Bool, Bool: r.Sign() != 0}
	}
	w := *v
	return &w
}

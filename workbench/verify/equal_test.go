package verify

import (
	"flag"
	"math"
	"math/big"
	"testing"

	"nextworkbench/workbench/sandbox"
)

// pairs is how many random pairs TestAgreesWithPython compares with CPython.
var pairs = flag.Int("pairs", 20_000, "random pairs of values to compare with CPython")

func TestAgreesWithPython(t *testing.T) {
	o := newOracle(t)
	m := newMaker(1, uint64(*pairs))
	equal := 0
	const size = 250
	for done := 0; done < *pairs && !t.Failed(); done += size {
		batch := make([]pair, min(size, *pairs-done))
		for i := range batch {
			batch[i] = m.pair()
		}
		equal += o.check(t, batch)
	}
	t.Logf("%d pairs, %d of them equal, Python %d.%d", *pairs, equal, o.version[0], o.version[1])
	if equal < *pairs/5 || equal > *pairs*4/5 {
		t.Errorf("%d of %d pairs were equal: the draw tells little", equal, *pairs)
	}
}

func FuzzAgreesWithPython(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	o := newOracle(f)
	f.Fuzz(func(t *testing.T, x, y uint64) {
		o.check(t, []pair{newMaker(x, y).pair()})
	})
}

// TestEqualOfClasses has the classes that are known by name, and one that is not.
func TestEqualOfClasses(t *testing.T) {
	dict := func(class string, items ...*sandbox.Value) *sandbox.Value {
		return &sandbox.Value{Kind: sandbox.Dict, Class: class, Items: items}
	}
	ab := []*sandbox.Value{str("a"), num(1), str("b"), num(0)}
	ba := []*sandbox.Value{str("b"), num(0), str("a"), num(1)}
	point := &sandbox.Value{Kind: sandbox.Tuple, Class: "Point", Items: []*sandbox.Value{num(1), num(2)}}
	for _, tt := range []struct {
		name string
		a, b *sandbox.Value
		want bool
	}{
		{"named tuple and tuple", point, seq(sandbox.Tuple, num(1), num(2)), true},
		{"ordered and ordered", dict("OrderedDict", ab...), dict("OrderedDict", ba...), false},
		{"ordered and plain", dict("OrderedDict", ab...), dict("", ba...), true},
		{"counters", dict("Counter", ab...), dict("Counter", str("a"), num(1)), true},
		{"counters that differ", dict("Counter", ab...), dict("Counter", str("b"), num(0)), false},
		{"counter and dict", dict("Counter", ab...), dict("", str("a"), num(1)), false},
	} {
		if Equal(tt.a, tt.b) != tt.want || Equal(tt.b, tt.a) != tt.want {
			t.Errorf("%s: not %v", tt.name, tt.want)
		}
	}
	if got, want := Repr(point), "Point((1, 2))"; got != want {
		t.Errorf("Repr = %s, want %s", got, want)
	}
}

func TestEqualNaN(t *testing.T) {
	nan, other := real64(math.NaN()), real64(math.NaN())
	for _, kind := range []sandbox.Kind{sandbox.List, sandbox.Tuple, sandbox.Set, sandbox.FrozenSet} {
		if !Equal(seq(kind, nan), seq(kind, nan)) || Equal(seq(kind, nan), seq(kind, other)) {
			t.Errorf("kind %d: one NaN equals itself in containers, two never are equal", kind)
		}
	}
	if Equal(nan, nan) {
		t.Error("NaN equals NaN")
	}
}

// TestHostileValues compares values that must not cost time for their size: done in
// full, these comparisons would not end before the tests' deadline.
func TestHostileValues(t *testing.T) {
	huge := &sandbox.Value{Kind: sandbox.Decimal, Text: "1E+999999999"}
	third := &sandbox.Value{Kind: sandbox.Fraction, Int: big.NewInt(1), Den: big.NewInt(3)}
	large := &sandbox.Value{Kind: sandbox.Int, Int: new(big.Int).Lsh(big.NewInt(3), 1<<20-2)}
	dyadic := &sandbox.Value{Kind: sandbox.Fraction, Int: big.NewInt(1), Den: new(big.Int).Lsh(big.NewInt(1), 1<<16-1)}
	fives := &sandbox.Value{Kind: sandbox.Fraction, Int: big.NewInt(1), Den: new(big.Int).Exp(big.NewInt(5), big.NewInt(28_000), nil)}
	for _, other := range []*sandbox.Value{num(1), real64(1e308), third, large, dyadic, fives} {
		if Equal(huge, other) || Equal(other, real64(0.5)) {
			t.Errorf("%s is equal", Brief(other, 80))
		}
		if less, raised := Compare("<", other, huge); !less || raised != nil {
			t.Errorf("%s < %s is %v, %v", Brief(other, 80), Repr(huge), less, raised)
		}
	}
}

// TestEqualOfSharedParts compares values that are small and have many paths to
// their parts; those with more than Caps allow never get in. By every path, sets of
// depth 1000 would not end before the tests' deadline.
func TestEqualOfSharedParts(t *testing.T) {
	set := func(depth int) *sandbox.Value {
		v := seq(sandbox.FrozenSet)
		for range depth {
			v = seq(sandbox.FrozenSet, v, num(1), str("a"))
		}
		return v
	}
	list := func(depth int) *sandbox.Value {
		v := seq(sandbox.List, num(1))
		for range depth {
			v = seq(sandbox.List, v, v)
		}
		return v
	}
	if !Equal(seq(sandbox.Set, set(1000)), seq(sandbox.Set, set(1000))) || Equal(set(1000), set(1001)) {
		t.Error("deep sets")
	}
	if !Equal(list(18), list(18)) {
		t.Error("lists of 2^18 paths")
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

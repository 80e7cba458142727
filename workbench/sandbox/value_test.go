package sandbox

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func integer(n int64) *Value       { return &Value{Kind: Int, Int: big.NewInt(n)} }
func text(s string) *Value         { return &Value{Kind: Str, Text: s} }
func tuple(items ...*Value) *Value { return &Value{Kind: Tuple, Items: items} }
func list(items ...*Value) *Value  { return &Value{Kind: List, Items: items} }
func dict(items ...*Value) *Value  { return &Value{Kind: Dict, Items: items} }

func encode(t testing.TB, v *Value) []byte {
	t.Helper()
	data, err := EncodeValue(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// same compares trees; floats by their bits, but any NaN equals NaN.
var same = cmp.Options{
	cmpopts.EquateEmpty(),
	cmp.Comparer(func(a, b float64) bool {
		return math.IsNaN(a) && math.IsNaN(b) || math.Float64bits(a) == math.Float64bits(b)
	}),
	cmp.Comparer(func(a, b *big.Int) bool { return a == b || a != nil && b != nil && a.Cmp(b) == 0 }),
}

func TestDecodeWhatPythonWrites(t *testing.T) {
	const source = `
from collections import *
from decimal import Decimal
from fractions import Fraction
from enum import IntEnum
P = namedtuple("P", "x y")
class I(int): pass
class S(str): pass
class B(bytes): pass
class F(float): pass
s = [1]
`
	tests := []struct {
		expression string
		want       *Value
	}{
		{"None", &Value{Kind: None}},
		{"...", &Value{Kind: Ellipsis}},
		{"[True, False]", list(&Value{Kind: Bool, Bool: true}, &Value{Kind: Bool})},
		{"(0, -1, 2**31, -2**31, 1 << 15)", tuple(integer(0), integer(-1), integer(1<<31), integer(-1<<31), integer(1<<15))},
		{"-(1 << 200)", &Value{Kind: Int, Int: new(big.Int).Neg(new(big.Int).Lsh(big.NewInt(1), 200))}},
		{"-0.0", &Value{Kind: Float, Float: math.Copysign(0, -1)}},
		{"float('inf')", &Value{Kind: Float, Float: math.Inf(1)}},
		{"1.5-2j", &Value{Kind: Complex, Float: 1.5, Imag: -2}},
		{"'s\\x00\\ud800é'", text("s\x00\xed\xa0\x80é")},
		{"b'\\xff'", &Value{Kind: Bytes, Text: "\xff"}},
		{"'x' * 300", text(strings.Repeat("x", 300))},
		{"[s, s]", list(list(integer(1)), list(integer(1)))},
		{"{1: 's', (2,): frozenset([3])}", dict(integer(1), text("s"), tuple(integer(2)), &Value{Kind: FrozenSet, Items: []*Value{integer(3)}})},
		{"{b's'}", &Value{Kind: Set, Items: []*Value{{Kind: Bytes, Text: "s"}}}},
		{"P(1, 's')", &Value{Kind: Tuple, Class: "P", Items: []*Value{integer(1), text("s")}}},
		{"[I(5), S('a'), B(b'a'), F(1.5)]", list(&Value{Kind: Int, Class: "I", Int: big.NewInt(5)}, &Value{Kind: Str, Class: "S", Text: "a"},
			&Value{Kind: Bytes, Class: "B", Text: "a"}, &Value{Kind: Float, Class: "F", Float: 1.5})},
		{"Counter('aa')", &Value{Kind: Dict, Class: "Counter", Items: []*Value{text("a"), integer(2)}}},
		{"OrderedDict(a=1)", &Value{Kind: Dict, Class: "OrderedDict", Items: []*Value{text("a"), integer(1)}}},
		{"defaultdict(list, {1: []})", &Value{Kind: Dict, Class: "defaultdict", Items: []*Value{integer(1), list()}}},
		{"[Decimal('-1.50'), Decimal('NaN'), Decimal('1E+5'), Fraction(-1, 3)]", list(&Value{Kind: Decimal, Text: "-1.50"}, &Value{Kind: Decimal, Text: "NaN"},
			&Value{Kind: Decimal, Text: "1E+5"}, &Value{Kind: Fraction, Int: big.NewInt(-1), Den: big.NewInt(3)})},
		{"{float('nan'): 1, float('nan'): 2}", dict(&Value{Kind: Float, Float: math.NaN()}, integer(1), &Value{Kind: Float, Float: math.NaN()}, integer(2))},
	}
	everyVersion(t, func(t *testing.T, in Interpreter) {
		c := load(t, open(t, Options{Interpreter: in}), source)
		for _, test := range tests {
			r, err := c.Call(t.Context(), test.expression)
			if err != nil || r.Ending != Returned {
				t.Errorf("%s: %v %+v, %v", test.expression, r.Ending, r.Exception, err)
				continue
			}
			if diff := cmp.Diff(test.want, r.Result, same); diff != "" {
				t.Errorf("%s: %s", test.expression, diff)
			}
		}
	})
}

// values draws trees of every kind; keys are drawn distinct.
func values(depth int) *rapid.Generator[*Value] {
	return rapid.Custom(func(t *rapid.T) *Value {
		most := 9
		if depth > 0 {
			most = 14
		}
		kind := rapid.IntRange(0, most).Draw(t, "kind")
		items := func() []*Value { return rapid.SliceOfN(values(depth-1), 0, 4).Draw(t, "items") }
		switch kind {
		case 0:
			return &Value{Kind: None}
		case 1:
			return &Value{Kind: Bool, Bool: rapid.Bool().Draw(t, "bool")}
		case 2:
			return integer(rapid.Int64().Draw(t, "int"))
		case 3:
			n := new(big.Int).SetBytes(rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "digits"))
			if rapid.Bool().Draw(t, "negative") {
				n.Neg(n)
			}
			return &Value{Kind: Int, Int: n}
		case 4:
			return &Value{Kind: Float, Float: rapid.Float64().Draw(t, "float")}
		case 5:
			return &Value{Kind: Complex, Float: rapid.Float64().Draw(t, "re"), Imag: rapid.Float64().Draw(t, "im")}
		case 6:
			return text(rapid.String().Draw(t, "text"))
		case 7:
			return &Value{Kind: Bytes, Text: string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))}
		case 8:
			return &Value{Kind: Decimal, Text: fmt.Sprintf("%d.%02d", rapid.Int32().Draw(t, "whole"), rapid.IntRange(0, 99).Draw(t, "cents"))}
		case 9:
			r := big.NewRat(int64(rapid.Int32().Draw(t, "num")), int64(rapid.Uint8().Draw(t, "den"))+1)
			return &Value{Kind: Fraction, Int: r.Num(), Den: r.Denom()}
		case 10:
			return list(items()...)
		case 11:
			return tuple(items()...)
		default:
			return keyed(Kind(kind-12), rapid.SliceOfNDistinct(rapid.Int16(), 0, 4, rapid.ID).Draw(t, "keys"), items())
		}
	})
}

func keyed(which Kind, names []int16, items []*Value) *Value {
	v := &Value{Kind: []Kind{Dict, Set, FrozenSet}[which]}
	for i, name := range names[:min(len(names), len(items))] {
		v.Items = append(v.Items, integer(int64(name)))
		if v.Kind == Dict {
			v.Items = append(v.Items, items[i])
		}
	}
	return v
}

func TestValueRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := values(3).Draw(t, "value")
		data, err := EncodeValue(v)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeValue(data, Caps{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(normal(v), normal(got), same); diff != "" {
			t.Fatal(diff)
		}
	})
}

// normal makes empty and nil items alike and orders sets by their bytes.
func normal(v *Value) *Value {
	n := *v
	n.Items = nil
	for _, item := range v.Items {
		n.Items = append(n.Items, normal(item))
	}
	if v.Kind == Set || v.Kind == FrozenSet {
		sortItems(n.Items)
	}
	return &n
}

func sortItems(items []*Value) {
	for i := range items {
		for j := i; j > 0; j-- {
			a, _ := EncodeValue(items[j-1])
			b, _ := EncodeValue(items[j])
			if bytes.Compare(a, b) <= 0 {
				break
			}
			items[j-1], items[j] = items[j], items[j-1]
		}
	}
}

// TestValueThroughPython sends random values into a real child and back, on
// both ways of encoding.
func TestValueThroughPython(t *testing.T) {
	everyVersion(t, func(t *testing.T, in Interpreter) {
		c := load(t, open(t, Options{Interpreter: in}), "def same(x): return x")
		generator := values(3)
		for seed := range 120 {
			v := generator.Example(seed)
			r, err := c.Apply(t.Context(), "same", encode(t, tuple(v)), nil)
			if err != nil || r.Ending != Returned {
				t.Fatalf("%v %+v, %v", r.Ending, r.Exception, err)
			}
			if diff := cmp.Diff(normal(v), normal(r.Result), same); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// refused are streams that stand for no value.
var refused = map[string]string{
	"nothing":            "",
	"no form":            "xN",
	"no object":          "p",
	"trailing":           "pNN",
	"null":               "p0",
	"code":               "pc\x00\x00\x00\x00",
	"huge list":          "p[\xff\xff\xff\x7f",
	"negative list":      "p[\xff\xff\xff\xff",
	"short string":       "pu\x05\x00\x00\x00abc",
	"invalid UTF-8":      "pu\x01\x00\x00\x00\xff",
	"large digit":        "pl\x01\x00\x00\x00\xff\xff",
	"cycle":              "p\xdb\x01\x00\x00\x00r\x00\x00\x00\x00",
	"dangling reference": "pr\x00\x00\x00\x00",
	"dict without value": "p{N0",
	"equal keys":         "p{i\x01\x00\x00\x00NTN0",
	"equal floats":       "p<\x02\x00\x00\x00i\x01\x00\x00\x00g\x00\x00\x00\x00\x00\x00\xf0\x3f",
	"list as key":        "p{[\x00\x00\x00\x00N0",
	"untagged list":      "t[\x00\x00\x00\x00",
	"tag of nothing":     "t)\x00",
	"minimal length":     "pl\x00\x00\x00\x80",
	"huge integer":       "pl\x00\x00\x02\x00" + strings.Repeat("\x01\x00", 1<<17),
	"set in itself":      "p\xbc\x01\x00\x00\x00r\x00\x00\x00\x00",
	"dict in itself":     "p\xfbNr\x00\x00\x00\x000",
	"far exponent":       "t(\x03\x00\x00\x00u\x01\x00\x00\x00Du\x00\x00\x00\x00u\x16\x00\x00\x001E+9223372036854775806",
	"unending fraction":  "t(\x03\x00\x00\x00u\x01\x00\x00\x00Fu\x00\x00\x00\x00(\x02\x00\x00\x00i\x01\x00\x00\x00i\x00\x00\x00\x00",
}

func TestDecodeRefuses(t *testing.T) {
	for name, data := range refused {
		if v, err := DecodeValue([]byte(data), Caps{}); err == nil {
			t.Errorf("%s: decoded to %+v", name, v)
		}
	}
}

// TestDecodeCaps feeds streams that are small and stand for huge trees.
func TestDecodeCaps(t *testing.T) {
	var dag bytes.Buffer
	dag.WriteString("p")
	for range 40 {
		dag.WriteString("\xa9\x02") // a tuple of two, the second a reference
	}
	dag.WriteString("N")
	for i := 39; i >= 0; i-- {
		if i < 39 {
			fmt.Fprintf(&dag, "r%c\x00\x00\x00", i+1)
		} else {
			dag.WriteString("N")
		}
	}
	if _, err := DecodeValue(dag.Bytes(), Caps{}); err == nil || !strings.Contains(err.Error(), "parts") {
		t.Errorf("a tree of 2^40 parts: %v", err)
	}
	deep := "p" + strings.Repeat("\x29\x01", 100000) + "N"
	if _, err := DecodeValue([]byte(deep), Caps{}); err == nil || !strings.Contains(err.Error(), "nested") {
		t.Errorf("100,000 levels: %v", err)
	}
	if _, err := DecodeValue(make([]byte, 100), Caps{Bytes: 10}); err == nil {
		t.Error("more bytes than allowed")
	}
}

// FuzzDecodeValue gives the decoder what a hostile program may send: it ends in
// a value within the caps, whose own encoding is stable, or in an error.
func FuzzDecodeValue(f *testing.F) {
	for seed := range 50 {
		f.Add(encode(f, values(3).Example(seed)))
	}
	for _, data := range refused {
		f.Add([]byte(data))
	}
	f.Add([]byte("p\xdb\x02\x00\x00\x00\xa9\x01Nr\x01\x00\x00\x00"))
	caps := Caps{Bytes: 1 << 16, Depth: 50, Nodes: 2000}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := DecodeValue(data, caps)
		if err != nil {
			return
		}
		if nodes, depth := extent(v); nodes > caps.Nodes || depth > caps.Depth+1 {
			t.Fatalf("%d parts, %d levels", nodes, depth)
		}
		again, err := EncodeValue(v)
		if err != nil {
			t.Fatalf("decoded but not encoded: %v", err)
		}
		w, err := DecodeValue(again, Caps{Bytes: 64 << 20})
		if err != nil {
			t.Fatalf("encoded but not decoded: %v", err)
		}
		if diff := cmp.Diff(normal(v), normal(w), same); diff != "" {
			t.Fatal(diff)
		}
		if third, err := EncodeValue(w); err != nil || !bytes.Equal(again, third) {
			t.Fatalf("encoded otherwise the second time: %q, %q, %v", again, third, err)
		}
	})
}

// extent is how many parts a value has, and how deep they lie.
func extent(v *Value) (nodes, depth int) {
	for _, item := range v.Items {
		n, d := extent(item)
		nodes, depth = nodes+n, max(depth, d)
	}
	return nodes + 1, depth + 1
}

// FuzzReply gives the body of a hostile frame to the reader of replies.
func FuzzReply(f *testing.F) {
	r := newRequest(12)
	r.integer(big.NewInt(0))
	r.bytes(encode(f, list(integer(1))))
	r.bytes(nil)
	for range 3 {
		r.str("é")
	}
	r.integer(big.NewInt(3))
	r.integer(big.NewInt(0))
	r.bytes([]byte("out\xff"))
	r.bytes(nil)
	r.out = append(r.out, 'F')
	r.integer(big.NewInt(1000))
	f.Add(r.out[headSize:])
	f.Add([]byte("(\x00\x00\x00\x00"))
	if got := parseReply(r.out[headSize:], Caps{}, 2); got.Ending != Returned || got.Output != "ou" || len(got.Result.Items) != 1 {
		f.Fatalf("the seed is no reply: %+v", got)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got := parseReply(body, Caps{Bytes: 1 << 16}, 10)
		if (got.Ending == Returned) != (got.Result != nil) || len(got.Output) > 30 {
			t.Fatalf("%+v", got)
		}
	})
}

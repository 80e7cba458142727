package sandbox

import "math/big"

// Kind is the exact Python type of a Value.
type Kind uint8

// The kinds of inert Python values that may leave a candidate's process.
const (
	None Kind = iota
	Bool
	Int
	Float
	Complex
	Str
	Bytes
	List
	Tuple
	Dict
	Set
	FrozenSet
	Ellipsis
	Decimal
	Fraction
)

// Value is an inert, exactly typed Python value: what a candidate returned, or
// a literal of a test. It holds no code and refers to nothing outside itself.
type Value struct {
	Kind  Kind
	Class string   // name of a subclass of the kind, empty for the exact builtin
	Bool  bool     // Bool
	Int   *big.Int // Int; numerator of a Fraction
	Den   *big.Int // denominator of a Fraction
	Float float64  // Float; real part of Complex
	Imag  float64  // imaginary part of Complex
	Text  string   // Str as UTF-8 (lone surrogates as WTF-8), Bytes, Decimal
	Items []*Value // List, Tuple, Set, FrozenSet; Dict as key, value, key, value
}

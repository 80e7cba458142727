package verify

import (
	"math"
	"math/big"
	"math/cmplx"

	"nextworkbench/workbench/sandbox"
)

// isClose is math.isclose(a, b, rel_tol=args[2], abs_tol=args[3]).
func isClose(args []*sandbox.Value) (bool, *Raised) {
	var f [4]float64
	for i, arg := range args {
		if !isNumber(arg.Kind) || arg.Kind == sandbox.Complex {
			return false, &Raised{"TypeError", "must be real number, not " + typeName(arg)}
		}
		var raised *Raised
		if f[i], raised = toFloat(arg); raised != nil {
			return false, raised
		}
	}
	a, b, relative, absolute := f[0], f[1], f[2], f[3]
	if relative < 0 || absolute < 0 {
		return false, &Raised{"ValueError", "tolerances must be non-negative"}
	}
	if a == b {
		return true, nil
	}
	if math.IsInf(a, 0) || math.IsInf(b, 0) {
		return false, nil
	}
	diff := math.Abs(b - a)
	return diff <= math.Abs(relative*b) || diff <= math.Abs(relative*a) || diff <= absolute, nil
}

// allClose is numpy.allclose(a, b, rtol=args[2], atol=args[3]) over numbers and
// nested sequences of the same shape; what numpy would stretch is a number, or
// a sequence of one.
func allClose(args []*sandbox.Value) (bool, *Raised) {
	rtol, raised := toFloat(args[2])
	if raised != nil {
		return false, raised
	}
	atol, raised := toFloat(args[3])
	if raised != nil {
		return false, raised
	}
	return closeArrays(args[0], args[1], rtol, atol)
}

func closeArrays(a, b *sandbox.Value, rtol, atol float64) (bool, *Raised) {
	if !isSequence(a.Kind) && !isSequence(b.Kind) {
		return closeNumbers(a, b, rtol, atol)
	}
	rows, columns := rowsOf(a), rowsOf(b)
	n := max(len(rows), len(columns))
	if len(rows) == 0 || len(columns) == 0 {
		n = 0
	}
	if len(rows) != n && len(rows) != 1 || len(columns) != n && len(columns) != 1 {
		return false, &Raised{"ValueError", "operands could not be broadcast together"}
	}
	all := true
	for i := range n {
		near, raised := closeArrays(rows[min(i, len(rows)-1)], columns[min(i, len(columns)-1)], rtol, atol)
		if raised != nil {
			return false, raised
		}
		all = all && near
	}
	return all, nil
}

func isSequence(k sandbox.Kind) bool { return k == sandbox.List || k == sandbox.Tuple }

// rowsOf is the items of a sequence, or a number as the only row.
func rowsOf(v *sandbox.Value) []*sandbox.Value {
	if isSequence(v.Kind) {
		return v.Items
	}
	return []*sandbox.Value{v}
}

func closeNumbers(a, b *sandbox.Value, rtol, atol float64) (bool, *Raised) {
	var parts [2]complex128
	for i, v := range []*sandbox.Value{a, b} {
		switch v.Kind {
		case sandbox.Bool, sandbox.Int, sandbox.Float, sandbox.Complex:
		default:
			return false, &Raised{"TypeError", "ufunc 'isfinite' not supported for " + typeName(v)}
		}
		re := v.Float
		if v.Kind != sandbox.Complex {
			var raised *Raised
			if re, raised = toFloat(v); raised != nil {
				return false, raised
			}
		}
		parts[i] = complex(re, imaginary(v))
	}
	x, y := parts[0], parts[1]
	if cmplx.IsInf(x) || cmplx.IsInf(y) {
		return x == y, nil
	}
	return cmplx.Abs(x-y) <= atol+rtol*cmplx.Abs(y), nil
}

// approximates is args[0] == pytest.approx(args[1], rel=args[2], abs=args[3]);
// a tolerance of None is the default one.
func approximates(args []*sandbox.Value) (bool, *Raised) {
	actual, expected := args[0], args[1]
	switch {
	case isSequence(expected.Kind):
		if !isSequence(actual.Kind) || len(actual.Items) != len(expected.Items) {
			return false, nil
		}
		for i, item := range expected.Items {
			if near, raised := approximatesScalar(actual.Items[i], item, args[2], args[3]); !near || raised != nil {
				return false, raised
			}
		}
		return true, nil
	case expected.Kind == sandbox.Dict:
		return approximatesDict(actual, expected, args[2], args[3])
	}
	return approximatesScalar(actual, expected, args[2], args[3])
}

func approximatesDict(actual, expected, rel, abs *sandbox.Value) (bool, *Raised) {
	if actual.Kind != sandbox.Dict || len(actual.Items) != len(expected.Items) {
		return false, nil
	}
	found := values(actual)
	for i := 0; i < len(expected.Items); i += 2 {
		k, ok := key(expected.Items[i])
		if !ok || found[k] == nil {
			return false, nil
		}
		if near, raised := approximatesScalar(found[k], expected.Items[i+1], rel, abs); !near || raised != nil {
			return false, raised
		}
	}
	return true, nil
}

func approximatesScalar(actual, expected, rel, abs *sandbox.Value) (bool, *Raised) {
	if isSequence(expected.Kind) || expected.Kind == sandbox.Dict || isSet(expected.Kind) {
		return false, &Raised{"TypeError", "pytest.approx() does not support nested data structures"}
	}
	if Equal(actual, expected) {
		return true, nil
	}
	if !isNumber(actual.Kind) || !isNumber(expected.Kind) {
		return false, nil
	}
	size, raised := magnitude(expected)
	if raised != nil || exactly(size).class != 'f' {
		return false, raised
	}
	tolerance, raised := approxTolerance(size, rel, abs)
	if raised != nil {
		return false, raised
	}
	return within(actual, expected, tolerance)
}

// approxTolerance is the larger of the relative and the absolute tolerance,
// unless the absolute one alone was given.
func approxTolerance(size, rel, abs *sandbox.Value) (*sandbox.Value, *Raised) {
	relative, absolute := 1e-6, 1e-12
	var raised *Raised
	if abs.Kind != sandbox.None {
		if absolute, raised = toFloat(abs); raised != nil {
			return nil, raised
		}
	}
	switch {
	case rel.Kind != sandbox.None:
		if relative, raised = toFloat(rel); raised != nil {
			return nil, raised
		}
	case abs.Kind != sandbox.None:
		relative = 0
	}
	if !(relative >= 0) || !(absolute >= 0) {
		return nil, &Raised{"ValueError", "a tolerance can't be negative or NaN"}
	}
	f, raised := toFloat(size)
	if raised != nil {
		return nil, raised
	}
	return &sandbox.Value{Kind: sandbox.Float, Float: max(relative*f, absolute)}, nil
}

// within is abs(a - b) <= tolerance.
func within(a, b, tolerance *sandbox.Value) (bool, *Raised) {
	diff, raised := difference(a, b)
	if raised != nil {
		return false, raised
	}
	return Compare("<=", diff, tolerance)
}

// difference is abs(a - b).
func difference(a, b *sandbox.Value) (*sandbox.Value, *Raised) {
	diff, raised := add("-", a, b)
	if raised != nil {
		return nil, raised
	}
	return magnitude(diff)
}

// almostEqual is what unittest's assertAlmostEqual(a, b, places) asserts: equal,
// or equal to zero once the difference is rounded, half to even.
func almostEqual(a, b, places *sandbox.Value) (bool, *Raised) {
	if Equal(a, b) {
		return true, nil
	}
	diff, raised := difference(a, b)
	if raised != nil {
		return false, raised
	}
	n, whole := integer(places)
	r, finite := rat(diff)
	const mostPlaces = 400 // a float has none beyond
	if !whole || !finite || !n.IsInt64() || n.Int64() > mostPlaces || n.Int64() < -mostPlaces {
		return false, nil
	}
	shift := new(big.Int).Exp(big.NewInt(10), new(big.Int).Abs(n), nil)
	if n.Sign() >= 0 {
		r.Mul(r, new(big.Rat).SetInt(shift))
	} else {
		r.Quo(r, new(big.Rat).SetInt(shift))
	}
	return r.Cmp(big.NewRat(1, 2)) <= 0, nil
}

package verify

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"nextworkbench/workbench/sandbox"
)

// Check is a node of the tree that decides a test of the value tier. It runs
// in this process, over inert results and expected values.
//
// Op is call (the result of one call), value (an expected value), list or
// tuple (made of Args), and, or, not, one of Python's comparison operators,
// + - abs over numbers, or isclose(a, b, rel_tol, abs_tol).
type Check struct {
	Op    string
	Args  []*Check
	Call  int
	Value *sandbox.Value
}

// evaluation computes a check once. Calls are made when Python would make
// them, each at most once.
type evaluation struct {
	call func(i int) (*sandbox.Value, error)
	made map[int]*sandbox.Value
}

func newEvaluation(call func(i int) (*sandbox.Value, error)) *evaluation {
	return &evaluation{call: call, made: map[int]*sandbox.Value{}}
}

// value computes c. The error is a *Raised when the check itself raises, else
// what the call gave.
func (e *evaluation) value(c *Check) (*sandbox.Value, error) {
	switch c.Op {
	case "value":
		return c.Value, nil
	case "call":
		return e.result(c.Call)
	case "and", "or":
		return e.junction(c)
	}
	args := make([]*sandbox.Value, len(c.Args))
	for i, arg := range c.Args {
		v, err := e.value(arg)
		if err != nil {
			return nil, err
		}
		args[i] = v
	}
	v, raised := apply(c.Op, args)
	if raised != nil {
		return nil, raised
	}
	return v, nil
}

func (e *evaluation) result(i int) (*sandbox.Value, error) {
	if v, ok := e.made[i]; ok {
		return v, nil
	}
	v, err := e.call(i)
	if err == nil {
		e.made[i] = v
	}
	return v, err
}

// junction stops at the first operand that decides, as Python does.
func (e *evaluation) junction(c *Check) (v *sandbox.Value, err error) {
	for _, arg := range c.Args {
		if v, err = e.value(arg); err != nil || Truth(v) == (c.Op == "or") {
			return v, err
		}
	}
	return v, nil
}

// apply computes an operator over values.
func apply(op string, args []*sandbox.Value) (*sandbox.Value, *Raised) {
	switch op {
	case "list":
		return &sandbox.Value{Kind: sandbox.List, Items: args}, nil
	case "tuple":
		return &sandbox.Value{Kind: sandbox.Tuple, Items: args}, nil
	case "not":
		return boolean(!Truth(args[0])), nil
	case "abs":
		return magnitude(args[0])
	case "+", "-":
		return add(op, args[0], args[1])
	case "isclose":
		return decided(isClose(args))
	}
	return decided(compareBy(op, args[0], args[1]))
}

func boolean(b bool) *sandbox.Value { return &sandbox.Value{Kind: sandbox.Bool, Bool: b} }

func decided(truth bool, raised *Raised) (*sandbox.Value, *Raised) {
	return boolean(truth), raised
}

func compareBy(op string, a, b *sandbox.Value) (bool, *Raised) {
	switch op {
	case "==":
		return Equal(a, b), nil
	case "!=":
		return !Equal(a, b), nil
	case "is":
		return a.Kind == b.Kind && Equal(a, b), nil
	case "is not":
		return a.Kind != b.Kind || !Equal(a, b), nil
	case "in":
		return Contains(b, a)
	case "not in":
		found, raised := Contains(b, a)
		return !found, raised
	}
	return Compare(op, a, b)
}

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

// toFloat is Python's float(v) of a real number.
func toFloat(v *sandbox.Value) (float64, *Raised) {
	switch v.Kind {
	case sandbox.Float:
		return v.Float, nil
	case sandbox.Decimal:
		f, _ := strconv.ParseFloat(v.Text, 64) // out of range is an infinity, as in Python
		return f, nil
	case sandbox.Fraction:
		f, _ := new(big.Rat).SetFrac(v.Int, v.Den).Float64()
		return finiteOr(f)
	}
	i, _ := integer(v)
	f, _ := new(big.Float).SetInt(i).Float64()
	return finiteOr(f)
}

func finiteOr(f float64) (float64, *Raised) {
	if math.IsInf(f, 0) {
		return 0, &Raised{"OverflowError", "int too large to convert to float"}
	}
	return f, nil
}

func magnitude(v *sandbox.Value) (*sandbox.Value, *Raised) {
	w := &sandbox.Value{Kind: v.Kind}
	switch v.Kind {
	case sandbox.Bool, sandbox.Int:
		i, _ := integer(v)
		w.Kind, w.Int = sandbox.Int, new(big.Int).Abs(i)
	case sandbox.Float:
		w.Float = math.Abs(v.Float)
	case sandbox.Complex:
		w.Kind, w.Float = sandbox.Float, math.Hypot(v.Float, v.Imag)
	case sandbox.Fraction:
		w.Int, w.Den = new(big.Int).Abs(v.Int), v.Den
	case sandbox.Decimal:
		w.Text = strings.TrimPrefix(v.Text, "-")
	default:
		return nil, &Raised{"TypeError", fmt.Sprintf("bad operand type for abs(): '%s'", typeName(v))}
	}
	return w, nil
}

// add is a + b or a - b over numbers. A sum with a Decimal is exact, where
// Python rounds it to the precision of its context.
func add(op string, a, b *sandbox.Value) (*sandbox.Value, *Raised) {
	unsupported := &Raised{"TypeError", fmt.Sprintf("unsupported operand type(s) for %s: '%s' and '%s'", op, typeName(a), typeName(b))}
	if !isNumber(a.Kind) || !isNumber(b.Kind) {
		return nil, unsupported
	}
	either := func(k sandbox.Kind) bool { return a.Kind == k || b.Kind == k }
	inexact := either(sandbox.Float) || either(sandbox.Complex)
	if either(sandbox.Decimal) && (inexact || either(sandbox.Fraction)) {
		return nil, unsupported
	}
	x, small := rat(a)
	y, also := rat(b)
	if inexact || !small || !also {
		return addFloats(op, a, b)
	}
	if op == "-" {
		y.Neg(y)
	}
	x.Add(x, y)
	if x.IsInt() && !either(sandbox.Decimal) && !either(sandbox.Fraction) {
		return &sandbox.Value{Kind: sandbox.Int, Int: x.Num()}, nil
	}
	return &sandbox.Value{Kind: sandbox.Fraction, Int: x.Num(), Den: x.Denom()}, nil
}

func addFloats(op string, a, b *sandbox.Value) (*sandbox.Value, *Raised) {
	var parts [2]complex128
	for i, v := range []*sandbox.Value{a, b} {
		re := v.Float
		if v.Kind != sandbox.Complex {
			var raised *Raised
			if re, raised = toFloat(v); raised != nil {
				return nil, raised
			}
		}
		parts[i] = complex(re, imaginary(v))
	}
	sum := parts[0] + parts[1]
	if op == "-" {
		sum = parts[0] - parts[1]
	}
	w := &sandbox.Value{Kind: sandbox.Float, Float: real(sum)}
	if a.Kind == sandbox.Complex || b.Kind == sandbox.Complex {
		w.Kind, w.Imag = sandbox.Complex, imag(sum)
	}
	return w, nil
}

// explain says in one line why a check that came out false did.
func (e *evaluation) explain(c *Check) string {
	if c.Op == "and" {
		for _, arg := range c.Args {
			if v, err := e.value(arg); err == nil && !Truth(v) {
				return e.explain(arg)
			}
		}
	}
	if c.Op == "call" {
		return "returned " + e.show(c) + ", expected a true value"
	}
	if c.Op == "not" && c.Args[0].Op == "call" {
		return "returned " + e.show(c.Args[0]) + ", expected a false value"
	}
	if len(c.Args) == 2 && c.Args[0].Op == "value" && mirrored[c.Op] != "" {
		c = &Check{Op: mirrored[c.Op], Args: []*Check{c.Args[1], c.Args[0]}}
	}
	if wish := wishes[c.Op]; wish != "" && c.Args[1].Op == "value" && holdsCall(c.Args[0]) {
		return "returned " + e.show(c.Args[0]) + ", " + fmt.Sprintf(wish, e.show(c.Args[1]))
	}
	return "does not hold: " + e.show(c)
}

// holdsCall reports whether c is a result, or several put together.
func holdsCall(c *Check) bool { return c.Op == "call" || c.Op == "list" || c.Op == "tuple" }

// mirrored are the comparisons that can be told from the other side.
var mirrored = map[string]string{"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

// wishes say what a comparison asked of a result.
var wishes = map[string]string{
	"==": "expected %s", "!=": "expected other than %s", "is": "expected %s itself", "is not": "expected other than %s",
	"<": "expected less than %s", "<=": "expected at most %s", ">": "expected more than %s", ">=": "expected at least %s",
	"in": "expected one in %s", "not in": "expected none in %s",
}

// show writes c as an expression with results in the place of calls.
func (e *evaluation) show(c *Check) string {
	const limit = 160
	switch c.Op {
	case "value":
		return Brief(c.Value, limit)
	case "call":
		v, ok := e.made[c.Call]
		if !ok {
			return "…"
		}
		return Brief(v, limit)
	}
	args := make([]string, len(c.Args))
	for i, arg := range c.Args {
		args[i] = e.show(arg)
	}
	switch c.Op {
	case "list":
		return "[" + strings.Join(args, ", ") + "]"
	case "tuple":
		return "(" + strings.Join(args, ", ") + ")"
	case "abs", "isclose":
		return c.Op + "(" + strings.Join(args, ", ") + ")"
	case "not":
		return "not " + args[0]
	}
	return strings.Join(args, " "+c.Op+" ")
}

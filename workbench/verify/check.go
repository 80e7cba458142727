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
// Op is call (the result of one call), value (an expected value), done (a call
// of which only the end counts, true), list or tuple (made of Args), and, or,
// not, one of Python's comparison operators, + - abs over numbers, or one of
//
//	type(x) typename(x) isinstance(x, names)
//	isclose(a, b, rel_tol, abs_tol)  of math
//	allclose(a, b, rtol, atol)       of numpy
//	approx(a, b, rel, abs)           a == pytest.approx(b), None for a default
//	almost(a, b, places)             of unittest
//	within(a, b, delta)              of unittest
//
// Types are given by name.
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
	case "done":
		return boolean(true), nil
	case "not":
		return boolean(!Truth(args[0])), nil
	case "abs":
		return magnitude(args[0])
	case "+", "-":
		return add(op, args[0], args[1])
	case "type":
		return text(exactType(args[0])), nil
	case "typename":
		return text(strings.TrimPrefix(typeName(args[0]), "decimal.")), nil
	case "isinstance":
		return boolean(isInstance(args[0], args[1].Items)), nil
	}
	if oracle, ok := oracles[op]; ok {
		return decided(oracle(args))
	}
	return decided(compareBy(op, args[0], args[1]))
}

// oracles are the checks that allow for a tolerance.
var oracles = map[string]func([]*sandbox.Value) (bool, *Raised){
	"isclose":  isClose,
	"allclose": allClose,
	"approx":   approximates,
	"almost":   func(args []*sandbox.Value) (bool, *Raised) { return almostEqual(args[0], args[1], args[2]) },
	"within": func(args []*sandbox.Value) (bool, *Raised) {
		if Equal(args[0], args[1]) {
			return true, nil
		}
		return within(args[0], args[1], args[2])
	},
}

// exactType names the type of v; no subclass has the name of a builtin.
func exactType(v *sandbox.Value) string {
	if v.Class != "" {
		return "class " + v.Class
	}
	return typeNames[v.Kind]
}

// isInstance is isinstance(v, names) for names of builtin types.
func isInstance(v *sandbox.Value, names []*sandbox.Value) bool {
	for _, name := range names {
		switch name.Text {
		case typeNames[v.Kind], "object":
			return true
		case "int":
			if v.Kind == sandbox.Bool {
				return true
			}
		}
	}
	return false
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
	if c.Op == "isinstance" {
		return "returned " + e.show(c.Args[0]) + ", expected an instance of " + typeList(c.Args[1].Value.Items)
	}
	if len(c.Args) == 2 && c.Args[0].Op == "value" && mirrored[c.Op] != "" {
		c = &Check{Op: mirrored[c.Op], Args: []*Check{c.Args[1], c.Args[0]}}
	}
	if wish := wishes[c.Op]; wish != "" && c.Args[1].Op == "value" && holdsCall(c.Args[0]) {
		return "returned " + e.show(c.Args[0]) + ", " + fmt.Sprintf(wish, e.show(c.Args[1]))
	}
	return "does not hold: " + e.show(c)
}

func typeList(names []*sandbox.Value) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = name.Text
	}
	return strings.Join(list, " or ")
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
	case "not":
		return "not " + args[0]
	case "approx":
		return args[0] + " == approx(" + strings.Join(args[1:], ", ") + ")"
	case "isinstance":
		return "isinstance(" + args[0] + ", (" + typeList(c.Args[1].Value.Items) + "))"
	case "abs", "done", "type", "typename", "isclose", "allclose", "almost", "within":
		return c.Op + "(" + strings.Join(args, ", ") + ")"
	}
	return strings.Join(args, " "+c.Op+" ")
}

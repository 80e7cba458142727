package verify

import (
	"crypto/sha256"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"nextworkbench/workbench/sandbox"
)

// Raised is an exception of Python as data: its type name and its message.
type Raised struct {
	Type, Message string
}

func (r *Raised) Error() string { return r.Type + ": " + r.Message }

// Equal is Python's == on inert values.
//
// One Value is one object: containers hold a NaN equal to itself, as they do in
// Python, where it is the same one. An instance of a subclass compares as its
// builtin base, for what the candidate's class says about equality does not
// count; OrderedDict and Counter, known by name, as Python's own.
func Equal(a, b *sandbox.Value) bool {
	if isNumber(a.Kind) && isNumber(b.Kind) {
		return numbersEqual(a, b)
	}
	if isSet(a.Kind) && isSet(b.Kind) {
		return setsEqual(a, b)
	}
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case sandbox.None, sandbox.Ellipsis:
		return true
	case sandbox.Str, sandbox.Bytes:
		return a.Text == b.Text
	case sandbox.Dict:
		return dictsEqual(a, b)
	}
	if len(a.Items) != len(b.Items) {
		return false
	}
	return differAt(a.Items, b.Items) == len(a.Items)
}

// same is the equality of what containers hold: one object is equal to itself.
func same(a, b *sandbox.Value) bool { return a == b || Equal(a, b) }

// differAt is the first index at which two sequences differ, or the length of the shorter.
func differAt(a, b []*sandbox.Value) int {
	for i := range min(len(a), len(b)) {
		if !same(a[i], b[i]) {
			return i
		}
	}
	return min(len(a), len(b))
}

func isSet(k sandbox.Kind) bool { return k == sandbox.Set || k == sandbox.FrozenSet }

func setsEqual(a, b *sandbox.Value) bool {
	return len(a.Items) == len(b.Items) && subset(a, b)
}

// subset reports whether every member of a is in b.
func subset(a, b *sandbox.Value) bool {
	members := keys(b.Items)
	for _, item := range a.Items {
		k, ok := key(item)
		if _, found := members[k]; !ok || !found {
			return false
		}
	}
	return true
}

func keys(items []*sandbox.Value) map[string]int {
	at := make(map[string]int, len(items))
	for i, item := range items {
		if k, ok := key(item); ok {
			at[k] = i
		}
	}
	return at
}

func dictsEqual(a, b *sandbox.Value) bool {
	if a.Class == "Counter" && b.Class == "Counter" {
		return countersEqual(a, b)
	}
	if len(a.Items) != len(b.Items) {
		return false
	}
	found := values(b)
	for i := 0; i < len(a.Items); i += 2 {
		k, ok := key(a.Items[i])
		if other := found[k]; !ok || other == nil || !same(a.Items[i+1], other) {
			return false
		}
	}
	return a.Class != "OrderedDict" || b.Class != "OrderedDict" || sameOrder(a, b)
}

// countersEqual holds what is missing equal to zero, as Python does since 3.10.
func countersEqual(a, b *sandbox.Value) bool {
	none := &sandbox.Value{Kind: sandbox.Int, Int: new(big.Int)}
	for _, side := range [][2]*sandbox.Value{{a, b}, {b, a}} {
		own, others := side[0], values(side[1])
		for i := 0; i < len(own.Items); i += 2 {
			k, ok := key(own.Items[i])
			other := others[k]
			if !ok || other == nil {
				other = none
			}
			if !Equal(own.Items[i+1], other) {
				return false
			}
		}
	}
	return true
}

// sameOrder reports whether two equal dicts have their keys in one order.
func sameOrder(a, b *sandbox.Value) bool {
	for i := 0; i < len(a.Items); i += 2 {
		if !same(a.Items[i], b.Items[i]) {
			return false
		}
	}
	return true
}

// values are the values of a dict by the names of their keys.
func values(dict *sandbox.Value) map[string]*sandbox.Value {
	found := make(map[string]*sandbox.Value, len(dict.Items)/2)
	for i := 0; i < len(dict.Items); i += 2 {
		if k, ok := key(dict.Items[i]); ok {
			found[k] = dict.Items[i+1]
		}
	}
	return found
}

// key names a hashable value so that equal values have equal names; ok is
// false for what is unhashable. The time it takes is that of reading v once.
func key(v *sandbox.Value) (name string, ok bool) {
	name = string(appendKey(nil, v))
	return name, name != ""
}

// appendKey appends the key of v, which ends itself; nil when v is unhashable.
func appendKey(to []byte, v *sandbox.Value) []byte {
	if isNumber(v.Kind) {
		return append(append(append(to, 'n'), numberKey(v)...), ';')
	}
	switch v.Kind {
	case sandbox.None, sandbox.Ellipsis:
		return append(to, 'o', 'A'+byte(v.Kind))
	case sandbox.Str, sandbox.Bytes:
		to = strconv.AppendInt(append(to, 's', 'A'+byte(v.Kind)), int64(len(v.Text)), 10)
		return append(append(to, ':'), v.Text...)
	case sandbox.Tuple:
		to = append(strconv.AppendInt(append(to, 't'), int64(len(v.Items)), 10), ':')
		for _, item := range v.Items {
			if to = appendKey(to, item); to == nil {
				return nil
			}
		}
		return to
	case sandbox.FrozenSet:
		return appendSetKey(to, v)
	}
	return nil
}

// appendSetKey names a set by a digest of its members' keys, in their order.
func appendSetKey(to []byte, v *sandbox.Value) []byte {
	members := make([]string, len(v.Items))
	for i, item := range v.Items {
		k, ok := key(item)
		if !ok {
			return nil
		}
		members[i] = k
	}
	slices.Sort(members)
	digest := sha256.New()
	for _, k := range members {
		fmt.Fprintf(digest, "%d:%s", len(k), k)
	}
	return digest.Sum(append(to, 'f'))
}

// Compare is Python's ordering comparison a op b, op one of < <= > >=. It
// raises the TypeError that Python raises for values without an order.
func Compare(op string, a, b *sandbox.Value) (bool, *Raised) {
	switch {
	case isNumber(a.Kind) && isNumber(b.Kind) && a.Kind != sandbox.Complex && b.Kind != sandbox.Complex:
		return compareNumbers(op, a, b)
	case isSet(a.Kind) && isSet(b.Kind):
		return compareSets(op, a, b), nil
	case a.Kind != b.Kind:
	case a.Kind == sandbox.Str || a.Kind == sandbox.Bytes:
		return holds(op, strings.Compare(a.Text, b.Text)), nil
	case a.Kind == sandbox.List || a.Kind == sandbox.Tuple:
		i := differAt(a.Items, b.Items)
		if i == len(a.Items) || i == len(b.Items) {
			return holds(op, len(a.Items)-len(b.Items)), nil
		}
		return Compare(op, a.Items[i], b.Items[i])
	}
	return false, &Raised{"TypeError", fmt.Sprintf("'%s' not supported between instances of '%s' and '%s'", op, typeName(a), typeName(b))}
}

func compareNumbers(op string, a, b *sandbox.Value) (bool, *Raised) {
	x, y := exactly(a), exactly(b)
	if x.class != 'n' && y.class != 'n' {
		return holds(op, x.compare(y)), nil
	}
	if a.Kind == sandbox.Decimal || b.Kind == sandbox.Decimal {
		return false, &Raised{"decimal.InvalidOperation", "[<class 'decimal.InvalidOperation'>]"}
	}
	return false, nil
}

func compareSets(op string, a, b *sandbox.Value) bool {
	if op[0] == '>' {
		a, b = b, a
	}
	return (len(op) == 2 || len(a.Items) < len(b.Items)) && subset(a, b)
}

// holds tells whether the sign of a comparison satisfies op.
func holds(op string, sign int) bool {
	switch op {
	case "<":
		return sign < 0
	case "<=":
		return sign <= 0
	case ">":
		return sign > 0
	}
	return sign >= 0
}

// Contains is Python's x in container.
func Contains(container, x *sandbox.Value) (bool, *Raised) {
	switch container.Kind {
	case sandbox.List, sandbox.Tuple:
		for _, item := range container.Items {
			if same(item, x) {
				return true, nil
			}
		}
		return false, nil
	case sandbox.Set, sandbox.FrozenSet:
		if x.Kind == sandbox.Set { // Python looks a set up as a frozenset
			x = &sandbox.Value{Kind: sandbox.FrozenSet, Items: x.Items}
		}
		return hasKey(container.Items, x)
	case sandbox.Dict:
		names := make([]*sandbox.Value, 0, len(container.Items)/2)
		for i := 0; i < len(container.Items); i += 2 {
			names = append(names, container.Items[i])
		}
		return hasKey(names, x)
	case sandbox.Str:
		if x.Kind == sandbox.Str {
			return strings.Contains(container.Text, x.Text), nil
		}
		return false, &Raised{"TypeError", fmt.Sprintf("'in <string>' requires string as left operand, not %s", typeName(x))}
	case sandbox.Bytes:
		return bytesContain(container, x)
	}
	return false, &Raised{"TypeError", fmt.Sprintf("argument of type '%s' is not iterable", typeName(container))}
}

func hasKey(items []*sandbox.Value, x *sandbox.Value) (bool, *Raised) {
	if kind := unhashable(x); kind != "" {
		return false, &Raised{"TypeError", fmt.Sprintf("unhashable type: '%s'", kind)}
	}
	k, ok := key(x)
	_, found := keys(items)[k]
	return ok && found, nil
}

// unhashable names the type of the first part of v that has no hash, if any.
func unhashable(v *sandbox.Value) string {
	switch v.Kind {
	case sandbox.List, sandbox.Dict, sandbox.Set:
		return typeName(v)
	case sandbox.Tuple:
		for _, item := range v.Items {
			if name := unhashable(item); name != "" {
				return name
			}
		}
	}
	return ""
}

func bytesContain(container, x *sandbox.Value) (bool, *Raised) {
	if x.Kind == sandbox.Bytes {
		return strings.Contains(container.Text, x.Text), nil
	}
	i, ok := integer(x)
	switch {
	case !ok:
		return false, &Raised{"TypeError", fmt.Sprintf("a bytes-like object is required, not '%s'", typeName(x))}
	case !i.IsInt64() || i.Int64() < 0 || i.Int64() > 255:
		return false, &Raised{"ValueError", "byte must be in range(0, 256)"}
	}
	return strings.IndexByte(container.Text, byte(i.Int64())) >= 0, nil
}

// Truth is Python's bool(v).
func Truth(v *sandbox.Value) bool {
	switch v.Kind {
	case sandbox.None:
		return false
	case sandbox.Ellipsis:
		return true
	case sandbox.Str, sandbox.Bytes:
		return v.Text != ""
	}
	if isNumber(v.Kind) {
		x := exactly(v)
		return x.class != 'f' || x.digits != "" || imaginary(v) != 0
	}
	return len(v.Items) > 0
}

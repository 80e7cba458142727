package sandbox

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// Caps bound what DecodeValue builds. Zero fields mean the defaults: 16 MiB,
// 2,100 levels (what marshal itself allows) and 1,048,576 parts. Parts that
// the bytes share are counted as often as they appear in the tree.
type Caps struct {
	Bytes int
	Depth int
	Nodes int
}

func (c Caps) orDefault() Caps {
	if c.Bytes <= 0 {
		c.Bytes = 16 << 20
	}
	if c.Depth <= 0 {
		c.Depth = 2100
	}
	if c.Nodes <= 0 {
		c.Nodes = 1 << 20
	}
	return c
}

// The forms of an encoded value, its first byte.
const (
	plainForm  = 'p' // marshal of the value itself
	taggedForm = 't' // marshal of a tree of (kind, class, content)
)

// DecodeValue reads an encoded value without trusting it: any bytes end in a
// value within the caps or an error. Dicts and sets with equal keys are
// refused, as no interpreter makes them.
func DecodeValue(data []byte, caps Caps) (*Value, error) {
	if len(data) == 0 {
		return nil, errors.New("decode value: no bytes")
	}
	v, err := unmarshal(data[1:], caps)
	if err == nil && data[0] == taggedForm {
		v, err = (&untagger{done: map[*Value]*Value{}}).value(v)
	} else if err == nil && data[0] != plainForm {
		err = fmt.Errorf("form %q", data[0])
	}
	if err != nil {
		return nil, fmt.Errorf("decode value: %w", err)
	}
	return v, nil
}

// letters are the kinds that a tagged tree names.
var letters = map[string]Kind{
	"i": Int, "f": Float, "c": Complex, "s": Str, "y": Bytes, "l": List, "t": Tuple,
	"d": Dict, "e": Set, "z": FrozenSet, "D": Decimal, "F": Fraction,
}

// untagger remembers what it has built, so that shared parts stay shared.
type untagger struct {
	done map[*Value]*Value
	keys keys
}

func (u *untagger) value(node *Value) (*Value, error) {
	if node.Kind != Tuple {
		if len(node.Items) > 0 || node.Kind == List || node.Kind == Dict || node.Kind == Set || node.Kind == FrozenSet {
			return nil, errors.New("an untagged container")
		}
		return node, nil
	}
	if v, ok := u.done[node]; ok {
		return v, nil
	}
	v, err := u.node(node)
	u.done[node] = v
	return v, err
}

func (u *untagger) node(node *Value) (*Value, error) {
	if len(node.Items) != 3 || node.Items[0].Kind != Str || node.Items[1].Kind != Str {
		return nil, errors.New("a tag that is not (kind, class, content)")
	}
	kind, ok := letters[node.Items[0].Text]
	if !ok {
		return nil, fmt.Errorf("kind %q", node.Items[0].Text)
	}
	v := &Value{Kind: kind, Class: strings.ToValidUTF8(node.Items[1].Text, "?")}
	return v, u.fill(v, node.Items[2])
}

// fill sets what v holds from the content of its tag.
func (u *untagger) fill(v, content *Value) error {
	switch v.Kind {
	case List, Tuple, Dict, Set, FrozenSet:
		return u.items(v, content)
	case Decimal:
		if content.Kind != Str || !decimalText(content.Text) {
			return errors.New("a decimal that is none")
		}
		if len(content.Text) > longestDecimal {
			return fmt.Errorf("a decimal of more than %d characters", longestDecimal)
		}
		v.Text = content.Text
	case Fraction:
		if content.Kind != Tuple || len(content.Items) != 2 || content.Items[0].Kind != Int ||
			content.Items[1].Kind != Int || content.Items[1].Int.Sign() <= 0 {
			return errors.New("a fraction that is none")
		}
		v.Int, v.Den = content.Items[0].Int, content.Items[1].Int
		if max(v.Int.BitLen(), v.Den.BitLen()) > largestFraction {
			return fmt.Errorf("a fraction of more than %d bits", largestFraction)
		}
	default:
		if content.Kind != v.Kind {
			return fmt.Errorf("content of kind %d in a tag of kind %d", content.Kind, v.Kind)
		}
		class := v.Class
		*v = *content
		v.Class = class
	}
	return nil
}

func (u *untagger) items(v, content *Value) error {
	if content.Kind != Tuple || v.Kind == Dict && len(content.Items)%2 != 0 {
		return errors.New("a container without its items")
	}
	v.Items = make([]*Value, len(content.Items))
	for i, item := range content.Items {
		made, err := u.value(item)
		if err != nil {
			return err
		}
		v.Items[i] = made
	}
	switch v.Kind {
	case Dict:
		return u.keys.distinct(v.Items, 2)
	case Set, FrozenSet:
		return u.keys.distinct(v.Items, 1)
	}
	return nil
}

// decimalText tells whether s is what str() gives for a decimal.Decimal.
func decimalText(s string) bool {
	s = strings.TrimPrefix(s, "-")
	if s == "Infinity" {
		return true
	}
	for _, nan := range []string{"NaN", "sNaN"} {
		if rest, ok := strings.CutPrefix(s, nan); ok {
			return strings.Trim(rest, "0123456789") == ""
		}
	}
	digits, exponent, scaled := strings.Cut(s, "E")
	if scaled {
		n, err := strconv.ParseInt(exponent, 10, 64)
		if err != nil || n > largestExponent || n < -largestExponent {
			return false
		}
	}
	whole, rest, _ := strings.Cut(digits, ".")
	return whole+rest != "" && strings.Trim(whole+rest, "0123456789") == ""
}

// keys tells equal hashable values by equal texts. It remembers the frozensets
// it has seen: each may be inside another, a thousand times over.
type keys struct {
	sets map[*Value]keyText
}

// keyText is a text that equal values share; nan marks the ones that differ
// even from themselves.
type keyText struct {
	text []byte
	nan  bool
}

// distinct refuses keys that Python holds equal, and unhashable ones. Every
// step-th item is a key.
func (k *keys) distinct(items []*Value, step int) error {
	seen := make(map[string]bool, len(items)/step)
	for i := 0; i < len(items); i += step {
		var key keyText
		if err := k.add(&key, items[i]); err != nil {
			return err
		}
		if key.nan {
			continue
		}
		if seen[string(key.text)] {
			return errors.New("equal keys in one dict or set")
		}
		seen[string(key.text)] = true
	}
	return nil
}

func (k *keys) add(key *keyText, v *Value) error {
	switch v.Kind {
	case None, Ellipsis:
		key.text = append(key.text, 'n', byte('A'+v.Kind))
	case Str, Bytes:
		key.text = append(key.text, byte('A'+v.Kind))
		key.text = strconv.AppendInt(key.text, int64(len(v.Text)), 10)
		key.text = append(append(key.text, ':'), v.Text...)
	case Bool, Int, Float, Complex, Decimal, Fraction:
		key.number(v)
	case Tuple:
		key.text = append(key.text, '(')
		for _, item := range v.Items {
			if err := k.add(key, item); err != nil {
				return err
			}
		}
		key.text = append(key.text, ')')
	case FrozenSet:
		part, err := k.set(v)
		key.text, key.nan = append(key.text, part.text...), key.nan || part.nan
		return err
	default:
		return fmt.Errorf("an unhashable key of kind %d", v.Kind)
	}
	return nil
}

func (k *keys) set(v *Value) (keyText, error) {
	if known, ok := k.sets[v]; ok {
		return known, nil
	}
	var whole keyText
	parts := make([]string, len(v.Items))
	for i, item := range v.Items {
		var part keyText
		if err := k.add(&part, item); err != nil {
			return keyText{}, err
		}
		parts[i], whole.nan = string(part.text), whole.nan || part.nan
	}
	slices.Sort(parts)
	sum := sha256.Sum256([]byte(strings.Join(parts, "")))
	whole.text = append([]byte{'<'}, sum[:]...)
	if k.sets == nil {
		k.sets = map[*Value]keyText{}
	}
	k.sets[v] = whole
	return whole, nil
}

func (k *keyText) number(v *Value) {
	k.text = append(k.text, '#')
	num, den, exact := ratio(v)
	switch {
	case exact:
		k.text = num.Append(k.text, 16)
		if den != nil && den.Cmp(big.NewInt(1)) != 0 {
			k.text = den.Append(append(k.text, '/'), 16)
		}
	case v.Kind == Decimal:
		k.nan = k.nan || strings.Contains(v.Text, "NaN")
		k.text = append(k.text, strings.Replace(v.Text, "Infinity", "Inf", 1)...)
	default:
		k.nan = k.nan || math.IsNaN(v.Float) || math.IsNaN(v.Imag)
		k.text = append(k.text, strings.TrimPrefix(strconv.FormatFloat(v.Float, 'g', -1, 64), "+")...)
	}
	if v.Kind == Complex && v.Imag != 0 {
		k.text = strconv.AppendFloat(append(k.text, 'j'), v.Imag, 'g', -1, 64)
	}
	k.text = append(k.text, ';')
}

// ratio is the exact number in lowest terms; false where there is none, or
// where finding it would take more time than the value deserves.
func ratio(v *Value) (num, den *big.Int, exact bool) {
	switch v.Kind {
	case Bool:
		if v.Bool {
			return big.NewInt(1), nil, true
		}
		return new(big.Int), nil, true
	case Int:
		return v.Int, nil, true
	case Fraction:
		return v.Int, v.Den, true // Python keeps fractions in lowest terms
	}
	r := new(big.Rat)
	if v.Kind == Decimal {
		_, exponent, _ := strings.Cut(v.Text, "E")
		n, err := strconv.Atoi(exponent)
		if len(v.Text) > 5000 || exponent != "" && (err != nil || n > 5000 || n < -5000) {
			return nil, nil, false
		}
		_, exact = r.SetString(v.Text)
	} else {
		exact = r.SetFloat64(v.Float) != nil
	}
	return r.Num(), r.Denom(), exact
}

// EncodeValue writes a value for a candidate or a test: exact builtins in the
// plain form, anything else tagged. Python rebuilds OrderedDict, Counter and
// defaultdict (without a factory); other subclasses arrive as their base.
func EncodeValue(v *Value) ([]byte, error) {
	m := &marshaller{}
	var err error
	if plain(v) {
		m.out = append(m.out, plainForm)
		err = m.value(v)
	} else {
		m.out = append(m.out, taggedForm)
		err = m.tagged(v)
	}
	if err != nil {
		return nil, fmt.Errorf("encode value: %w", err)
	}
	return m.out, nil
}

func plain(v *Value) bool {
	if v == nil || v.Class != "" || v.Kind == Decimal || v.Kind == Fraction {
		return false
	}
	for _, item := range v.Items {
		if !plain(item) {
			return false
		}
	}
	return true
}

// sequences are the marshal types of the kinds that are a row of items.
var sequences = map[Kind]byte{Tuple: '(', List: '[', Set: '<', FrozenSet: '>'}

func (m *marshaller) value(v *Value) error {
	code, row := sequences[v.Kind]
	if !row && v.Kind != Dict {
		return m.scalar(v)
	}
	flag := byte(0)
	if mutable(v) {
		if m.shared(v) {
			return nil
		}
		flag = flagRef
	}
	if row {
		m.code(code|flag, len(v.Items))
	} else {
		m.out = append(m.out, '{'|flag)
	}
	for _, item := range v.Items {
		if err := m.value(item); err != nil {
			return err
		}
	}
	if v.Kind == Dict {
		m.out = append(m.out, '0')
		if len(v.Items)%2 != 0 {
			return errors.New("a dict with a key and no value")
		}
	}
	return nil
}

func mutable(v *Value) bool { return v.Kind == List || v.Kind == Dict || v.Kind == Set }

func (m *marshaller) tagged(v *Value) error {
	if v == nil {
		return errors.New("no value")
	}
	letter := ""
	for l, kind := range letters {
		if kind == v.Kind {
			letter = l
		}
	}
	_, row := sequences[v.Kind]
	row = row || v.Kind == Dict
	if !row && v.Class == "" && v.Kind != Decimal && v.Kind != Fraction {
		return m.scalar(v)
	}
	flag := byte(0)
	if mutable(v) {
		if m.shared(v) {
			return nil
		}
		flag = flagRef
	}
	m.code('('|flag, 3)
	m.str(letter)
	m.str(v.Class)
	switch {
	case row:
		return m.taggedItems(v)
	case v.Kind == Decimal:
		if !decimalText(v.Text) {
			return errors.New("a decimal that is none")
		}
		m.str(v.Text)
		return nil
	case v.Kind == Fraction:
		if v.Int == nil || v.Den == nil || v.Den.Sign() <= 0 {
			return errors.New("a fraction that is none")
		}
		m.code('(', 2)
		m.integer(v.Int)
		m.integer(v.Den)
		return nil
	}
	return m.scalar(v)
}

func (m *marshaller) taggedItems(v *Value) error {
	if v.Kind == Dict && len(v.Items)%2 != 0 {
		return errors.New("a dict with a key and no value")
	}
	m.code('(', len(v.Items))
	for _, item := range v.Items {
		if err := m.tagged(item); err != nil {
			return err
		}
	}
	return nil
}

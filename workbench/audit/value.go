package audit

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

type valueKind int

const (
	opaque valueKind = iota // a text that only its own text equals
	none
	boolean
	number
	str
	list
	tuple
	set
	dict
	hollow // said to be empty, whatever it is
)

// value is a Python value as somebody wrote it.
type value struct {
	kind  valueKind
	text  string // of a string its content, of all others what was written
	num   *big.Rat
	float bool
	items []value // of a dict key, value, key, value
	cut   bool    // an ellipsis stands for more than is written
	class string  // of a container that is shown as CLASS(...)
}

const (
	maxDepth  = 40
	maxDigits = 4000
)

// parseLiteral reads a Python literal at the start of text and says how long it is.
func parseLiteral(text string) (v value, length int, ok bool) {
	p := literalParser{text: text}
	v, ok = p.value(0)
	if !ok {
		return value{}, 0, false
	}
	if v.kind != str {
		v.text = text[:p.pos]
	}
	return v, p.pos, true
}

// parseWhole reads text that is a literal and nothing else.
func parseWhole(text string) (value, bool) {
	text = strings.TrimSpace(text)
	v, n, ok := parseLiteral(text)
	return v, ok && n == len(text)
}

// parseRendered reads a value as the trace shows it; what is no literal is opaque.
func parseRendered(text string) value {
	if v, ok := parseWhole(text); ok {
		return v
	}
	return value{kind: opaque, text: text, cut: strings.Contains(text, "...") || strings.Contains(text, "…")}
}

type literalParser struct {
	text string
	pos  int
}

func (p *literalParser) rest() string { return p.text[p.pos:] }

func (p *literalParser) space() {
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.pos]) >= 0 {
		p.pos++
	}
}

func (p *literalParser) value(depth int) (value, bool) {
	rest := p.rest()
	if rest == "" || depth > maxDepth {
		return value{}, false
	}
	switch c := rest[0]; {
	case c == '[':
		return p.items(list, ']', depth)
	case c == '(':
		return p.items(tuple, ')', depth)
	case c == '{':
		return p.braces(depth)
	case c == '\'' || c == '"':
		return p.string(false)
	case strings.HasPrefix(rest, "“"):
		return p.curly()
	case c == '-' || c == '+' || c == '.' || '0' <= c && c <= '9':
		return p.number()
	}
	return p.word(depth)
}

func (p *literalParser) word(depth int) (value, bool) {
	rest := p.rest()
	n := 0
	for n < len(rest) && identifierByte(rest[n]) {
		n++
	}
	word := rest[:n]
	p.pos += n
	switch word {
	case "None":
		return value{kind: none, text: word}, true
	case "True", "False":
		return value{kind: boolean, text: word, num: big.NewRat(int64(len("False")-len(word)), 1)}, true
	case "b", "u", "r", "B", "U", "R":
		if n < len(rest) && (rest[n] == '\'' || rest[n] == '"') {
			v, ok := p.string(word == "r" || word == "R")
			if word == "b" || word == "B" {
				v = value{kind: opaque, text: rest[:p.pos-(len(p.text)-len(rest))], cut: v.cut}
			}
			return v, ok
		}
	}
	return p.container(word, depth)
}

func identifierByte(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c >= utf8.RuneSelf
}

// container reads CLASS(...) of the standard containers.
func (p *literalParser) container(class string, depth int) (value, bool) {
	if !strings.HasPrefix(p.rest(), "(") {
		return value{}, false
	}
	switch class {
	case "set", "frozenset", "deque", "Counter", "OrderedDict", "defaultdict":
	default:
		return value{}, false
	}
	p.pos++
	if class == "defaultdict" {
		comma := strings.Index(p.rest(), ", ")
		if comma < 0 {
			return value{}, false
		}
		p.pos += comma + 2
	}
	empty := value{kind: dict, class: class}
	if class == "set" || class == "frozenset" {
		empty.kind = set
	} else if class == "deque" {
		empty.kind = list
	}
	if strings.HasPrefix(p.rest(), ")") {
		p.pos++
		return empty, true
	}
	v, ok := p.value(depth + 1)
	if i := strings.IndexByte(p.rest(), ')'); ok && i >= 0 && (i == 0 || class == "deque") {
		p.pos += i + 1
		v.class = class
		if empty.kind == set {
			v.kind = set
		}
		return v, v.kind == empty.kind
	}
	return value{}, false
}

// ellipsis passes over an elision: "...", "…" or "...+12".
func (p *literalParser) ellipsis() bool {
	rest := p.rest()
	switch {
	case strings.HasPrefix(rest, "..."):
		p.pos += 3
	case strings.HasPrefix(rest, "…"):
		p.pos += len("…")
	default:
		return false
	}
	if strings.HasPrefix(p.rest(), "+") {
		p.pos++
		for p.pos < len(p.text) && '0' <= p.text[p.pos] && p.text[p.pos] <= '9' {
			p.pos++
		}
	}
	return true
}

// items reads the elements of a list or tuple up to its closing bracket. What
// follows an ellipsis is passed over.
func (p *literalParser) items(kind valueKind, closing byte, depth int) (value, bool) {
	v := value{kind: kind}
	p.pos++
	comma := false
	for {
		p.space()
		if p.pos >= len(p.text) {
			return value{}, false
		}
		if p.text[p.pos] == closing {
			p.pos++
			if kind == tuple && len(v.items) == 1 && !comma && !v.cut {
				return v.items[0], true // parentheses around a value
			}
			return v, true
		}
		if !p.element(&v, depth) {
			return value{}, false
		}
		p.space()
		if comma = strings.HasPrefix(p.rest(), ","); comma {
			p.pos++
		} else if !strings.HasPrefix(p.rest(), string(closing)) {
			return value{}, false
		}
	}
}

func (p *literalParser) element(v *value, depth int) bool {
	if p.ellipsis() {
		v.cut = true
		return true
	}
	item, ok := p.nested(depth)
	if ok && !v.cut {
		v.items = append(v.items, item)
	}
	return ok
}

func (p *literalParser) nested(depth int) (value, bool) {
	start := p.pos
	item, ok := p.value(depth + 1)
	if ok && item.kind != str {
		item.text = p.text[start:p.pos]
	}
	return item, ok
}

// braces reads a set or a dict.
func (p *literalParser) braces(depth int) (value, bool) {
	v := value{kind: dict}
	p.pos++
	for first := true; ; first = false {
		p.space()
		if strings.HasPrefix(p.rest(), "}") {
			p.pos++
			return v, true
		}
		if p.ellipsis() {
			v.cut = true
		} else if !p.pair(&v, first, depth) {
			return value{}, false
		}
		p.space()
		if strings.HasPrefix(p.rest(), ",") {
			p.pos++
		} else if !strings.HasPrefix(p.rest(), "}") {
			return value{}, false
		}
	}
}

func (p *literalParser) pair(v *value, first bool, depth int) bool {
	key, ok := p.nested(depth)
	if !ok {
		return false
	}
	p.space()
	keyed := strings.HasPrefix(p.rest(), ":")
	if first && !keyed {
		v.kind = set
	}
	if keyed != (v.kind == dict) {
		return false
	}
	parts := []value{key}
	if keyed {
		p.pos++
		p.space()
		item, ok := p.nested(depth)
		if !ok {
			return false
		}
		parts = append(parts, item)
	}
	if !v.cut {
		v.items = append(v.items, parts...)
	}
	return true
}

func (p *literalParser) curly() (value, bool) {
	inner := strings.TrimPrefix(p.rest(), "“")
	end := strings.Index(inner, "”")
	if end < 0 {
		return value{}, false
	}
	p.pos += len("“") + end + len("”")
	return value{kind: str, text: inner[:end]}, true
}

func (p *literalParser) string(raw bool) (value, bool) {
	quote := p.text[p.pos]
	p.pos++
	var b strings.Builder
	for p.pos < len(p.text) {
		c := p.text[p.pos]
		switch {
		case c == quote:
			p.pos++
			return value{kind: str, text: b.String(), cut: p.ellipsis()}, true
		case c == '\n':
			return value{}, false
		case c == '\\' && !raw:
			if !p.escape(&b) {
				return value{}, false
			}
		default:
			b.WriteByte(c)
			p.pos++
		}
	}
	return value{}, false
}

func (p *literalParser) escape(b *strings.Builder) bool {
	if p.pos+1 >= len(p.text) {
		return false
	}
	c := p.text[p.pos+1]
	p.pos += 2
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
	switch simple := strings.IndexByte(`nrt\'"0abfv`, c); {
	case digits > 0:
		if p.pos+digits > len(p.text) {
			return false
		}
		code, err := strconv.ParseUint(p.text[p.pos:p.pos+digits], 16, 32)
		p.pos += digits
		b.WriteRune(rune(code))
		return err == nil
	case simple >= 0:
		b.WriteByte("\n\r\t\\'\"\x00\a\b\f\v"[simple])
	default:
		b.WriteByte('\\')
		b.WriteByte(c)
	}
	return true
}

func (p *literalParser) number() (value, bool) {
	rest := p.rest()
	n := 0
	if rest[0] == '-' || rest[0] == '+' {
		n++
	}
	digits, float := 0, false
	for ; n < len(rest); n++ {
		switch c := rest[n]; {
		case '0' <= c && c <= '9':
			digits++
			continue
		case c == '_' && digits > 0 && n+1 < len(rest) && '0' <= rest[n+1] && rest[n+1] <= '9':
			continue
		case c == '.' && !float && (n+1 < len(rest) && '0' <= rest[n+1] && rest[n+1] <= '9' || digits > 0 && n+1 < len(rest) && !strings.HasPrefix(rest[n:], "..") && strings.IndexByte(",)]}", rest[n+1]) >= 0):
			float = true
			continue
		case (c == 'e' || c == 'E') && digits > 0:
			if m := exponent(rest[n:]); m > 0 {
				n += m
				float = true
			}
		}
		break
	}
	if digits == 0 || digits > maxDigits || n < len(rest) && identifierByte(rest[n]) {
		return value{}, false
	}
	num, ok := rational(strings.ReplaceAll(rest[:n], "_", ""), float)
	p.pos += n
	return value{kind: number, num: num, float: float}, ok
}

func exponent(text string) int {
	n := 1
	if n < len(text) && (text[n] == '-' || text[n] == '+') {
		n++
	}
	start := n
	for n < len(text) && '0' <= text[n] && text[n] <= '9' {
		n++
	}
	if n == start {
		return 0
	}
	return n
}

// rational is the exact number that Python holds.
func rational(text string, float bool) (*big.Rat, bool) {
	if !float {
		return new(big.Rat).SetString(text)
	}
	f, err := strconv.ParseFloat(text, 64)
	r := new(big.Rat).SetFloat64(f)
	return r, err == nil && r != nil
}

// likeness is the answer to: is what was stated what is shown?
type likeness int

const (
	unknown likeness = iota
	same
	different
)

// compare holds a stated value against a shown one, as Python would. It does not
// know where a value is shown in part only, where one of them is no plain value,
// or where people are used to write one for the other: a rounded float, a list
// for a tuple of the same items, a number for the string of its digits.
func compare(stated, shown value) likeness {
	switch {
	case stated.kind == hollow:
		return isHollow(shown)
	case stated.kind == opaque || shown.kind == opaque:
		if stated.kind == shown.kind && stated.text == shown.text && !shown.cut {
			return same
		}
		return unknown
	case stated.num != nil && shown.num != nil:
		return compareNumbers(stated, shown)
	case stated.kind == str && shown.kind == str:
		return compareStrings(stated, shown)
	case stated.kind == str || shown.kind == str:
		return differentUnless(stated.text == shown.text)
	case ordered(stated) && ordered(shown):
		return compareSequences(stated, shown)
	case stated.kind == dict && shown.kind == set && len(stated.items) == 0:
		return differentUnless(len(shown.items) == 0) // "{}" is how people write an empty set
	case stated.kind == set && ordered(shown), ordered(stated) && shown.kind == set:
		return differentUnless(compareMembers(stated, shown, 1) == same)
	case stated.kind != shown.kind:
		return different
	case stated.kind == set:
		return compareMembers(stated, shown, 1)
	case stated.kind == dict:
		return compareMembers(stated, shown, 2)
	}
	return same // None
}

// isHollow says whether a value has no members.
func isHollow(v value) likeness {
	switch {
	case v.kind == opaque || v.cut:
		return unknown
	case v.kind == str && v.text == "", v.kind >= list && len(v.items) == 0:
		return same
	}
	return different
}

func differentUnless(doubtful bool) likeness {
	if doubtful {
		return unknown
	}
	return different
}

func ordered(v value) bool { return v.kind == list || v.kind == tuple }

func compareNumbers(stated, shown value) likeness {
	if stated.num.Cmp(shown.num) == 0 {
		return same
	}
	if !stated.float && !shown.float {
		return different
	}
	_, decimals, _ := strings.Cut(strings.TrimRight(stated.text, "0"), ".")
	return differentUnless(!strings.ContainsAny(stated.text, "eE") && shown.num.FloatString(len(decimals)) == stated.num.FloatString(len(decimals)))
}

func compareStrings(stated, shown value) likeness {
	a, b := stated.text, shown.text
	if rest, ellipsis := cutEllipsis(a); ellipsis && a != b {
		a, stated.cut = rest, true
	}
	switch {
	case a == b && !shown.cut:
		return same
	case stated.cut && strings.HasPrefix(b, a):
		return same
	case shown.cut && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a)):
		return unknown
	}
	return differentUnless(strings.ContainsRune(b, utf8.RuneError) || strings.Join(strings.Fields(a), "") == strings.Join(strings.Fields(b), ""))
}

func cutEllipsis(text string) (string, bool) {
	if rest, ok := strings.CutSuffix(text, "..."); ok {
		return rest, true
	}
	return strings.CutSuffix(text, "…")
}

func compareSequences(stated, shown value) likeness {
	result := same
	for i := range min(len(stated.items), len(shown.items)) {
		switch like := compare(stated.items[i], shown.items[i]); {
		case like == different, (stated.items[i].kind == str) != (shown.items[i].kind == str) && shown.items[i].kind != opaque:
			return different
		case like == unknown:
			result = unknown
		}
	}
	switch more := len(stated.items) - len(shown.items); {
	case more > 0 && !shown.cut, more < 0 && !stated.cut:
		return different
	case more > 0, shown.cut && !stated.cut:
		return unknown
	}
	if result == same && (stated.kind != shown.kind || stated.class != shown.class) {
		return unknown
	}
	return result
}

// compareMembers compares sets (stride 1) and dicts (stride 2) whatever their order.
func compareMembers(stated, shown value, stride int) likeness {
	result := same
	left := slices.Clone(shown.items)
	for i := 0; i+stride <= len(stated.items); i += stride {
		found := false
		for j := 0; j+stride <= len(left) && !found; j += stride {
			if compareSequences(value{items: stated.items[i : i+stride]}, value{items: left[j : j+stride]}) == same {
				left = slices.Delete(left, j, j+stride)
				found = true
			}
		}
		if !found {
			result = different
		}
	}
	switch {
	case result == different && (shown.cut || uncertain(stated, shown)):
		return unknown
	case result == different, len(left) > 0 && !stated.cut:
		return different
	case shown.cut && !stated.cut:
		return unknown
	}
	return result
}

// uncertain says whether a member could equal another that it does not look like.
func uncertain(stated, shown value) bool {
	for _, a := range stated.items {
		for _, b := range shown.items {
			if compare(a, b) == unknown {
				return true
			}
		}
	}
	return false
}

package verify

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"nextworkbench/workbench/sandbox"
)

// typeNames are Python's names of the kinds, in the order of the kinds.
var typeNames = [...]string{
	sandbox.None: "NoneType", sandbox.Bool: "bool", sandbox.Int: "int", sandbox.Float: "float",
	sandbox.Complex: "complex", sandbox.Str: "str", sandbox.Bytes: "bytes", sandbox.List: "list",
	sandbox.Tuple: "tuple", sandbox.Dict: "dict", sandbox.Set: "set", sandbox.FrozenSet: "frozenset",
	sandbox.Ellipsis: "ellipsis", sandbox.Decimal: "decimal.Decimal", sandbox.Fraction: "Fraction",
}

func typeName(v *sandbox.Value) string {
	if v.Class != "" {
		return v.Class
	}
	return typeNames[v.Kind]
}

// Repr is Python's repr of v, with set members in the order of v. A value of
// a subclass shows as Class(repr of the base). Which characters are escaped
// follows Go's Unicode tables, and integers of any size are written out.
func Repr(v *sandbox.Value) string {
	p := printer{room: math.MaxInt}
	p.value(v)
	return p.String()
}

// Brief is Repr cut to about limit bytes; a cut ends in "…".
func Brief(v *sandbox.Value, limit int) string {
	p := printer{room: limit}
	p.value(v)
	if p.full() {
		p.WriteString("…")
	}
	return clip(p.String(), limit)
}

// clip makes text valid UTF-8, on one line, of at most limit bytes.
func clip(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r // U+FFFD where text is not UTF-8
	}, text)
	if len(text) <= limit {
		return text
	}
	const ellipsis = "…"
	end := limit - len(ellipsis)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}

// printer writes a repr and stops soon after its room is used up.
type printer struct {
	strings.Builder
	room int
}

func (p *printer) full() bool { return p.Len() > p.room }

func (p *printer) value(v *sandbox.Value) {
	if p.full() {
		return
	}
	if v.Class != "" {
		p.WriteString(v.Class + "(")
		defer p.WriteString(")")
	}
	switch v.Kind {
	case sandbox.None:
		p.WriteString("None")
	case sandbox.Ellipsis:
		p.WriteString("Ellipsis")
	case sandbox.Bool:
		p.WriteString(map[bool]string{true: "True", false: "False"}[v.Bool])
	case sandbox.Int:
		p.WriteString(v.Int.String())
	case sandbox.Float:
		p.WriteString(reprFloat(v.Float))
	case sandbox.Complex:
		p.WriteString(reprComplex(v.Float, v.Imag))
	case sandbox.Str:
		p.quote(v.Text, false)
	case sandbox.Bytes:
		p.WriteByte('b')
		p.quote(v.Text, true)
	case sandbox.Decimal:
		p.WriteString("Decimal('" + v.Text + "')")
	case sandbox.Fraction:
		p.WriteString("Fraction(" + v.Int.String() + ", " + v.Den.String() + ")")
	default:
		p.container(v)
	}
}

func (p *printer) container(v *sandbox.Value) {
	switch {
	case v.Kind == sandbox.Dict:
		p.dict(v.Items)
	case v.Kind == sandbox.List:
		p.list("[", v.Items, "]")
	case v.Kind == sandbox.Tuple && len(v.Items) == 1:
		p.list("(", v.Items, ",)")
	case v.Kind == sandbox.Tuple:
		p.list("(", v.Items, ")")
	case len(v.Items) == 0:
		p.WriteString(typeNames[v.Kind] + "()")
	case v.Kind == sandbox.FrozenSet:
		p.list("frozenset({", v.Items, "})")
	default:
		p.list("{", v.Items, "}")
	}
}

func (p *printer) list(open string, items []*sandbox.Value, end string) {
	p.WriteString(open)
	for i, item := range items {
		if p.full() {
			return
		}
		if i > 0 {
			p.WriteString(", ")
		}
		p.value(item)
	}
	p.WriteString(end)
}

func (p *printer) dict(items []*sandbox.Value) {
	p.WriteString("{")
	for i := 0; i < len(items) && !p.full(); i += 2 {
		if i > 0 {
			p.WriteString(", ")
		}
		p.value(items[i])
		p.WriteString(": ")
		p.value(items[i+1])
	}
	p.WriteString("}")
}

func reprFloat(f float64) string {
	text := reprDigits(f)
	if strings.ContainsAny(text, ".ein") {
		return text
	}
	return text + ".0"
}

// reprDigits is the shortest text that reads back as f, as format(f, 'r') in C.
func reprDigits(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 0):
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(f, 'g', -1, 64)), "+")
	}
	scientific := strconv.FormatFloat(f, 'e', -1, 64)
	exp, _ := strconv.Atoi(scientific[strings.IndexByte(scientific, 'e')+1:])
	if f != 0 && (exp < -4 || exp >= 16) {
		return scientific
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

func reprComplex(re, im float64) string {
	imag := reprDigits(im) + "j"
	if re == 0 && !math.Signbit(re) {
		return imag
	}
	if imag[0] != '-' {
		imag = "+" + imag
	}
	return "(" + reprDigits(re) + imag + ")"
}

// quote writes text as Python does: single quotes unless only they occur in it.
func (p *printer) quote(text string, raw bool) {
	mark := byte('\'')
	if strings.Contains(text, "'") && !strings.Contains(text, `"`) {
		mark = '"'
	}
	p.WriteByte(mark)
	for i := 0; i < len(text) && !p.full(); {
		r, size := rune(text[i]), 1
		if !raw {
			r, size = decodeRune(text[i:])
		}
		p.escape(r, mark, raw)
		i += size
	}
	p.WriteByte(mark)
}

// decodeRune reads one code point, lone surrogates included.
func decodeRune(text string) (rune, int) {
	if len(text) >= 3 && text[0] == 0xED && text[1] >= 0xA0 {
		return rune(text[0]&0xF)<<12 | rune(text[1]&0x3F)<<6 | rune(text[2]&0x3F), 3
	}
	return utf8.DecodeRuneInString(text)
}

func (p *printer) escape(r rune, mark byte, raw bool) {
	switch {
	case r == rune(mark) || r == '\\':
		p.WriteByte('\\')
		p.WriteRune(r)
	case r == '\n':
		p.WriteString(`\n`)
	case r == '\r':
		p.WriteString(`\r`)
	case r == '\t':
		p.WriteString(`\t`)
	case r < 0x7F && r >= ' ', !raw && unicode.IsPrint(r):
		p.WriteRune(r)
	case r <= 0xFF:
		fmt.Fprintf(p, `\x%02x`, r)
	case r <= 0xFFFF:
		fmt.Fprintf(p, `\u%04x`, r)
	default:
		fmt.Fprintf(p, `\U%08x`, r)
	}
}

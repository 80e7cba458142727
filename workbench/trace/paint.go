package trace

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

const (
	cyan  = "\x1b[36m"
	red   = "\x1b[31m"
	plain = "\x1b[0m"
)

var exceptional = regexp.MustCompile(`__exception__[^;\n]*|exception: .*|\[EXCEPTION\].*?\[/EXCEPTION\]|<\|exception_sep\|>`)

// Paint colours what a rendering of this form adds to the program for a terminal,
// exceptions in red. The text has to be harmless, see [Harmless].
func (r Renderer) Paint(text string) string {
	return r.added.ReplaceAllStringFunc(text, func(part string) string {
		return cyan + exceptional.ReplaceAllString(part, red+"$0"+cyan) + plain
	})
}

// Harmless shows the control characters of a text, which programs may hold to
// deceive who reads them on a terminal, as escapes; line ends and tabs stay.
func Harmless(text string) string {
	var b strings.Builder
	for _, c := range text {
		if (unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c)) && c != '\n' && c != '\t' {
			fmt.Fprintf(&b, `\u%04x`, c)
		} else {
			b.WriteRune(c)
		}
	}
	return b.String()
}

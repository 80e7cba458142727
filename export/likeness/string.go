package likeness

import "strings"

// mostFields bounds formatted strings in fields of formatted strings; what lies
// deeper is text.
const mostFields = 8

// text takes a string whose prefix, in lower case, was taken. Quotes that could
// have been others make no difference.
func (l *lexer) text(prefix string) {
	quote := l.source[l.at : l.at+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(l.source[l.at:], triple) {
		quote = triple
	}
	l.at += len(quote)
	if strings.ContainsAny(prefix, "ft") && l.fields < mostFields {
		l.emit(operator, strings.Trim(prefix, "r")+`"`)
		l.formatted(quote, prefix, false)
		return
	}
	l.emitText(l.literal(quote, false), prefix)
}

// escapes are those that only the choice of quotes, or of lines, asks for.
var escapes = strings.NewReplacer(`\\`, `\\`, `\'`, `'`, `\"`, `"`, "\\\n", "")

// emitText emits the text between quotes, with its prefix before it.
func (l *lexer) emitText(s, prefix string) {
	if strings.Contains(s, `\`) {
		if strings.Contains(prefix, "r") {
			s = strings.ReplaceAll(s, `\`, `\\`)
		} else {
			s = escapes.Replace(s)
		}
	}
	l.emit(text, strings.Trim(prefix, "ru")+`"`+s)
}

// literal takes the rest of a string to behind its quote, or up to the brace that
// starts or ends a field of a formatted one.
func (l *lexer) literal(quote string, formatted bool) string {
	start := l.at
	for l.at < len(l.source) {
		c := l.source[l.at]
		switch {
		case c == '\\':
			l.at++
		case c == quote[0] && strings.HasPrefix(l.source[l.at:], quote):
			s := l.source[start:l.at]
			if !formatted {
				l.at += len(quote)
			}
			return s
		case c == '\n' && len(quote) == 1:
			return l.source[start:l.at]
		case formatted && (c == '{' || c == '}'):
			if l.at+1 == len(l.source) || l.source[l.at+1] != c {
				return l.source[start:l.at]
			}
			l.at++
		}
		l.at++
	}
	l.at = len(l.source)
	return l.source[start:]
}

// formatted takes the rest of a formatted string: text, and fields in braces whose
// expressions are tokens. A specification, which is what follows the colon of a
// field, is such a string that a brace ends.
func (l *lexer) formatted(quote, prefix string, specification bool) {
	for l.at < len(l.source) {
		if s := l.literal(quote, true); s != "" {
			l.emitText(s, prefix)
		}
		switch {
		case l.at == len(l.source):
			return
		case l.source[l.at] == '{' && l.fields < mostFields:
			l.field(quote, prefix)
		case l.source[l.at] == '{' || l.source[l.at] == '}' && !specification:
			l.at++
		case l.source[l.at] == '}':
			return
		case l.source[l.at] == '\n':
			return
		default:
			if !specification {
				l.at += len(quote)
			}
			return
		}
	}
}

// field takes a field from its opening to behind its closing brace. It ends with
// the line where the string does.
func (l *lexer) field(quote, prefix string) {
	l.at++
	l.fields++
	l.emit(operator, "{field")
	l.open = append(l.open, bracket{token: len(l.tokens) - 1})
	ground := len(l.open)
	for ended := false; !ended && l.at < len(l.source); {
		ended = l.inField(quote, prefix, len(l.open) == ground)
	}
	l.open = l.open[:ground-1]
	l.emit(operator, "}")
	l.fields--
}

// inField takes the next token of a field and is true when that was its end.
// Outer says that no bracket of the expression is open.
func (l *lexer) inField(quote, prefix string, outer bool) bool {
	rest := l.source[l.at:]
	switch c := rest[0]; {
	case c == '\n' && len(quote) == 1:
		return true
	case c == ' ' || c == '\t' || c == '\f' || c == '\n' || c == '\r':
		l.at++
	case c == '#' || c == '\\':
		l.at++
	case outer && c == '}':
		l.at++
		return true
	case outer && c == ':' && l.open[len(l.open)-1].lambdas == 0:
		l.at++
		l.emit(operator, ":")
		l.formatted(quote, prefix, true)
	case outer && c == quote[0] && strings.HasPrefix(rest, quote) && broken(rest[len(quote):]):
		return true
	default:
		l.token()
	}
	return false
}

// farthestBrace is how far behind a quote the brace of its field is looked for.
const farthestBrace = 256

// broken reports whether a quote in a field can only be the end of a string whose
// field was left open: no brace follows on this line.
func broken(rest string) bool {
	rest = rest[:min(farthestBrace, len(rest))]
	end := strings.IndexAny(rest, "}\n")
	return end < 0 || rest[end] == '\n'
}

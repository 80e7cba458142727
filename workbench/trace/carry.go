package trace

import "strings"

// physical is one line of a source text, terminated or not.
type physical struct {
	end     int  // offset of its terminator, or of the end of the text
	carries bool // a comment can be put at its end
}

// scanner finds the lines of a Python source that can carry a comment: those that
// do not end inside a string literal or in a backslash.
type scanner struct {
	text  string
	pos   int
	lines []physical
}

func scan(text string) []physical {
	s := scanner{text: text}
	for s.pos < len(text) {
		s.code(false)
	}
	s.lines = append(s.lines, physical{end: len(text), carries: true})
	return s.lines
}

// code passes over one token outside of string literals. Within the braces of
// an f-string no line can carry a comment, as old interpreters refuse it there.
func (s *scanner) code(braces bool) {
	switch c := s.text[s.pos]; {
	case c == '#':
		for s.pos < len(s.text) && !newline(s.text[s.pos]) {
			s.pos++
		}
	case newline(c):
		s.breakLine(!braces)
	case c == '\\' && s.pos+1 < len(s.text) && newline(s.text[s.pos+1]):
		s.pos++
		s.breakLine(false)
	case c == '"' || c == '\'':
		s.literal("")
	case letter(c):
		s.word()
	default:
		s.pos++
	}
}

func newline(c byte) bool { return c == '\n' || c == '\r' }

func letter(c byte) bool {
	return c == '_' || c >= 0x80 || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// word passes over a name or number, and the literal that it may be a prefix of.
func (s *scanner) word() {
	start := s.pos
	for s.pos < len(s.text) && letter(s.text[s.pos]) {
		s.pos++
	}
	if s.pos < len(s.text) && (s.text[s.pos] == '"' || s.text[s.pos] == '\'') {
		s.literal(strings.ToLower(s.text[start:s.pos]))
	}
}

func (s *scanner) breakLine(carries bool) {
	s.lines = append(s.lines, physical{end: s.pos, carries: carries})
	if strings.HasPrefix(s.text[s.pos:], "\r\n") {
		s.pos++
	}
	s.pos++
}

// literal passes over a string literal from its opening quotes on.
func (s *scanner) literal(prefix string) {
	quote := s.text[s.pos : s.pos+1]
	if strings.HasPrefix(s.text[s.pos:], strings.Repeat(quote, 3)) {
		quote = strings.Repeat(quote, 3)
	}
	formatted := len(prefix) <= 2 && strings.ContainsAny(prefix, "ft")
	s.pos += len(quote)
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; {
		case strings.HasPrefix(s.text[s.pos:], quote):
			s.pos += len(quote)
			return
		case newline(c) && len(quote) == 1:
			return // not terminated: an error of the program
		default:
			s.inside(c, formatted)
		}
	}
}

// inside passes over one character, or one replacement field, of a literal.
func (s *scanner) inside(c byte, formatted bool) {
	switch {
	case newline(c):
		s.breakLine(false)
	case c == '\\':
		s.pos++
		if s.pos < len(s.text) && newline(s.text[s.pos]) {
			s.breakLine(false)
		} else {
			s.pos++
		}
	case formatted && strings.HasPrefix(s.text[s.pos:], "{{"):
		s.pos += 2
	case formatted && c == '{':
		s.pos++
		s.field()
	default:
		s.pos++
	}
}

// field passes over a replacement field of an f-string, after its brace.
func (s *scanner) field() {
	depth, format := 0, false
	for s.pos < len(s.text) {
		c := s.text[s.pos]
		switch {
		case c == '}' && depth == 0:
			s.pos++
			return
		case format:
			s.inside(c, true)
		case c == ':' && depth == 0:
			format = true
			s.pos++
		default:
			depth += nesting(c)
			s.code(true)
		}
	}
}

func nesting(c byte) int {
	switch c {
	case '(', '[', '{':
		return 1
	case ')', ']', '}':
		return -1
	}
	return 0
}

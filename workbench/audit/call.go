package audit

import (
	"regexp"
	"strings"
)

// argument is one argument of a call; its value is opaque where it is no literal.
type argument struct {
	name  string // of a keyword argument
	value value
}

// call is the call of a function as somebody wrote it.
type call struct {
	at       span
	function string // its last name: of a method the method's
	args     []argument
	plain    bool // all arguments are literals
}

var callStart = regexp.MustCompile(`\b(?:[A-Za-z_]\w*(?:\([^()]*\))?\.)*([A-Za-z_]\w*)\(`)

// calls finds the calls in text of functions that are known.
func calls(text string, known map[string]bool) []call {
	var found []call
	for at := 0; at < len(text); {
		m := callStart.FindStringSubmatchIndex(text[at:])
		if m == nil {
			break
		}
		c := call{at: span{at + m[0], 0}, function: text[at+m[2] : at+m[3]]}
		open := at + m[1]
		at = open
		if !known[c.function] {
			continue
		}
		var ok bool
		if c.args, c.at.end, ok = arguments(text, open); !ok {
			continue
		}
		c.plain = true
		for _, a := range c.args {
			c.plain = c.plain && a.value.kind != opaque
		}
		found = append(found, c)
		at = c.at.end
	}
	return found
}

var keyword = regexp.MustCompile(`^\s*([A-Za-z_]\w*)\s*=[^=]`)

// arguments reads arguments from behind the opening parenthesis to behind the
// closing one.
func arguments(text string, at int) (args []argument, end int, ok bool) {
	for {
		from := at
		at = argumentEnd(text, at)
		if at >= len(text) {
			return nil, 0, false
		}
		if written := strings.TrimSpace(text[from:at]); written != "" {
			var a argument
			if m := keyword.FindStringSubmatchIndex(written); m != nil {
				a.name, written = written[m[2]:m[3]], written[m[1]-1:]
			}
			a.value = parseRendered(strings.TrimSpace(written))
			args = append(args, a)
		}
		if text[at] == ')' {
			return args, at + 1, true
		}
		at++
	}
}

// argumentEnd is where the comma or parenthesis behind an argument stands.
func argumentEnd(text string, at int) int {
	depth := 0
	for at < len(text) {
		switch c := text[at]; c {
		case '\'', '"':
			p := literalParser{text: text, pos: at}
			if _, ok := p.string(false); !ok {
				return len(text)
			}
			at = p.pos - 1
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth == 0 {
				return at
			}
			depth--
		case ',':
			if depth == 0 {
				return at
			}
		}
		at++
	}
	return at
}

// sameCall compares the written arguments of two calls.
func sameCall(a, b call) likeness {
	if a.function != b.function || len(a.args) != len(b.args) {
		return different
	}
	result := same
	for i := range a.args {
		if a.args[i].name != b.args[i].name {
			return unknown
		}
		switch compare(a.args[i].value, b.args[i].value) {
		case different:
			return different
		case unknown:
			result = unknown
		}
	}
	return result
}

// expectation is what a test asserts of the one call that it makes.
type expectation struct {
	call     call
	value    value
	asserted bool // call == value, and nothing else, is asserted
	wanted   bool // value is what something made of the call is compared with
	truth    bool // only the truth of the returned value is asserted
	direct   bool // what the calls return is looked at as it is, not sorted or rounded
}

var (
	assertion = regexp.MustCompile(`(?m)^\s*assert\b\s*`)
	compared  = regexp.MustCompile(`^\s*(?:==|is\b)\s*`)
	message   = regexp.MustCompile(`^\s*(?:,|#|;?\s*$)`)

	bareBefore = regexp.MustCompile(`(?:\bassert|[=!<>]=|\bnot|\band|\bor|\bis|[^=!<>]=|^)\s*$`)
	bareAfter  = regexp.MustCompile(`^\s*(?:[=!]=|is\b|and\b|or\b|,|;|#|\n|$)`)
)

// comparedWith is the literal on the right side of a comparison.
func comparedWith(body string) (value, bool) {
	for at := 0; at < len(body); at++ {
		switch c := body[at]; {
		case c == '\'' || c == '"':
			p := literalParser{text: body, pos: at}
			if _, ok := p.string(false); !ok {
				return value{}, false
			}
			at = p.pos - 1
		case c == '(' || c == '[' || c == '{':
			for at++; at < len(body) && strings.IndexByte(")]}", body[at]) < 0; at++ {
				if at = argumentEnd(body, at); at < len(body) && body[at] != ',' {
					break
				}
			}
		case strings.HasPrefix(body[at:], " == "):
			v, n, ok := parseLiteral(body[at+len(" == "):])
			return v, ok && message.MatchString(body[at+len(" == ")+n:])
		}
	}
	return value{}, false
}

// readTest reads a test that is one assert on one call of a known function.
func readTest(code string, known map[string]bool) expectation {
	var e expectation
	asserts := assertion.FindAllStringIndex(code, -1)
	found := calls(code, known)
	if len(found) > 0 {
		e.call, e.direct = found[0], true
	}
	for _, c := range found {
		e.direct = e.direct && bareBefore.MatchString(code[:c.at.start]) && bareAfter.MatchString(code[c.at.end:])
	}
	if len(asserts) == 1 {
		e.value, e.wanted = comparedWith(code[asserts[0][1]:])
	}
	if len(asserts) != 1 || len(found) != 1 || found[0].at.start < asserts[0][1] {
		return e
	}
	body, c := code[asserts[0][1]:], found[0].at
	before, after := body[:c.start-asserts[0][1]], body[c.end-asserts[0][1]:]
	if m := compared.FindString(after); m != "" && before == "" {
		v, n, ok := parseLiteral(after[len(m):])
		if e.asserted = ok && message.MatchString(after[len(m)+n:]); e.asserted {
			e.value = v
		}
	} else if v, n, ok := parseLiteral(before); ok && message.MatchString(after) {
		between := before[n:]
		m := compared.FindString(between)
		e.value, e.asserted = v, m != "" && between == m
	} else if message.MatchString(after) && (before == "" || before == "not ") {
		e.value, _ = parseWhole(map[bool]string{true: "True", false: "False"}[before == ""])
		e.asserted, e.truth = true, true
	}
	return e
}

package likeness

import (
	"slices"
	"strings"
)

// kind is what a token is.
type kind uint8

const (
	word     kind = iota // a name or a keyword
	number               // in lower case, without underscores
	text                 // of a string, without its quotes
	operator             // or any byte that is nothing else
	newline              // the end of a statement
	indent
	dedent
)

// token is one token of a program.
type token struct {
	kind   kind
	text   string
	opener int   // the place of the bracket it stands in, -1 outside all; a closing one stands outside
	closer int   // of an opening bracket, the place of the closing one; 0 where there is none
	group  group // of an opening bracket
}

// group is what an opening bracket is there for, if for nothing but grouping.
type group uint8

const (
	noGroup group = iota
	plain         // one value
	tuple         // values with commas between them
)

// bracket is one that is open.
type bracket struct {
	token   int  // its place
	commas  int  // in it so far
	lambdas int  // in it that wait for their colon
	needed  bool // what is in it cannot stand without it
}

// lexer cuts a program into tokens. Comments, empty lines, the width of indents,
// joined lines and strings that stand as a statement leave none. It goes forward
// only, so it is linear, and it takes any bytes: an open string ends with its line
// or the program, a bracket that nothing opened is an operator.
type lexer struct {
	source  string
	at      int
	tokens  []token
	open    []bracket // the first is the ground, which no token opened
	columns []int     // of the blocks that are open
	start   int       // the first token of the statement
	suites  int       // opened on the line itself: `if x: return`
	fields  int       // of formatted strings, one in the other
}

// tokenize cuts a program into tokens.
func tokenize(source string) []token {
	l := lexer{source: strings.TrimPrefix(source, "\ufeff"), tokens: make([]token, 0, len(source)/4+8), open: []bracket{{token: -1}}}
	for l.line() {
		for !l.endLine() && l.at < len(l.source) {
			l.token()
		}
	}
	l.endStatement()
	l.closeSuites()
	for range l.columns {
		l.emit(dedent, "")
	}
	return l.tokens
}

// line goes to the first token of the next line that has one and opens or closes
// the blocks that its indentation says. It is false at the end of the program.
func (l *lexer) line() bool {
	column := 0
	for l.at < len(l.source) {
		switch l.source[l.at] {
		case ' ':
			column++
		case '\t':
			column = (column/8 + 1) * 8
		case '\n', '\r', '\f':
			column = 0
		case '#':
			l.skipComment()
			continue
		default:
			l.block(column)
			return true
		}
		l.at++
	}
	return false
}

func (l *lexer) skipComment() {
	for l.at < len(l.source) && l.source[l.at] != '\n' && l.source[l.at] != '\r' {
		l.at++
	}
}

func (l *lexer) block(column int) {
	for len(l.columns) > 0 && column < l.columns[len(l.columns)-1] {
		l.columns = l.columns[:len(l.columns)-1]
		l.emit(dedent, "")
	}
	if column > 0 && (len(l.columns) == 0 || column > l.columns[len(l.columns)-1]) {
		l.columns = append(l.columns, column)
		l.emit(indent, "")
	}
	l.start = len(l.tokens)
}

// endLine steps over blanks, comments and joined lines, and is true when it
// stepped over the end of a line outside brackets.
func (l *lexer) endLine() bool {
	for l.at < len(l.source) {
		switch c := l.source[l.at]; {
		case c == ' ' || c == '\t' || c == '\f':
			l.at++
		case c == '\\' && l.at+1 < len(l.source) && (l.source[l.at+1] == '\n' || l.source[l.at+1] == '\r'):
			l.at += 2
			if strings.HasPrefix(l.source[l.at-1:], "\r\n") {
				l.at++
			}
		case c == '#':
			l.skipComment()
		case c == '\n' || c == '\r':
			l.at++
			if len(l.open) == 1 {
				l.endStatement()
				l.closeSuites()
				return true
			}
		default:
			return false
		}
	}
	return false
}

// endStatement ends a statement that has tokens. One that is only a string, such
// as a docstring, is a comment.
func (l *lexer) endStatement() {
	statement := l.tokens[l.start:]
	if len(statement) > 0 && !slices.ContainsFunc(statement, func(t token) bool { return t.kind != text }) {
		l.tokens = l.tokens[:l.start]
	} else if len(statement) > 0 {
		l.emit(newline, "")
	}
	l.start = len(l.tokens)
	l.open[0].lambdas = 0
}

func (l *lexer) closeSuites() {
	for ; l.suites > 0; l.suites-- {
		l.emit(dedent, "")
	}
	l.start = len(l.tokens)
}

func (l *lexer) emit(k kind, s string) {
	l.tokens = append(l.tokens, token{kind: k, text: s, opener: l.open[len(l.open)-1].token})
}

// token takes the token that starts here.
func (l *lexer) token() {
	c := l.source[l.at]
	switch {
	case isLetter(c):
		l.word()
	case isDigit(c) || c == '.' && l.at+1 < len(l.source) && isDigit(l.source[l.at+1]):
		l.number()
	case c == '"' || c == '\'':
		l.text("")
	default:
		l.operator()
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80 }

func (l *lexer) word() {
	start := l.at
	for l.at < len(l.source) && (isLetter(l.source[l.at]) || isDigit(l.source[l.at])) {
		l.at++
	}
	s := l.source[start:l.at]
	if l.at < len(l.source) && (l.source[l.at] == '"' || l.source[l.at] == '\'') && len(s) <= 2 && strings.Trim(s, "rRbBuUfFtT") == "" {
		l.text(strings.ToLower(s))
		return
	}
	switch top := &l.open[len(l.open)-1]; s {
	case "lambda":
		top.lambdas++
	case "for", "yield":
		top.needed = true
	}
	l.emit(word, s)
}

func (l *lexer) number() {
	start := l.at
	for l.at < len(l.source) {
		c := l.source[l.at]
		exponent := l.at > start && (c == '+' || c == '-') && l.source[l.at-1]|0x20 == 'e' && !strings.HasPrefix(l.source[start:], "0x")
		if !isLetter(c) && !isDigit(c) && c != '.' && !exponent {
			break
		}
		l.at++
	}
	l.emit(number, strings.ToLower(strings.ReplaceAll(l.source[start:l.at], "_", "")))
}

// operator takes the longest operator that starts here. Commas before a closing
// bracket that say nothing are dropped, semicolons end statements, and a suite
// behind a colon is put on lines of its own.
func (l *lexer) operator() {
	s := longestOperator(l.source[l.at:])
	l.at += len(s)
	switch s {
	case "(", "[", "{":
		l.emit(operator, s)
		l.open = append(l.open, bracket{token: len(l.tokens) - 1})
		return
	case ")", "]", "}":
		l.closeBracket(s)
	case ",":
		l.open[len(l.open)-1].commas++
	case ":=":
		l.open[len(l.open)-1].needed = true
	case ";":
		if len(l.open) == 1 {
			l.endStatement()
			return
		}
	case ":":
		if l.colon() {
			return
		}
	}
	l.emit(operator, s)
}

// operators are those of more than one byte, the longest first.
var operators = []string{"**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "->", ":=",
	"==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "@=", "&=", "|=", "^="}

func longestOperator(s string) string {
	if len(s) > 1 && !isLetter(s[1]) && s[1] != ' ' {
		for _, o := range operators {
			if s[0] == o[0] && strings.HasPrefix(s, o) {
				return o
			}
		}
	}
	return s[:1]
}

func (l *lexer) closeBracket(s string) {
	if len(l.open) == 1 || l.tokens[l.open[len(l.open)-1].token].text == "{field" {
		return
	}
	b := l.open[len(l.open)-1]
	l.open = l.open[:len(l.open)-1]
	last, call := len(l.tokens)-1, calls(l.tokens, b.token)
	if l.tokens[last].is(",") && (s != ")" || b.commas > 1 || call) {
		l.tokens = l.tokens[:last]
		last--
	}
	opening := &l.tokens[b.token]
	opening.closer = last + 1
	if s == ")" && opening.text == "(" && !call && !b.needed && last > b.token {
		opening.group = plain
		if b.commas > 0 {
			opening.group = tuple
		}
	}
}

// calls reports whether the bracket at this place follows a value, so that it is a
// call, a subscript or the parameters of a function.
func calls(tokens []token, at int) bool {
	if at == 0 {
		return false
	}
	switch before := tokens[at-1]; before.kind {
	case word:
		return !keywords[before.text]
	case text:
		return true
	case operator:
		return before.text == ")" || before.text == "]"
	}
	return false
}

// keywords are the words that can be no name.
var keywords = map[string]bool{"False": true, "None": true, "True": true, "and": true, "as": true, "assert": true, "async": true,
	"await": true, "break": true, "class": true, "continue": true, "def": true, "del": true, "elif": true, "else": true, "except": true,
	"finally": true, "for": true, "from": true, "global": true, "if": true, "import": true, "in": true, "is": true, "lambda": true,
	"nonlocal": true, "not": true, "or": true, "pass": true, "raise": true, "return": true, "try": true, "while": true, "with": true,
	"yield": true}

// heads are the words that start a statement with a block.
var heads = map[string]bool{"async": true, "class": true, "def": true, "elif": true, "else": true, "except": true, "finally": true,
	"for": true, "if": true, "try": true, "while": true, "with": true, "match": true, "case": true}

// colon is true when it took a colon that ends the head of a block together with
// the break between the head and a suite on the same line.
func (l *lexer) colon() bool {
	top := &l.open[len(l.open)-1]
	if top.lambdas > 0 {
		top.lambdas--
		return false
	}
	if len(l.open) > 1 || l.start == len(l.tokens) || l.tokens[l.start].kind != word || !heads[l.tokens[l.start].text] {
		return false
	}
	l.emit(operator, ":")
	rest := strings.TrimLeft(l.source[l.at:], " \t\f")
	if rest == "" || strings.IndexByte("\r\n#\\", rest[0]) >= 0 {
		return true
	}
	l.emit(newline, "")
	l.emit(indent, "")
	l.suites++
	l.start = len(l.tokens)
	return true
}

package likeness

import "strings"

// names are those that a program gives itself, and so could have called otherwise.
// A name that it only uses, such as that of a built-in function, a module or a
// method of another's class, is none of them.
type names struct {
	tokens     []token
	variables  map[string]bool // of variables, parameters, functions and classes
	parameters map[string]bool // those of them that a call can name
	attributes map[string]bool // behind a dot: methods and fields
	imports    map[int]bool    // the places of import statements; true where the name is another's
}

// namesOf finds the names that a program binds.
func namesOf(tokens []token) names {
	n := names{tokens, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[int]bool{}}
	var classes []bool // for each open block, whether it is a class's
	for start := 0; start < len(tokens); {
		end := start
		for end < len(tokens) && tokens[end].kind < newline {
			end++
		}
		n.statement(start, end, len(classes) > 0 && classes[len(classes)-1])
		isClass := end > start && tokens[start].is("class")
		for start = end; start < len(tokens) && tokens[start].kind >= newline; start++ {
			switch {
			case tokens[start].kind == indent:
				classes = append(classes, isClass)
			case tokens[start].kind == dedent && len(classes) > 0:
				classes = classes[:len(classes)-1]
			}
		}
	}
	return n
}

func (t token) is(word string) bool { return t.kind <= operator && t.text == word }

// at is the token at a place, or none outside the program.
func (n names) at(i int) token {
	if i < 0 || i >= len(n.tokens) {
		return token{kind: newline}
	}
	return n.tokens[i]
}

// bind takes the name at a place, if it is one that the program may choose. In
// the body of a class it is an attribute, too.
func (n names) bind(i int, inClass bool) {
	t := n.at(i)
	if t.kind != word || keywords[t.text] || strings.HasPrefix(t.text, "__") && strings.HasSuffix(t.text, "__") {
		return
	}
	n.variables[t.text] = true
	if inClass {
		n.attributes[t.text] = true
		n.parameters[t.text] = true // as the fields of a data class are
	}
}

// statement binds the names of the statement from start to before end.
func (n names) statement(start, end int, inClass bool) {
	first := start
	if n.at(first).is("async") {
		first++
	}
	switch {
	case n.at(first).is("def"):
		n.bind(first+1, inClass)
		n.parametersOf(first + 2)
	case n.at(first).is("class"):
		n.bind(first+1, inClass)
		n.typeParameters(first + 2)
	case n.at(first).is("import") || n.at(first).is("from"):
		for i := first; i <= end; i++ {
			n.imports[i] = !n.at(i - 1).is("as")
		}
	case n.at(first).is("case") && n.at(end-1).is(":"):
		n.captures(first+1, end)
	default:
		n.targets(start, end, inClass)
	}
	n.expressions(start, end)
}

// expressions binds what can be bound within any statement.
func (n names) expressions(start, end int) {
	for i := start; i < end; i++ {
		switch n.tokens[i].text {
		case "lambda":
			n.listed(i, n.tokens[i].opener, ":")
		case "for":
			n.bindTargets(i+1, end, false)
		case ":=":
			n.bind(i-1, false)
		case "as":
			if n.at(i + 1).is("(") {
				n.bindTargets(i+1, n.behind(i+1, end), false)
			} else {
				n.bind(i+1, false)
			}
		}
	}
}

// parametersOf binds the parameters of a function, those of its types first.
func (n names) parametersOf(i int) {
	i = n.typeParameters(i)
	if n.at(i).is("(") {
		n.listed(i, i, ")")
	}
}

// typeParameters binds the names in a bracket at i and returns the place behind.
func (n names) typeParameters(i int) int {
	if !n.at(i).is("[") {
		return i
	}
	return n.listed(i, i, "]") + 1
}

// listed binds parameters: the names behind the token at i and behind each comma
// and star after it, within the same bracket, up to the token end. It returns the
// place of the end.
func (n names) listed(i, opener int, end string) int {
	outer := n.at(i).opener
	for i++; i < len(n.tokens); i++ {
		t := n.tokens[i]
		if t.kind >= newline || t.opener == outer && t.is(end) || t.opener == opener && t.is("lambda") {
			break
		}
		if t.is("(") || t.is("[") || t.is("{") {
			if t.closer == 0 {
				break
			}
			i = t.closer
			continue
		}
		if t.kind != word || t.opener != opener {
			continue
		}
		switch n.tokens[i-1].text {
		case "lambda", "(", "[", ",", "*", "**":
			n.bind(i, false)
			n.parameters[t.text] = true
		}
	}
	return i
}

// captures binds the names in the pattern of a case.
func (n names) captures(start, end int) {
	for i := start; i < end && !n.tokens[i].is("if"); i++ {
		switch next := n.at(i + 1); {
		case n.tokens[i-1].is("."), next.is("("), next.is("."), next.is("="):
		default:
			n.bind(i, false)
		}
	}
}

// targets binds what a statement assigns to.
func (n names) targets(start, end int, inClass bool) {
	if n.at(start).kind == word && heads[n.at(start).text] && n.at(end-1).is(":") {
		return
	}
	last := start
	for i := start; i < end; i++ {
		if t := n.tokens[i]; t.opener < start && t.kind == operator && (isAssignment(t.text) || t.text == ":") {
			last = i
			if t.text == ":" {
				break // an annotation; what follows is no target
			}
		}
	}
	n.bindTargets(start, last, inClass)
}

func isAssignment(s string) bool {
	return s == "=" || len(s) > 1 && s[len(s)-1] == '=' && s != "==" && s != "!=" && s != "<=" && s != ">=" && s != ":="
}

// bindTargets binds the targets from start on, up to before end or the next
// keyword. What is in a subscript or a call is no target, nor is what has one;
// behind a dot it is an attribute.
func (n names) bindTargets(start, end int, inClass bool) {
	for i := start; i < end && !(n.tokens[i].kind == word && keywords[n.tokens[i].text]); i++ {
		t := n.tokens[i]
		if t.kind == operator && (t.text == "(" || t.text == "[") && i > start && calls(n.tokens, i) {
			i = n.behind(i, end)
			continue
		}
		if t.kind != word || n.at(i+1).is(".") || n.at(i+1).is("[") || n.at(i+1).is("(") {
			continue
		}
		if n.at(i - 1).is(".") {
			if !strings.HasPrefix(t.text, "__") {
				n.attributes[t.text] = true
			}
			continue
		}
		n.bind(i, inClass)
	}
}

// behind is the place of the token that closes the bracket at i, or end.
func (n names) behind(i, end int) int {
	if closer := n.tokens[i].closer; closer > 0 {
		return min(closer, end)
	}
	return end
}

// role is what the text of a token means.
type role uint8

const (
	fixed     role = iota // it is what it is
	variable              // any other name would do
	attribute             // so it would behind a dot
)

// role of the token at i.
func (n names) role(i int) role {
	t := n.tokens[i]
	switch {
	case t.kind != word:
		return fixed
	case i > 0 && n.tokens[i-1].is("."):
		if n.attributes[t.text] {
			return attribute
		}
		return fixed
	case !n.variables[t.text] || n.imports[i] || n.foreign(i):
		return fixed
	}
	return variable
}

// foreign reports whether the token at i is the name of an argument of a call that
// the program does not define.
func (n names) foreign(i int) bool {
	opener := n.tokens[i].opener
	if !n.at(i+1).is("=") || opener < 1 || !n.tokens[opener].is("(") || !calls(n.tokens, opener) ||
		!n.tokens[i-1].is("(") && !n.tokens[i-1].is(",") || n.at(opener-2).is("def") {
		return false
	}
	callee := n.tokens[opener-1].text
	own := n.variables[callee]
	if n.at(opener - 2).is(".") {
		own = n.attributes[callee]
	}
	return !own || !n.parameters[n.tokens[i].text]
}

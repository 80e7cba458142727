package audit

import (
	"regexp"
	"slices"
	"strings"
)

// loop is a for or while statement of the program, by its lines, from 1.
type loop struct {
	header, first, last int // its line, and those of its body
	target              string
}

// layout is what the text of a program tells of its lines.
type layout struct {
	lines       []string // without comments and blanks around
	indents     []int
	loops       []loop
	variables   map[string]bool // names that are given a value somewhere
	comprehends bool            // it has loops that are not on lines of their own
	distinct    []string        // lines that no words of English are, and that stand once
}

var (
	loopLine    = regexp.MustCompile(`^(?:async )?(?:for\b(.*?)\bin\b|while\b).*:$`)
	assigned    = regexp.MustCompile(`([A-Za-z_]\w*)(?:\[[^=]*\])?\s*(?:[-+*/%|&^@]|//|\*\*|>>|<<|:)?=[^=]`)
	targets     = regexp.MustCompile(`^\(?\s*((?:[A-Za-z_]\w*\s*,\s*)+[A-Za-z_]\w*)\)?\s*=[^=]`)
	comprehends = regexp.MustCompile(`\bfor\s+([A-Za-z_][\w\s,]*?)\s+in\b`)
	bindsAs     = regexp.MustCompile(`\bas ([A-Za-z_]\w*)`)
	parameters  = regexp.MustCompile(`^(?:async )?def\s+\w+\s*\((.*)`)
	calledName  = regexp.MustCompile(`^((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)(?:\((?:\.\.\.|…)?\))?$`)
	increment   = regexp.MustCompile(`^[\w.\[\]'"]+ (?:\+= 1|= \w+ \+ 1)$`)
	codeLike    = regexp.MustCompile(`[=(\[]|^return (?:-?\d|True|False|None|[\w.]+$)`)
	names       = regexp.MustCompile(`[A-Za-z_]\w*`)
)

func readLayout(program string) layout {
	l := layout{variables: map[string]bool{}}
	for line := range strings.SplitSeq(program, "\n") {
		code, _, _ := strings.Cut(line, "  #")
		text := strings.TrimSpace(code)
		l.lines = append(l.lines, text)
		l.indents = append(l.indents, len(code)-len(strings.TrimLeft(code, " \t")))
		l.bind(text)
	}
	for i, text := range l.lines {
		if m := loopLine.FindStringSubmatch(text); m != nil {
			if first, last := l.body(i + 1); first > 0 {
				l.loops = append(l.loops, loop{i + 1, first, last, strings.TrimSpace(m[1])})
			}
		}
	}
	for _, text := range l.lines {
		if code := strings.TrimSuffix(text, ":"); codeLike.MatchString(code) && len(l.find(code)) == 1 {
			l.distinct = append(l.distinct, code)
		}
	}
	return l
}

// deed is the one line that does what a noun says, empty where none or several do.
func (l *layout) deed(noun string) string {
	found := ""
	for _, text := range l.lines {
		does := text == noun
		switch noun {
		case "increment":
			does = increment.MatchString(text)
		case "append":
			does = strings.Contains(text, ".append(")
		case "return":
			does = strings.HasPrefix(text, "return")
		}
		if does && found != "" {
			return ""
		}
		if does {
			found = text
		}
	}
	return found
}

func (l *layout) bind(text string) {
	for _, m := range assigned.FindAllStringSubmatch(text, -1) {
		l.variables[m[1]] = true
	}
	for _, m := range comprehends.FindAllStringSubmatch(text, -1) {
		l.comprehends = l.comprehends || !loopLine.MatchString(text)
		for _, name := range names.FindAllString(m[1], -1) {
			l.variables[name] = true
		}
	}
	for _, m := range bindsAs.FindAllStringSubmatch(text, -1) {
		l.variables[m[1]] = true
	}
	group := ""
	if m := targets.FindStringSubmatch(text); m != nil {
		group = m[1]
	} else if m := loopLine.FindStringSubmatch(text); m != nil {
		group = m[1]
	} else if m := parameters.FindStringSubmatch(text); m != nil {
		for part := range strings.SplitSeq(m[1], ",") {
			l.variables[names.FindString(part)] = true
		}
	}
	for _, name := range names.FindAllString(group, -1) {
		l.variables[name] = true
	}
}

// body is the range of lines that belong to a compound statement, 0 for none.
func (l *layout) body(header int) (first, last int) {
	for i := header; i < len(l.lines); i++ {
		if l.lines[i] == "" {
			continue
		}
		if l.indents[i] <= l.indents[header-1] {
			break
		}
		if first == 0 {
			first = i + 1
		}
		last = i + 1
	}
	return first, last
}

// calling is the one line that calls a method or function as code names it: `append`,
// `parts.append(...)`; empty where none or several do.
func (l *layout) calling(code string) string {
	m := calledName.FindStringSubmatch(code)
	if m == nil {
		return ""
	}
	found := ""
	for _, text := range l.lines {
		if at := strings.Index(text, m[1]+"("); at < 0 || at > 0 && identifierByte(text[at-1]) || strings.HasPrefix(text, "def ") {
			continue
		}
		if found != "" {
			return ""
		}
		found = text
	}
	return found
}

// last is the last line of a function, 0 where the program has none of that name or
// several.
func (l *layout) last(function string) (line int) {
	for i, text := range l.lines {
		if m := define.FindStringSubmatch(text); m == nil || m[1] != function {
			continue
		}
		if line > 0 {
			return 0
		}
		_, line = l.body(i + 1)
	}
	return line
}

// nested says whether a loop stands in the body of another.
func (l *layout) nested(inner loop) bool {
	return slices.ContainsFunc(l.loops, func(outer loop) bool { return outer.first <= inner.header && inner.header <= outer.last })
}

// find returns the lines whose code is the given one, a colon at the end aside.
func (l *layout) find(code string) (found []int) {
	want := strings.TrimSuffix(strings.TrimSpace(code), ":")
	for i, text := range l.lines {
		if want != "" && strings.TrimSuffix(text, ":") == want {
			found = append(found, i+1)
		}
	}
	return found
}

// headed returns the lines that begin with a keyword.
func (l *layout) headed(keyword string) (found []int) {
	for i, text := range l.lines {
		if rest, ok := strings.CutPrefix(text, keyword); ok && strings.HasSuffix(text, ":") && (rest[0] == ' ' || rest[0] == ':' || rest[0] == '(') {
			found = append(found, i+1)
		}
	}
	return found
}

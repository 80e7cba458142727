package audit

import (
	"regexp"
	"strings"
)

// loop is a for or while statement of the program, by its lines, from 1.
type loop struct {
	header, first, last int // its line, and those of its body
	target              string
}

// layout is what the text of a program tells of its lines.
type layout struct {
	lines     []string // without comments and blanks around
	indents   []int
	loops     []loop
	variables map[string]bool // names that are given a value somewhere
}

var (
	loopLine    = regexp.MustCompile(`^(?:async )?(?:for\b(.*?)\bin\b|while\b).*:$`)
	assigned    = regexp.MustCompile(`([A-Za-z_]\w*)(?:\[[^=]*\])?\s*(?:[-+*/%|&^@]|//|\*\*|>>|<<|:)?=[^=]`)
	targets     = regexp.MustCompile(`^\(?\s*((?:[A-Za-z_]\w*\s*,\s*)+[A-Za-z_]\w*)\)?\s*=[^=]`)
	comprehends = regexp.MustCompile(`\bfor\s+([A-Za-z_][\w\s,]*?)\s+in\b`)
	bindsAs     = regexp.MustCompile(`\bas ([A-Za-z_]\w*)`)
	parameters  = regexp.MustCompile(`^(?:async )?def\s+\w+\s*\((.*)`)
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
	return l
}

func (l *layout) bind(text string) {
	for _, m := range assigned.FindAllStringSubmatch(text, -1) {
		l.variables[m[1]] = true
	}
	for _, m := range comprehends.FindAllStringSubmatch(text, -1) {
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

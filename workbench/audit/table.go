package audit

import (
	"regexp"
	"strconv"
	"strings"
)

// cell is what a row of a table says in one column.
type cell struct {
	header string // of its column, without marks
	at     span   // its words, without the blanks around them
}

var (
	tableRow  = regexp.MustCompile(`^\s*\|.*\|\s*$`)
	tableRule = regexp.MustCompile(`^\s*\|(?:\s*:?-+:?\s*\|)+\s*$`)
	roundHead = regexp.MustCompile(`(?i)^(?:(?:loop )?(?:iteration|iter|pass|round|cycle|turn)s?\b|#|no\.?$)`)
	stepHeads = regexp.MustCompile(`(?i)^(?:trace )?steps?\b`)
	lineHead  = regexp.MustCompile(`(?i)^lines?\b`)
	momentOf  = regexp.MustCompile(`(?i)^(step|line|iteration|pass|round) #?(\d{1,6})$`)
	ofHead    = regexp.MustCompile(`(?i)^([A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[(?:-?\d{1,6}|'[^']*'|"[^"]*")\])?)(?:\s+(?:after\w*|at|now|value|before|in|then|when)\b.*|\s*\(.*\))?$`)
	otherHead = regexp.MustCompile(`(?i)\b(?:expected|should|correct|fixed|wanted|after (?:the )?(?:fix|change))\b`)
)

// tableAt says whether a table begins at a byte.
func tableAt(text string, at int) bool {
	head, next := lineAt(text, at)
	rule, _ := lineAt(text, next)
	return tableRow.MatchString(head) && tableRule.MatchString(rule)
}

// table makes each row of the table at a byte a sentence with cells, and returns
// where the table ends.
func (s *splitter) table(at int) (end int) {
	head, next := lineAt(s.text, at)
	_, from := lineAt(s.text, next)
	var headers []string
	for _, c := range cellsOf(head) {
		headers = append(headers, strings.Trim(head[c.start:c.end], "`* "))
	}
	for from < len(s.text) {
		row, after := lineAt(s.text, from)
		if !tableRow.MatchString(row) {
			break
		}
		s.row(row, from, headers)
		from = after
	}
	return from
}

// lineAt is the line that begins at a byte, and where the next begins.
func lineAt(text string, at int) (line string, next int) {
	if at >= len(text) {
		return "", len(text)
	}
	if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
		return text[at : at+n], at + n + 1
	}
	return text[at:], len(text)
}

func (s *splitter) row(row string, at int, headers []string) {
	count := len(s.sentences)
	prose, code := mask(row)
	s.add(at, row, prose, code, span{0, len(row)})
	if len(s.sentences) == count {
		return
	}
	made := &s.sentences[count]
	for i, c := range cellsOf(row) {
		if i < len(headers) {
			made.cells = append(made.cells, cell{headers[i], c})
		}
	}
}

// cellsOf are the places of the cells of a row; a bar in a code span is none.
func cellsOf(row string) (cells []span) {
	prose, _ := mask(row)
	start := -1
	for i := range len(prose) {
		if prose[i] != '|' {
			continue
		}
		if start >= 0 {
			c := span{start, i}
			for c.start < c.end && prose[c.start] == ' ' {
				c.start++
			}
			for c.start < c.end && prose[c.end-1] == ' ' {
				c.end--
			}
			cells = append(cells, c)
		}
		start = i + 1
	}
	return cells
}

// findCells finds the values that a table gives for variables.
func findCells(r *reader) {
	if len(r.s.cells) < 2 {
		return
	}
	first := r.s.cells[0]
	w, step := r.rowTime(first)
	for _, c := range r.s.cells[1:] {
		b, ok := r.cellValue(c)
		if !ok || r.taken(c.at) || otherHead.MatchString(c.header) {
			continue
		}
		if step >= 0 {
			r.atStep(b, step, c.at)
			continue
		}
		made := Claim{Kind: w.kind, name: b.name, value: b.value, number: w.number, when: w.condition, about: r.speaksOf(c.at.start, c.at.end)}
		made.Stated = b.name + " = " + b.value.String() + w.String()
		if r.s.ofRepaired(c.at.start, c.at.end) {
			made.mood = unstated
		}
		r.add(made, c.at)
	}
}

// rowTime is the time of the run that the first cell of a row names: a round, a line,
// the value of a variable, or a step, which is -1 otherwise.
func (r *reader) rowTime(c cell) (w when, step int) {
	w = when{kind: Takes, number: -1}
	text := strings.Trim(r.s.slice(c.at), "`* ")
	if m := momentOf.FindStringSubmatch(text); m != nil {
		c.header, text = m[1], m[2]
	}
	n, err := strconv.Atoi(strings.TrimLeft(text, "#"))
	switch {
	case stepHeads.MatchString(c.header) && err == nil && !r.s.steps:
		return w, n
	case lineHead.MatchString(c.header) && err == nil:
		w.kind, w.number = AtLine, n
	case roundHead.MatchString(c.header) && (err == nil && n > 0 || err != nil && ordinal(text) != lastRound):
		w.kind, w.number = AtRound, ordinal(text)
	case r.headName(c.header) != "":
		if v, ok := parseWhole(text); ok {
			w.kind, w.condition = AtRound, &binding{name: r.headName(c.header), value: v}
		}
	}
	return w, -1
}

// headName is the variable that the header of a column names, empty for none.
func (r *reader) headName(header string) string {
	m := ofHead.FindStringSubmatch(strings.NewReplacer("`", "", "*", "").Replace(header))
	if m == nil || !r.layout.variables[m[1]] && !r.partOf(m[1]) {
		return ""
	}
	return m[1]
}

// cellValue reads a cell as the value of its column's variable, or as "x = 5".
func (r *reader) cellValue(c cell) (b binding, ok bool) {
	text := strings.Trim(r.s.slice(c.at), "`* ")
	if m := assignText.FindStringSubmatch(strings.NewReplacer("`", "").Replace(text)); m != nil && (r.layout.variables[m[1]] || r.partOf(m[1])) {
		v, ok := parseWhole(m[2])
		return binding{at: c.at, name: m[1], value: v, code: true}, ok
	}
	v, ok := parseWhole(text)
	name := r.headName(c.header)
	return binding{at: c.at, name: name, value: v, code: true}, ok && name != ""
}

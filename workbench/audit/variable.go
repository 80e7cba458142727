package audit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"nextworkbench/schema"
)

// binding is one "name = value" in a sentence.
type binding struct {
	at    span
	name  string
	value value
	code  bool // it stands in a code span, or has the form of code
	verb  string

	pronoun bool // the name is only meant by "it"
}

var (
	thenAgain  = regexp.MustCompile(`(?i)[;]|\band then\b`)
	assignText = regexp.MustCompile(`^\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[(?:-?\d{1,6}|'[^']*'|"[^"]*")\])?)\s*==?\s*([^=].*)$`)
	bareAssign = regexp.MustCompile(`\b([A-Za-z_]\w*)\s?=\s?`)
	takesVerb  = regexp.MustCompile(`(?i)^['’]s\s|^:\s|^(?:['’]s value|\s+(?:variable|parameter|argument|counter|attribute))?\s+(?:then\s+|already\s+|still\s+|first\s+|finally\s+|again\s+|only\s+|therefore\s+|thus\s+|also\s+|just\s+|here\s+|now\s+|simply\s+|actually\s+|wrongly\s+)*(?:` +
		// with a second verb, before the shorter wordings that they begin with
		`(?:(?:is|was|has been|had been|gets|got) )?(?:turned|bumped|raised|lowered|reduced|increased|incremented|decremented|extended|changed|cut(?: down)?|rounded(?: down| up)?|moved) (?:in)?to|` +
		`(?:(?:is|was|has been|had been|gets|got) )?(?:set|reset|updated) (?:back )?to|(?:is|was) initiali[sz]ed (?:to|with|as)|` +
		`(?:climbs|climbed|went|goes|go|sinks|sank|shrinks|shrank|steps|stepped|counts|counted|moves on|moved on|moves|moved|jumps|jumped|skips|skipped|drops|dropped|falls|fell|switches|switched|flips|flipped|comes down|came down|changes|changed|grows|grew|increases|increased|decreases|decreased|rises|rose) (?:up |down |on |back )?to|` +
		`(?:turns|turned|turning) (?:out )?(?:as|to be|into)|(?:turns|turned) out|(?:winds|wound|ends|ended|finishes|finished) up (?:as|at|being|with|holding)|(?:winds|wound|ends|ended|finishes|finished) up|` +
		`(?:(?:comes|came) to rest|(?:is|was|gets|got) stuck|is left|was left|lands|landed|landing|stands|stood|sits|sat|closes|closed|stops|stopped|rests|settles|settled|halts|halted|has halted|ends|ended|ending|finishes|finished|finishing|tops out|peaks|peaked) (?:at|on|as|with)|` +
		`(?:comes|came|coming) (?:out|in) (?:as|at|to)|(?:comes|came) to|(?:kicks|kicked|sets|set) off (?:at|as|from|with)|` +
		`(?:starts|started|starting|begins|began|begin|beginning) (?:life |off |out )?(?:at|as|from|with)|(?:starts|started|begins|began) (?:off|out)|(?:starts|started|begins|began)|(?:opens|opened) (?:at|with|as)|` +
		`(?:is|was) (?:given|assigned|seeded with|born as|created as|populated with|filled with|down to|up to|equal to|now|already|therefore|only)|(?:gets|got|takes|took|has|had) the value|takes on|` +
		`becomes|became|become|has become|had become|turning into|holds|held|holding|contains|contained|reaches|reached|has reached|had reached|reads|amounts to|amounted to|evaluates to|evaluated to|hits|says|measures|totals|` +
		`receives|received|stores|stored|carries|carried|equal to|equals|equalled|being|gets|got|has|had|is|was|=|→|->|=>)\s`)
	fromTo    = regexp.MustCompile(`(?i)^\s+(?:(?:is|was|gets|got) )?(?:goes|went|changes|changed|grows|grew|increases|increased|decreases|decreased|drops|dropped|rises|rose|jumps|jumped|moves|moved|climbs|climbed|steps|stepped|shrinks|shrank|sinks|sank|falls|fell|counts|counted|raised|lowered|bumped|reduced) from\s`)
	toValue   = regexp.MustCompile(`(?i)^\s+(?:up |down |back )?to\s`)
	setting   = regexp.MustCompile(`(?i)\b(?:sets|set|setting|updates|updated|updating|changes|changed|initiali[sz]es|initiali[sz]ed|resets|reset|resetting|leaves|left|leaving|makes|made|making|brings|brought|bringing|turns|turned|turning|bumps|bumped|bumping|raises|raised|raising|lifts|lifted|lowers|lowered|lowering|increments|incremented|incrementing|decrements|decremented|takes|took|pushes|pushed|advances|advanced|drives|drove|gives|gave|giving|has) (?:the (?:variable|counter|accumulator|list|flag|index) )?[\x60*]*$`)
	settingTo = regexp.MustCompile(`(?i)^\s+(?:to be|to|with|at|equal to|as|up to|down to|into|from \S+ (?:up |down )?to|the value|a value of)\s`)
	setDirect = regexp.MustCompile(`(?i)\b(?:makes|made|making|gives|gave|giving) (?:the (?:variable|counter|accumulator|list|flag|index) )?[\x60*]*$`)
	storedIn  = regexp.MustCompile(`(?i)\s(?:(?:is|was|gets|got|is being|was being) (?:then |now )?(?:assigned|stored|written|put|saved|placed|kept|held|bound|loaded) (?:to|in|into)|(?:goes|went) into|(?:lands|landed|ends up|ended up) in) (?:the variable )?\x60?([A-Za-z_]?\w*)`)
	storing   = regexp.MustCompile(`(?i)\b(?:assigns|assigned|assigning|stores|stored|storing|puts|put|putting|writes|wrote|writing|saves|saved|leaves|left|leaving|binds)\s+`)
	intoName  = regexp.MustCompile(`(?i)^\s+(?:to|in|into|as) (?:the variable )?\x60?([A-Za-z_]?\w*)`)
	possesses = regexp.MustCompile(`(?i)\b(?:has|had)\s+$`)
	adjective = regexp.MustCompile(`(?i)\b(?:the|a|an|this|that) ([a-z]+)\s+$`)
	kindWord  = regexp.MustCompile(`(?i)^(?:variable|counter|accumulator|list|string|flag|index|parameter|argument|number|integer|dict|dictionary|set|tuple|loop|local|attribute|name)$`)
	article   = regexp.MustCompile(`(?i)\b(?:the|a|an|this|that|its|their|our|no|any|each|every|of|correct|wrong|expected|actual|final|total|new|old|same)\s+$`)
)

// bindings are where the sentence gives a name and a value.
func (r *reader) bindings() []binding {
	if r.bound == nil {
		r.bound = append([]binding{}, r.findBindings()...)
	}
	return r.bound
}

func (r *reader) findBindings() []binding {
	s := r.s
	var found []binding
	for _, c := range s.code {
		text := s.slice(c)
		end := closing(s.prose, c.end)
		if m := assignText.FindStringSubmatch(text); m != nil {
			if v, ok := parseWhole(strings.TrimRight(m[2], "; ")); ok {
				found = append(found, binding{at: span{c.start - 1, end}, name: m[1], value: v, code: true})
			}
			continue
		}
		if identifier.MatchString(text) || r.partOf(text) {
			found = append(found, r.boundAt(span{c.start - 1, end}, text)...)
		}
	}
	for _, m := range s.all(itWord) {
		if name := r.variableBefore(m[0]); name != "" {
			for _, b := range r.boundAt(span{m[0], m[1]}, name) {
				b.pronoun = true
				found = append(found, b)
			}
		}
	}
	for _, m := range r.theNouns() {
		if name := strings.ToLower(s.prose[m[2]:m[3]]); r.layout.variables[name] && !r.part(m[2:4]) {
			for _, b := range r.boundAt(span{m[0], m[1]}, name) {
				b.pronoun = true
				found = append(found, b)
			}
		}
	}
	for _, m := range s.words() {
		if name := s.prose[m[0]:m[1]]; !r.part(m) && r.layout.variables[name] && !commonNoun(s.prose[:m[0]]) && !strings.EqualFold(name, "i") || s.prose[m[0]:m[1]] == "i" && r.layout.variables["i"] {
			found = append(found, r.boundAt(span{m[0], m[1]}, name)...)
		}
	}
	for _, m := range bareAssign.FindAllStringSubmatchIndex(s.prose, -1) {
		if v, n, ok := parseLiteral(s.text[m[1]:]); ok && follows.MatchString(s.prose[m[1]+n:]) {
			found = append(found, binding{at: span{m[0], m[1] + n}, name: s.text[m[2]:m[3]], value: v, code: true})
		}
	}
	return append(found, r.stored()...)
}

// commonNoun says whether the words before a name make it a word of plain English:
// "the total", "a square table".
func commonNoun(head string) bool {
	head = head[max(0, len(head)-40):]
	if article.MatchString(head) {
		return true
	}
	m := adjective.FindStringSubmatch(head)
	return m != nil && !kindWord.MatchString(m[1])
}

// part says whether a name is a part of something longer: "self.total", "rows[0]".
func (r *reader) part(at []int) bool {
	return at[0] > 0 && strings.IndexByte(".'’-", r.s.prose[at[0]-1]) >= 0 ||
		at[1] < len(r.s.prose) && (strings.IndexByte("[(-", r.s.prose[at[1]]) >= 0 || r.s.prose[at[1]] == '.' && at[1]+1 < len(r.s.prose) && r.s.prose[at[1]+1] > ' ')
}

var itWord = regexp.MustCompile(`(?i)\bit\b`)

// variableBefore is the variable that a pronoun stands for: the last that is named
// before it, in its sentence or else in the sentence before.
func (r *reader) variableBefore(at int) string {
	name, last := r.variable, -1
	for _, b := range r.spots() {
		if b.at.end <= at && b.at.start > last {
			name, last = b.name, b.at.start
		}
	}
	for _, c := range r.s.code {
		if c.end <= at && c.start > last+1 && !r.layout.variables[r.s.slice(c)] && (r.functions[functionName(r.s.slice(c))] || strings.ContainsAny(r.s.slice(c), "(.") || term.MatchString(r.s.slice(c))) {
			name, last = "", c.start
		}
	}
	if m := subject.FindAllStringIndex(r.s.prose[:at], -1); len(m) > 0 && m[len(m)-1][0] > last && !itWord.MatchString(r.s.prose[m[len(m)-1][0]:m[len(m)-1][1]]) {
		return ""
	}
	return name
}

// boundAt finds the value that a name which is written at a place is said to have.
func (r *reader) boundAt(at span, name string) []binding {
	s := r.s
	tail := s.prose[at.end:]
	if verb := takesVerb.FindString(tail); verb != "" {
		if v, after, ok := s.written(at.end + len(verb)); ok && !(v.kind == str && strings.HasSuffix(strings.TrimSpace(verb), "s with")) && !(v.kind == number && possesses.MatchString(verb)) {
			return []binding{{at: span{at.start, after}, name: name, value: v, verb: strings.TrimSpace(verb)}}
		}
	}
	if verb := fromTo.FindString(tail); verb != "" {
		if _, after, ok := s.written(at.end + len(verb)); ok {
			to := toValue.FindString(s.prose[after:])
			if v, after, ok := s.written(after + len(to)); ok && to != "" {
				return []binding{{at: span{at.start, after}, name: name, value: v}}
			}
		}
	}
	if head := setting.FindStringIndex(s.prose[:at.start]); head != nil {
		to := settingTo.FindString(tail)
		if to == "" && setDirect.MatchString(s.prose[:at.start]) {
			to = " "
		}
		if to != "" && strings.HasPrefix(tail, to) {
			if v, after, ok := s.written(at.end + len(to)); ok {
				return []binding{{at: span{head[0], after}, name: name, value: v, verb: strings.ToLower(strings.Fields(s.prose[head[0]:])[0])}}
			}
		}
	}
	return nil
}

// stored finds "`5` is assigned to `x`" and "assigns 5 to `x`".
func (r *reader) stored() (found []binding) {
	if !r.s.says(" in ", " to ", " into ", " in`", " as ") {
		return nil
	}
	add := func(v value, at span, in span) {
		name := r.s.slice(in)
		if code, ok := r.s.codeAt(in.end - 1); name == "" && ok {
			name, at.end = r.s.slice(code), closing(r.s.prose, code.end)
		}
		if identifier.MatchString(name) && r.layout.variables[name] {
			found = append(found, binding{at: at, name: name, value: v})
		}
	}
	for _, m := range storedIn.FindAllStringSubmatchIndex(r.s.prose, -1) {
		if v, start, ok := r.s.before(m[0]); ok {
			add(v, span{start, m[1]}, span{m[2], m[3]})
		}
	}
	for _, m := range r.s.all(storing) {
		v, end, ok := r.s.written(m[1])
		if in := intoName.FindStringSubmatchIndex(r.s.prose[end:]); ok && in != nil {
			add(v, span{m[0], end + in[1]}, span{end + in[2], end + in[3]})
		}
	}
	return found
}

var identifier = regexp.MustCompile(`^[A-Za-z_]\w*$`)

// closing is where the marks that close a code span end.
func closing(prose string, at int) int {
	for at < len(prose) && prose[at] == '`' {
		at++
	}
	return at
}

// findTakes finds that a variable is said to take a value at some time of the run.
func findTakes(r *reader) {
	all := r.bindings()
	if len(all) == 0 {
		return
	}
	whens := r.whens(all)
	for _, b := range all {
		w := whenOf(r.s.prose, b, whens, all)
		if w.condition != nil && w.condition.name == b.name {
			continue
		}
		if r.taken(b.at) || strings.HasPrefix(b.name, "__") || keywordArgument(r.s, b) || r.conditions(b, whens) {
			continue
		}
		if b.code && w.kind == Takes && !r.speaksOfTrace() {
			continue
		}
		r.takes(b, w)
	}
}

func (r *reader) takes(b binding, w when) {
	at := b.at
	if w.at.end > w.at.start && !r.between(w.at, b.at) {
		at = span{min(at.start, w.at.start), max(at.end, w.at.end)}
	}
	c := Claim{Kind: w.kind, name: b.name, value: b.value, number: w.number, when: w.condition, about: r.speaksOf(b.at.start, b.at.end)}
	c.about.pronoun = b.pronoun
	c.Stated = b.name + " = " + b.value.String() + w.String()
	s := *r.s
	if w.at.end > w.at.start {
		s.found = nil
		s.prose = s.prose[:w.at.start] + strings.Repeat(" ", w.at.end-w.at.start) + s.prose[w.at.end:]
	}
	c.mood = s.mood(span{b.at.start, b.at.start}, b.at.end, c.about.call)
	r.add(c, at)
}

// partOf says whether code names a part of a variable: `rows[0]`, `self.total`.
func (r *reader) partOf(code string) bool {
	m := aPart.FindStringSubmatch(code)
	return m != nil && (m[1] == "self" || r.layout.variables[m[1]])
}

// between says whether another binding stands between a time and a binding.
func (r *reader) between(w, b span) bool {
	for _, other := range r.bindings() {
		if other.at.start >= w.end && other.at.end <= b.start || other.at.start >= b.end && other.at.end <= w.start {
			return true
		}
	}
	return false
}

// keywordArgument says whether a bare binding stands inside a call.
func keywordArgument(s *sentence, b binding) bool {
	head := s.prose[:b.at.start]
	return b.code && strings.Count(head, "(") > strings.Count(head, ")")
}

func (e *evidence) checkTakes(c Claim) Finding {
	firm, why := e.ofTheRun(c.about)
	if why == noSuchCall {
		return unverifiable("%s", why)
	}
	match, doubt := e.sought(c.name, c.value)
	if match != nil {
		return supported(*match)
	}
	var last *observation
	all := e.values(c.name)
	if len(all) > 0 {
		last = &all[len(all)-1]
	}
	switch {
	case last == nil:
		return unverifiable("the trace has no variable %s", c.name)
	case doubt || e.Truncated:
		return unverifiable("the trace does not show all of %s", c.name)
	case !firm:
		return unverifiable("%s; %s", why, last)
	}
	return Finding{schema.Contradicted, last.step, fmt.Sprintf("up to step %d %s takes the values %s", last.step, c.name, excerpt(listed(all)))}
}

// listed are the first of some values, as people read them.
func listed(all []observation) string {
	var texts []string
	for _, o := range all[:min(len(all), 20)] {
		texts = append(texts, o.value)
	}
	return strings.Join(texts, ", ")
}

// search is what came of looking for a value among those of a variable.
type search struct {
	match *observation
	doubt bool
}

// sought looks for a value among those that a variable takes, once; doubt says that
// one of them may be it.
func (e *evidence) sought(name string, v value) (match *observation, doubt bool) {
	key := fmt.Sprint(name, "\x00", v.kind, "\x00", v.cut, "\x00", v.text, "\x00", v.class)
	if s, known := e.searched[key]; known {
		return s.match, s.doubt
	}
	var s search
	for _, o := range e.values(name) {
		switch compare(v, e.shown(o.value)) {
		case same:
			s.match = &o
		case unknown:
			s.doubt = true
		}
		if s.match != nil {
			break
		}
	}
	e.searched[key] = s
	return s.match, s.doubt
}

// heldBySome says whether any variable may take a value, or any call return it.
func (e *evidence) heldBySome(v value) bool {
	for name := range e.time.histories {
		if match, doubt := e.sought(name, v); name != exceptionMark && (match != nil || doubt) {
			return true
		}
	}
	return e.returnedElsewhere(v)
}

// values are the values that a variable takes, each once, in the order of their
// first appearance.
func (e *evidence) values(name string) []observation {
	if all, known := e.distinct[name]; known {
		return all
	}
	var moments history
	for _, h := range e.historiesOf(name) {
		moments = append(moments, h...)
	}
	slices.SortFunc(moments, func(a, b moment) int { return a.index - b.index })
	var all []observation
	seen := map[string]bool{}
	for _, m := range moments {
		if !m.gone && !seen[m.value] {
			seen[m.value] = true
			all = append(all, m.observation)
		}
	}
	e.distinct[name] = all
	return all
}

package audit

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nextworkbench/schema"
)

const typeWords = `(string|str|list|tuple|dictionary|dict|set|integer|int|float|boolean|bool|generator|None)`

var (
	isOfType    = regexp.MustCompile(`(?i)^(?:['’]s type)?(?: (?:is|was|becomes|became|holds|held|remains|stays|turns into|turned into|arrives as|comes in as) (?:actually |still |now |just |only |indeed |already |thus |therefore |hence |itself )*(?:an? |of type |of the type )| has (?:the )?type )(?:empty |single |new |plain |nested |Python )?[\x60]?` + typeWords + `\b[\x60]?`)
	returnedIs  = regexp.MustCompile(`(?i)\b(?:the )?(?:returned value|return value|result) (?:is|was) (?:actually |still |only |just )?(?:an? |of type )[\x60]?` + typeWords + `\b[\x60]?`)
	passedOn    = regexp.MustCompile(`(?i)\ban? (?:new |plain |nested |Python )?` + typeWords + `(?: (?:with|of) [^.;,]{1,30}?)? (?:is|was|gets) (?:(?:then |actually )?(?:returned|handed (?:out|back|over)|given back|produced)|what (?:gets|is|was) returned|what (?:comes (?:out|back)|you get|we get))\b`)
	madeOf      = regexp.MustCompile(`(?i)^\s*of\b`)
	ofTypeNot   = regexp.MustCompile(`(?i)^\s*(?:of|with|that|containing|comprehension|index|slice|element|key|value|literal|like)\b`)
	returnType  = regexp.MustCompile(`(?i)^\s*(?:an? )(?:new |plain |nested |Python )?[\x60]?` + typeWords + `\b[\x60]?`)
	hasItems    = regexp.MustCompile(`(?i)^ (?:now |only |then |already |still )?(?:has|had|contains|contained|holds|held|consists of|consisted of|ends up with|ended up with|winds up with|wound up with|comprises|comprised|grows to|grew to|shrinks to|shrank to|is made (?:up )?of|is left with|was left with|is|was|comes with|counts|carries|is a (?:list|string|tuple|set|dictionary) (?:of|with)|was a (?:list|string|tuple|set|dictionary) (?:of|with)) (?:only |exactly |just |all |now )?(\d{1,6}|no|zero|one|two|three|four|five|six|seven|eight|nine|ten) (?:elements?|items?|entries|entry|fields?|groups?|columns?|lines?|digits?|parts?|names?|(?:items?|elements?|characters?|letters?) long|long|characters?|chars|keys?|values?|members?|letters?|numbers?|words?|pairs?|rows?|[a-z]+s)\b`)
	itemsIn     = regexp.MustCompile(`(?i)(?:^|\s)(\d{1,6}|no|zero|one|two|three|four|five|six|seven|eight|nine|ten) (?:[a-z]+s|entry|item|element|character|key|member|word|number)(?: (?:are|is|sit|remain|stand|were))?(?: left)? (?:in|inside) [\x60]?$`)
	whatReturns = regexp.MustCompile(`(?i)\bthe (?:returned|resulting|final|output) (?:list|string|tuple|set|dict|dictionary|text|result|value)\b|\bthe (?:list|string|tuple|set|dict|dictionary|text) that (?:comes (?:back|out)|is returned|gets returned)\b`)
	lengthOf    = regexp.MustCompile(`(?i)\b(?:length|size) of [\x60]?$`)
	lengthIs    = regexp.MustCompile(`(?i)^ (?:is|was|equals|=|becomes|became) (?:only |exactly |just |then |now )?[\x60]?(\d{1,6})\b[\x60]?`)
	ofLength    = regexp.MustCompile(`(?i)^ (?:is|was) of (?:length|size) [\x60]?(\d{1,6}|zero|one|two|three|four|five|six|seven|eight|nine|ten)\b[\x60]?|^ (?:has|had) (?:a |the )?(?:length|size) (?:of )?[\x60]?(\d{1,6}|zero|one|two|three|four|five|six|seven|eight|nine|ten)\b[\x60]?|^['’]s (?:length|size) (?:is|was) [\x60]?(\d{1,6}|zero|one|two|three|four|five|six|seven|eight|nine|ten)\b[\x60]?|^ (?:is|was) an? (\d{1,6}|zero|one|two|three|four|five|six|seven|eight|nine|ten)-(?:element|item|character|entry|tuple|member)\b`)
	lenCall     = regexp.MustCompile(`^len\(([A-Za-z_]\w*)\)(?:\s*==?\s*(\d{1,6}))?$`)
)

// nouns are the places where the sentence speaks of a variable as of a thing: "the
// stack".
func (r *reader) nouns() (all []binding) {
	for _, m := range r.theNouns() {
		if name := strings.ToLower(r.s.prose[m[2]:m[3]]); r.layout.variables[name] && !r.part(m[2:4]) {
			all = append(all, binding{at: span{m[0], m[1]}, name: name})
		}
	}
	for _, m := range r.s.all(itWord) {
		if name := r.variableBefore(m[0]); name != "" {
			all = append(all, binding{at: span{m[0], m[1]}, name: name})
		}
	}
	return append(slices.Clone(r.spots()), all...)
}

// theNouns are the words of the prose behind "the".
func (r *reader) theNouns() [][]int {
	if r.after == nil {
		r.after = append([][]int{}, theNoun.FindAllStringSubmatchIndex(r.s.prose, -1)...)
	}
	return r.after
}

var theNoun = regexp.MustCompile(`\b[Tt]he ([a-z_]\w*)`)

// spots are the places where the sentence names variables of the program.
func (r *reader) spots() []binding {
	if r.named == nil {
		r.named = append([]binding{}, r.findSpots()...)
	}
	return r.named
}

func (r *reader) findSpots() (all []binding) {
	for _, c := range r.s.code {
		if name := r.s.slice(c); identifier.MatchString(name) && r.layout.variables[name] || r.partOf(name) {
			all = append(all, binding{at: span{c.start - 1, closing(r.s.prose, c.end)}, name: name})
		}
	}
	for _, m := range r.s.words() {
		if name := r.s.prose[m[0]:m[1]]; !r.part(m) && r.layout.variables[name] && !commonNoun(r.s.prose[:m[0]]) {
			all = append(all, binding{at: span{m[0], m[1]}, name: name})
		}
	}
	return all
}

// findTyped finds the types that values are said to have.
func findTyped(r *reader) {
	for _, b := range r.nouns() {
		m := isOfType.FindStringSubmatchIndex(r.tail(b.at.end))
		if m == nil {
			continue
		}
		word := r.word(b.at.end+m[2], b.at.end+m[3])
		if tail := r.s.prose[b.at.end+m[1]:]; ofTypeNot.MatchString(tail) && !(madeOf.MatchString(tail) && (word == "list" || word == "tuple")) {
			continue
		}
		r.shaped(Claim{Kind: Typed, name: b.name, text: typeOf(word), number: -1, Stated: b.name + " is a " + typeOf(word)}, span{b.at.start, b.at.end + m[1]}, b.at.end)
	}
	for _, m := range returnedIs.FindAllStringSubmatchIndex(r.tail(0), -1) {
		word := r.word(m[2], m[3])
		if !ofTypeNot.MatchString(r.s.prose[m[1]:]) {
			r.shaped(Claim{Kind: Typed, name: returnName, text: typeOf(word), number: -1, Stated: "returned a " + typeOf(word)}, span{m[0], m[1]}, m[0])
		}
	}
	for _, m := range r.matches(passedOn, "returned", "handed", "given back", "produced", "comes", "you get", "we get") {
		word := r.word(m[2], m[3])
		r.shaped(Claim{Kind: Typed, name: returnName, text: typeOf(word), number: -1, Stated: "returned a " + typeOf(word)}, span{m[0], m[1]}, m[0])
	}
	for _, v := range r.returnVerbs() {
		m := returnType.FindStringSubmatchIndex(r.tail(v[1]))
		if m == nil || ofTypeNot.MatchString(r.s.prose[v[1]+m[1]:]) || !r.subjectOf(v[0]) {
			continue
		}
		word := r.word(v[1]+m[2], v[1]+m[3])
		c := Claim{Kind: Typed, name: returnName, text: typeOf(word), number: -1, Stated: "returned a " + typeOf(word)}
		r.shaped(c, span{r.subjectStart(v[0]), v[1] + m[1]}, v[0])
	}
}

// tail is the prose behind a byte, in which the words in code spans can be read.
func (r *reader) tail(at int) string {
	text := []byte(r.s.prose[at:])
	for i, c := range text {
		if c == 0 {
			text[i] = r.s.text[at+i]
		}
	}
	return string(text)
}

func (r *reader) word(start, end int) string { return strings.ToLower(r.s.text[start:end]) }

func typeOf(word string) string {
	switch word {
	case "string":
		return "str"
	case "dictionary":
		return "dict"
	case "integer":
		return "int"
	case "boolean":
		return "bool"
	case "none":
		return "NoneType"
	}
	return word
}

// findSized finds of how many items a variable is said to be.
func findSized(r *reader) {
	for _, b := range r.nouns() {
		tail := r.tail(b.at.end)
		if m := hasItems.FindStringSubmatch(tail); m != nil {
			r.sized(b.name, m[1], span{b.at.start, b.at.end + len(m[0])}, b.at.end)
		} else if m := ofLength.FindStringSubmatch(tail); m != nil {
			r.sized(b.name, firstOf(m[1], m[2], m[3], m[4]), span{b.at.start, b.at.end + len(m[0])}, b.at.end)
		} else if head := lengthOf.FindStringIndex(r.s.prose[:b.at.start+1]); head != nil {
			if m := lengthIs.FindStringSubmatch(tail); m != nil {
				r.sized(b.name, m[1], span{head[0], b.at.end + len(m[0])}, b.at.end)
			}
		}
	}
	r.findSizedOtherwise()
	for _, c := range r.s.code {
		m := lenCall.FindStringSubmatch(r.s.slice(c))
		end := closing(r.s.prose, c.end)
		switch {
		case m == nil || !r.layout.variables[m[1]]:
		case m[2] != "" && !strings.HasSuffix(strings.ToLower(strings.TrimSpace(r.s.prose[:c.start-1])), "if"):
			r.sized(m[1], m[2], span{c.start - 1, end}, c.start-1)
		case m[2] == "":
			if is := lengthIs.FindStringSubmatch(r.tail(end)); is != nil {
				r.sized(m[1], is[1], span{c.start - 1, end + len(is[0])}, end)
			}
		}
	}
}

// findSizedOtherwise finds "two entries in `x`" and "the returned list has two".
func (r *reader) findSizedOtherwise() {
	for _, b := range r.nouns() {
		if m := itemsIn.FindStringSubmatchIndex(r.s.prose[:b.at.start]); m != nil && !itWord.MatchString(r.s.slice(b.at)) {
			r.sized(b.name, r.s.prose[m[2]:m[3]], span{m[0], b.at.end}, m[0])
		}
	}
	for _, m := range r.s.all(whatReturns) {
		if has := hasItems.FindStringSubmatch(r.tail(m[1])); has != nil {
			r.sized(returnName, has[1], span{m[0], m[1] + len(has[0])}, m[1])
		}
	}
}

func (r *reader) sized(name, words string, at span, verb int) {
	n := count(words)
	r.shaped(Claim{Kind: Sized, name: name, number: n, Stated: "len(" + name + ") = " + strconv.Itoa(n)}, at, verb)
}

func (r *reader) shaped(c Claim, at span, verb int) {
	if r.taken(at) {
		return
	}
	c.about = r.speaksOf(at.start, at.end)
	c.mood = r.s.mood(span{verb, verb}, at.end, c.about.call)
	r.add(c, at)
}

// checkShape checks the type or the length of a value.
func (e *evidence) checkShape(c Claim) Finding {
	firm, why := e.ofTheRun(c.about)
	if why == noSuchCall {
		return unverifiable("%s", why)
	}
	var seen []observation
	if c.name == returnName {
		for _, f := range e.outermost(e.entry()) {
			if f.returned != nil {
				seen = append(seen, *f.returned)
			}
		}
	} else {
		for _, frame := range e.frameIDs() {
			seen = append(seen, e.historiesOf(c.name)[frame].taken(round{0, len(e.Events)})...)
		}
	}
	doubt := e.Truncated
	for _, o := range seen {
		switch shape := e.shown(o.value); c.fits(shape, o.value) {
		case same:
			return Finding{schema.Supported, o.step, o.String()}
		case unknown:
			doubt = true
		}
	}
	switch {
	case len(seen) == 0:
		return unverifiable("the trace does not show %s", strings.Replace(c.name, returnName, "what was returned", 1))
	case doubt:
		return unverifiable("the trace does not show all of %s", c.name)
	case !firm:
		return unverifiable("%s; %s", why, seen[0])
	}
	last := seen[len(seen)-1]
	return Finding{schema.Contradicted, last.step, last.String()}
}

// fits compares a stated type or length with a value.
func (c Claim) fits(v value, shown string) likeness {
	kind := shapeOf(v, shown)
	switch {
	case kind == "":
		return unknown
	case c.Kind == Typed && kind == c.text, c.Kind == Typed && c.text == "int" && kind == "bool":
		return map[bool]likeness{true: same, false: unknown}[kind == c.text]
	case c.Kind == Typed:
		return different
	}
	n := len(v.items)
	switch kind {
	case "dict":
		n /= 2
	case "str":
		n = len([]rune(v.text))
	case "list", "tuple", "set":
	default:
		return unknown
	}
	switch {
	case v.cut:
		return unknown
	case n == c.number:
		return same
	}
	return different
}

// shapeOf is the type of a value as the trace shows it, empty where that is not
// known.
func shapeOf(v value, shown string) string {
	switch v.kind {
	case none:
		return "NoneType"
	case boolean:
		return "bool"
	case number:
		if v.float {
			return "float"
		}
		return "int"
	case str, list, tuple, set, dict:
		if v.class != "" && v.class != "set" {
			return ""
		}
		return map[valueKind]string{str: "str", list: "list", tuple: "tuple", set: "set", dict: "dict"}[v.kind]
	}
	if strings.HasPrefix(shown, "<generator object ") {
		return "generator"
	}
	return ""
}

package audit

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	pronounSubject = regexp.MustCompile(`(?i)^\W*(?:so |then |thus |therefore |here )?(?:it|this)\s*$`)
	nthCall        = regexp.MustCompile(`(?i)\b(first|second|third|fourth|fifth|last)(?: call (?:of|to))?$`)
	returnVerb     = regexp.MustCompile(`(?i)\b(?:(?:will|would) (?:then |now |also |correctly |again )*(?:return|give|yield|produce|evaluate to)|returns|returned|gives|gave|produces|produced|outputs|outputted|yields|yielded|evaluates to|evaluated to|results in|resulted in|returning|got|gets|get|obtain|obtains|obtained|hands back|handed back|comes out as|came out as|comes back with|came back with)\b`)
	resultNoun     = regexp.MustCompile(`(?i)\b(?:actual (?:output|result|value|return value|answer)|return(?:ed)? value|value returned|result returned|(?:function|program)['’]s (?:output|result|return value)|final (?:result|output|answer)|(?:the|its) (?:overall )?(?:result|answer|outcome)|what comes (?:back|out)|(?:list|string|number|value|tuple|dictionary) that comes (?:back|out)|(?:output|result) of (?:the (?:function|program|call)|\x60\x00+\x60|it))\s*(?:is|was|:|becomes|equals|came out as|=)`)
	passive        = regexp.MustCompile(`(?i)^\s*(?:(?:is|was|gets|got) (?:then |actually |incorrectly |wrongly |therefore |also )?(?:returned|handed back|given back|what (?:it|the (?:function|call|program)) (?:returns|returned|gives|gave))|(?:comes|came) back)\b`)
	passives       = regexp.MustCompile(`(?i)\b(?:(?:is|was|gets|got) (?:then |actually |incorrectly |wrongly |therefore |also )?(?:returned|handed back|given back)|(?:comes|came) back)\b`)
	callIs         = regexp.MustCompile(`(?i)^[\s\x60*]*(?:then |now |still |really |also )?(?:is then |is now |is still |is |was |= |→ |-> |=> |equals |comes to |comes out as |came out as |would be |will be |would give |would return )`)
	beingDone      = regexp.MustCompile(`(?i)\b(?:is|was|are|were|be|been|being|gets?|value|result|list|string|the|a|an|wrong|incorrect|wrongly|and)\s*$`)
	subject        = regexp.MustCompile(`(?i)\b(?:(?:function|program|code|fix|version|one|repair|method|implementation|script|run|it|test|which|call|routine|procedure|we|trace|algorithm)\b)`)
	otherThing     = regexp.MustCompile(`(?i)\b(?:recursive|recursion|inner|helper|nested|lambda|comparator|comprehension|condition|comparison|expression|check|branch|loop|slice|slicing|division|modulo|operator|range|sum|min|max|len|index|key|built-?in|subtraction|addition|iteration|generator|statement|line|recursive call|formula|product|variable|subtracting|adding|dividing|indexing|sorted|method call|regex|pattern|search)\b`)
	insteadOf      = regexp.MustCompile(`(?i)^\s*,?\s*(?:instead of|rather than|where(?:as)?|while|but not|but|not|and not|when|although)\s+(?:the\s+)?(?:(?:test|assert|assertion)\s+(?:expects|wants|expected)\s+|(?:expected|correct|right)\s+(?:value|result|output|answer)?\s*(?:is|was|of)?\s*)?`)
)

// findReturned finds what a call is said to have returned.
func findReturned(r *reader) {
	for _, m := range r.matches(returnVerb, "return", "giv", "gave", "produc", "output", "yield", "evaluat", "result", "got", "get", "obtain", "hand", "come", "came") {
		verb := span{m[0], m[1]}
		word := strings.ToLower(r.s.slice(verb))
		if word == "returned" && beingDone.MatchString(r.s.prose[:m[0]]) && !passiveAfterAnd(r.s.prose[:m[0]]) {
			continue
		}
		if v, end, ok := r.s.written(m[1]); ok {
			r.returned(verb, end, v)
		}
	}
	for _, m := range r.matches(resultNoun, "output", "result", "value", "answer", "outcome", "comes") {
		clause := r.s.clauseStart(m[0])
		if v, end, ok := r.s.written(m[1]); ok && !otherThing.MatchString(r.s.prose[clause:m[0]]) && !r.taken(span{m[0], end}) {
			r.add(r.returnClaim(span{m[0], m[1]}, end, v), span{m[0], end})
		}
	}
	for _, c := range r.calls {
		if m := callIs.FindStringIndex(r.s.prose[c.at.end:]); m != nil && c.at.end < len(r.s.prose) && r.s.prose[c.at.end] != 0 {
			if v, end, ok := r.s.written(c.at.end + m[1]); ok && !r.taken(span{c.at.start, end}) {
				r.add(r.returnClaim(span{c.at.end + m[1] - 1, c.at.end + m[1]}, end, v), span{c.at.start, end})
			}
		}
	}
	r.findPassive()
}

// passiveAfterAnd: "... and returned 5" is active, "the value returned" is not.
func passiveAfterAnd(head string) bool { return strings.HasSuffix(strings.TrimSpace(head), "and") }

// findPassive finds "`[1, 2]` is returned".
func (r *reader) findPassive() {
	for _, m := range r.matches(passives, "return", "handed", "given", "back") {
		v, start, ok := r.s.before(m[0])
		if at := (span{start, m[1]}); ok && !r.taken(at) && !(start > 0 && r.s.prose[start] == '`') {
			r.add(r.returnClaim(span{start, m[0]}, m[1], v), at)
		}
	}
	for _, c := range r.s.code {
		end := c.end
		for end < len(r.s.prose) && r.s.prose[end] == '`' {
			end++
		}
		m := passive.FindStringIndex(r.s.prose[end:])
		v, ok := parseWhole(r.s.slice(c))
		if m != nil && ok {
			r.add(r.returnClaim(span{c.start, c.end}, end+m[1], v), span{c.start - 1, end + m[1]})
		}
	}
}

func (r *reader) returned(verb span, end int, v value) {
	at := span{verb.start, end}
	if r.taken(at) || !r.subjectOf(verb.start) {
		return
	}
	c := r.returnClaim(verb, end, v)
	if m := insteadOf.FindString(r.s.prose[end:]); m != "" {
		if e, _, ok := r.s.written(end + len(m)); ok {
			c.about.expects = &e
		}
	}
	at.start = r.subjectStart(verb.start)
	r.add(c, at)
}

func (r *reader) returnClaim(verb span, end int, v value) Claim {
	c := Claim{Kind: Returned, value: v, number: -1, Stated: "returned " + v.String()}
	c.about = r.speaksOf(verb.start, end)
	name := r.namedSubject(verb.start)
	if name == "" && pronounSubject.MatchString(r.s.prose[r.s.clauseStart(verb.start):verb.start]) {
		name = r.topic
	}
	if call := c.about.call; name != "" && (call == nil || call.function != name || call.at.end < 0) {
		c.about.call, c.about.function = nil, name
		if m := nthCall.FindStringSubmatch(strings.TrimRight(r.s.prose[:verb.start], " `\x00")); m != nil {
			c.about.nth = ordinal(m[1])
		}
	}
	if call := c.about.call; call != nil && call.at.end >= 0 && call.at.end <= verb.start && directlyBefore(r.s.prose, call.at.end, verb.start) {
		c.about.loose = r.proposing(verb.start) // the call itself is the subject
	}
	c.about.loose = c.about.loose || strings.EqualFold(r.s.slice(verb), "returning")
	if v.kind == boolean && pronounSubject.MatchString(r.s.prose[r.s.clauseStart(verb.start):verb.start]) {
		c.about.loose = true // it may be a condition
	}
	c.mood = r.s.mood(verb, end, c.about.call)
	if word := strings.ToLower(r.s.slice(verb)); strings.HasPrefix(word, "will") || strings.HasPrefix(word, "would") {
		c.mood = unstated
	}
	return r.fixed(c, verb, end)
}

// subjectOf says whether what is said to return something is a function of the
// program: named, called, or "the function". A loop, a term or an expression is not.
// It has to stand right before the verb, or in the clause before an "and returns".
func (r *reader) subjectOf(verb int) bool {
	head := r.s.prose[:verb]
	from := r.s.clauseStart(verb)
	at := r.subjectEnd(span{from, verb})
	switch {
	case at >= 0:
		return adverbs.MatchString(strings.Trim(head[at:], "`* "))
	case !adverbs.MatchString(strings.Trim(head[from:], "`* ")):
		return false
	}
	at = r.subjectEnd(span{0, from})
	own, foreign := r.codeSubject(verb)
	others := otherThing.FindAllStringIndex(head, -1)
	return at >= foreign && (len(others) == 0 || others[len(others)-1][0] < max(at, own)) || at < 0 && foreign < 0 && len(others) == 0
}

// subjectEnd is where the last function of the program that is spoken of in a
// range ends, -1 when there is none.
func (r *reader) subjectEnd(in span) int {
	end := -1
	for _, m := range subject.FindAllStringIndex(r.s.prose[in.start:in.end], -1) {
		at := span{in.start + m[0], in.start + m[1]}
		_, foreign := r.codeSubject(at.end)
		pronoun := pronouns.MatchString(r.s.slice(at))
		if strings.EqualFold(r.s.slice(at), "which") && r.afterCode(at.start) || pronoun && r.afterTerm(at.start) {
			continue
		}
		if !someFunction.MatchString(r.s.prose[:at.start]) && (!pronoun && !r.foreignName(at.start) || pronoun && foreign < 0) {
			end = at.end
		}
	}
	for _, c := range r.s.code {
		if name := define.FindStringSubmatch("def " + r.s.slice(c)); name != nil && r.functions[name[1]] && in.start <= c.start && c.end <= in.end {
			end = max(end, min(closing(r.s.prose, c.end), in.end))
		}
	}
	for _, c := range r.calls {
		if in.start <= c.at.start && c.at.end <= in.end {
			end = max(end, c.at.end)
		}
	}
	for _, m := range names.FindAllStringIndex(r.s.prose[in.start:in.end], -1) {
		if name := r.s.prose[in.start+m[0] : in.start+m[1]]; r.functions[name] && !article.MatchString(r.s.prose[:in.start+m[0]]) {
			end = max(end, in.start+m[1])
		}
	}
	return end
}

// afterTerm says whether the last code span before a pronoun is a term: "`7 // 2`, so
// it gives 3".
func (r *reader) afterTerm(at int) bool {
	last := span{-1, -1}
	for _, c := range r.s.code {
		if c.end <= at {
			last = c
		}
	}
	return last.end >= 0 && term.MatchString(r.s.slice(last)) && !strings.ContainsAny(r.s.prose[last.end:at], ";")
}

// term is an expression of operators, without assignment or keyword.
var term = regexp.MustCompile(`^[^=:]*[\w)\]'"]\s*(?:[-+*/%<>]|==|//|\band\b|\bor\b|\bin\b|\[)\s*[^=:]*$`)

// afterCode says whether a code span that is no function's name stands right before
// a byte: "`return []`, which returns" tells what the code says.
func (r *reader) afterCode(at int) bool {
	for _, c := range r.s.code {
		if c.end < at && strings.Trim(r.s.prose[c.end:at], "`, ") == "" && !r.functions[functionName(r.s.slice(c))] {
			return true
		}
	}
	return false
}

// foreignName says whether a code span that is no function of the program stands
// right before a byte, as in "the `any` function".
func (r *reader) foreignName(at int) bool {
	for _, c := range r.s.code {
		name := define.FindStringSubmatch("def " + r.s.slice(c))
		if c.end < at && strings.Trim(r.s.prose[c.end:at], "` ") == "" && (name == nil || !r.functions[name[1]]) {
			return true
		}
	}
	return false
}

var (
	adverbs      = regexp.MustCompile(`(?i)^(?:then|also|still|incorrectly|wrongly|just|thus|therefore|finally|instead|only|always|simply|actually|now|even|it|itself|\w+ly|above|here|and|so|the|its|\s)*$`)
	pronouns     = regexp.MustCompile(`(?i)^(?:it|which)$`)
	someFunction = regexp.MustCompile(`(?i)\b(?:recursive|inner|innermost|deepest|middle|helper|nested|lambda|built-?in|comparator|key|library|standard|sort(?:ing)?|first|second|third|last|previous|next|other|another|each|every|any|no|string|list|such a)\s+$`)
)

// codeSubject finds the last code span before the verb that names or calls a
// function of the program, and the last that is some other call.
func (r *reader) codeSubject(verb int) (own, foreign int) {
	own, foreign = -1, -1
	for _, c := range r.s.code {
		text := r.s.slice(c)
		name := define.FindStringSubmatch("def " + text)
		switch {
		case c.end > verb:
		case name != nil && r.functions[name[1]]:
			own = c.start
		case strings.Contains(text, "(") && len(calls(text, r.functions)) == 0 && !strings.HasPrefix(text, "("):
			foreign = c.start
		case directlyBefore(r.s.prose, c.end, verb):
			foreign = c.start
		}
	}
	for _, c := range r.calls {
		if c.at.end <= verb {
			own = max(own, c.at.start)
		}
	}
	return own, foreign
}

// directlyBefore says whether at most one word stands between a span and the verb.
func directlyBefore(prose string, end, verb int) bool {
	return len(strings.Fields(strings.Trim(prose[end:verb], "` "))) <= 1 && !strings.ContainsAny(prose[end:verb], ",;:")
}

// namedSubject is the function that a code span right before the verb names or calls.
func (r *reader) namedSubject(verb int) string {
	for i := len(r.s.code) - 1; i >= 0; i-- {
		c := r.s.code[i]
		if c.end > verb || !directlyBefore(r.s.prose, c.end, verb) {
			continue
		}
		if m := define.FindStringSubmatch("def " + lastName(r.s.slice(c))); m != nil && r.functions[m[1]] {
			return m[1]
		}
	}
	words := strings.Fields(r.s.prose[:verb])
	if n := len(words); n > 0 && r.functions[words[n-1]] {
		return words[n-1]
	}
	return ""
}

// subjectStart is where the clause of a verb begins, for its quote.
func (r *reader) subjectStart(verb int) int {
	start := r.s.clauseStart(verb)
	for start < verb && strings.IndexByte(" \t\n*", r.s.prose[start]) >= 0 {
		start++
	}
	return start
}

// String is a value in one form for all wordings.
func (v value) String() string {
	if v.kind == str {
		return fmt.Sprintf("'%s'", strings.NewReplacer("\\", "\\\\", "'", "\\'", "\n", "\\n").Replace(v.text)) + map[bool]string{true: "...", false: ""}[v.cut]
	}
	return strings.Join(strings.Fields(v.text), " ")
}

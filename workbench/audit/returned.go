package audit

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	pronounSubject = regexp.MustCompile(`(?i)^\W*(?:so |then |thus |therefore |here )?(?:it|this)\s*$`)
	whichGives     = regexp.MustCompile(`(?i)\b(?:which|that)\s+(?:then\s+|also\s+)?$`)
	nthReturns     = regexp.MustCompile(`(?i)\bthe (first|second|third|fourth|fifth|last)(?: (?:one|call|invocation))?(?: (?:of|to) \x60\x00+\x60)? (?:returns|returned|gives|gave|gives back|yields|answers|hands back)\s`)
	innermostIs    = regexp.MustCompile(`(?i)\b(?:the )?(?:innermost|deepest) (?:call|frame|one|recursive call)(?: (?:of|to) [\x60]?\x00*[\x60]?| of the recursion)? (?:returns|returned|gives|gave|hands back|yields|answers|comes back with)\b`)
	makesReturn    = regexp.MustCompile(`(?i)\b(?:makes|make|making|made|lets|let|letting|causes|caused) (?:it|the (?:function|call|program|code)|\x60\x00+\x60|\w+\([^()]*\)) (?:to )?(?:return|give|produce|yield|evaluate to|output)\s`)
	callerGets     = regexp.MustCompile(`(?i)\bthe caller (?:receives|received|gets|got|sees|saw|is given|is left with|was given)\s|^\W*(?:actual|actually|got|obtained|output|returned)[*\x60]*:\s`)
	nthCall        = regexp.MustCompile(`(?i)\b(first|second|third|fourth|fifth|last)(?: (?:call|invocation|run|use) (?:of|to))?$`)
	returnVerb     = regexp.MustCompile(`(?i)\b(?:(?:will|would) (?:then |now |also |correctly |again )*(?:return|give|yield|produce|evaluate to)|returns|returned|gives|gave|produces|produced|outputs|outputted|yields|yielded|evaluates to|evaluated to|results in|resulted in|returning|got|gets|get|obtain|obtains|obtained|hands back|handed back|hands over|handed over|hands out|gives back|gave back|comes out as|came out as|comes back (?:with|as)|came back (?:with|as)|comes (?:out )?to|came (?:out )?to|answers|answered|reports|reported|delivers|delivered|spits out|spat out|concludes with|concluded with|amounts to|amounted to|emits|emitted|ends (?:up )?(?:with|in)|ended (?:up )?(?:with|in)|winds up (?:with|returning)|ends up returning|bails out with|quits with|leaves us with)\b`)
	resultNoun     = regexp.MustCompile(`(?i)\b(?:actual (?:output|result|value|return value|answer)|return(?:ed)? value|value returned|result returned|(?:function|program)['’]s (?:output|result|return value)|final (?:result|output|answer)|(?:the|its|our|your) (?:overall )?(?:result|answer|outcome|output)(?: (?:of|for|in|on) (?:this|the) (?:failing )?(?:call|test|input|run|case))?|what comes (?:back|out)|(?:list|string|number|value|tuple|dictionary) that comes (?:back|out)|what (?:is|gets|was) returned|what (?:it|the (?:function|call|program|method|code)|[\x60\x00]+) (?:returns|returned|gives|gave|gives back|hands back|yields|produces)|what (?:the caller (?:sees|gets|receives)|we (?:get|see|obtain)|you get)|(?:the )?end (?:product|result)|(?:output|result) of (?:the (?:function|program|call)|\x60\x00+\x60|it))\s*(?:is|was|:|becomes|equals|came out as|=)`)
	passive        = regexp.MustCompile(`(?i)^\s*(?:(?:is|was|gets|got) (?:then |actually |incorrectly |wrongly |therefore |also )?(?:returned|handed back|given back|what (?:it|the (?:function|call|program)) (?:returns|returned|gives|gave))|(?:comes|came) back)\b`)
	passives       = regexp.MustCompile(`(?i)\b(?:(?:is|was|gets|got|being) (?:(?:then|thus|hence|so|therefore|also|finally|instead|again|still|now|\w+ly) )?(?:returned|handed (?:back|over|out)|given back|spat out|reported|the (?:final )?(?:result|answer|output))|(?:comes|came|pops) (?:back|out)|is what (?:comes (?:back|out)|we get|you get|(?:the (?:function|caller|program|call|method|code)|it|[\x60\x00]+) (?:gets|sees|returns|returned|spits out|says|gives|gives back|produces|answers|hands back|reports|yields)))\b`)
	callIs         = regexp.MustCompile(`(?i)^[\s\x60*]*(?:then |now |still |really |also |indeed |likewise |already |actually )*(?:is likewise |↦ |amounts to |amounted to |comes to |came to |comes back as |came back as |becomes |became |delivers |delivered |produces |produced |reports |reported |answers |answered |equals |equalled |was |turns into |drops to |rises to |stays |is then |is now |is still |is |was |= |→ |-> |=> |equals |comes to |comes out as |came out as |would be |will be |would give |would return )`)
	beingDone      = regexp.MustCompile(`(?i)\b(?:is|was|are|were|be|been|being|gets?|value|result|list|string|the|a|an|wrong|incorrect|wrongly|and)\s*$`)
	subject        = regexp.MustCompile(`(?i)\b(?:(?:function|program|code|fix|version|one|repair|method|implementation|script|run|it|test|which|call|routine|procedure|we|you|trace|algorithm)\b)`)
	otherThing     = regexp.MustCompile(`(?i)\b(?:recursive|recursion|inner|helper|nested|lambda|comparator|comprehension|condition|comparison|expression|check|branch|loop|slice|slicing|division|modulo|operator|range|sum|min|max|len|index|key|built-?in|subtraction|addition|iteration|generator|statement|line|recursive call|formula|product|variable|subtracting|adding|dividing|indexing|sorted|method call|regex|pattern|search)\b`)
	insteadOf      = regexp.MustCompile(`(?i)^\s*,?\s*(?:instead of|in place of|in lieu of|as opposed to|≠|!=|vs\.?|versus|rather than|where(?:as)?|while|but not|but|not|and not|when|although)\s+(?:the\s+)?(?:(?:test|assert|assertion)(?:['’]s|\s+(?:expects|wants|expected))\s+|(?:expected|correct|right|required|wanted|desired)\s+(?:value|result|output|answer)?\s*(?:is|was|of)?\s*)?`)
)

// returnVerbs are the places of words for returning.
func (r *reader) returnVerbs() [][]int {
	if r.verbs == nil {
		r.verbs = append([][]int{}, r.matches(returnVerb, "return", "giv", "gave", "produc", "output", "yield", "evaluat", "result", "got", "get", "obtain", "hand", "come", "came", "answer", "report", "deliver", "spit", "spat", "conclu", "amount", "emit", "end", "wind", "bail", "quit", "leav", "becom", "turn", "drop", "rise")...)
	}
	return r.verbs
}

// findReturned finds what a call is said to have returned.
func findReturned(r *reader) {
	for _, m := range r.returnVerbs() {
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
	for _, m := range r.matches(callerGets, "caller", "actual", "got", "obtained", "output") {
		if v, end, ok := r.s.written(m[1]); ok && !r.taken(span{m[0], end}) {
			r.add(r.returnClaim(span{m[0], m[1]}, end, v), span{m[0], end})
		}
	}
	for _, m := range r.matches(makesReturn, "mak", "made", "let", "cause") {
		if v, end, ok := r.s.written(m[1]); ok && !r.taken(span{m[0], end}) {
			r.add(r.returnClaim(span{m[0], m[1]}, end, v), span{m[0], end})
		}
	}
	for _, c := range r.calls {
		if m := callIs.FindStringIndex(r.s.prose[c.at.end:]); m != nil && c.at.end < len(r.s.prose) && r.s.prose[c.at.end] != 0 {
			if v, end, ok := r.s.written(c.at.end + m[1]); ok && !r.taken(span{c.at.start, end}) {
				r.add(r.returnClaim(span{c.at.end, c.at.end + m[1]}, end, v), span{c.at.start, end})
			}
		}
	}
	for _, m := range r.matches(innermostIs, "innermost", "deepest") {
		if v, end, ok := r.s.written(m[1]); ok && !r.taken(span{m[0], end}) {
			c := r.returnClaim(span{m[0], m[1]}, end, v)
			c.about = about{deepest: true, elsewhere: c.about.elsewhere, loose: r.proposing(m[0])}
			r.add(c, span{m[0], end})
		}
	}
	for _, m := range r.matches(nthReturns, "first", "second", "third", "fourth", "fifth", "last") {
		v, end, ok := r.s.written(m[1])
		if name := r.functionBefore(m[1]); ok && name != "" && !r.taken(span{m[0], end}) {
			c := r.returnClaim(span{m[0], m[1]}, end, v)
			c.about.call, c.about.function, c.about.nth = nil, name, ordinal(r.s.prose[m[2]:m[3]])
			c.about.loose = r.proposing(m[0]) || c.about.nth == lastRound
			r.add(c, span{m[0], end})
		}
	}
	r.findPassive()
}

// passiveAfterAnd: "... and returned 5" is active, "the value returned" is not.
func passiveAfterAnd(head string) bool { return strings.HasSuffix(strings.TrimSpace(head), "and") }

// findPassive finds "`[1, 2]` is returned".
func (r *reader) findPassive() {
	for _, m := range r.matches(passives, "return", "handed", "given", "back", " out", "is what", "reported", "the ") {
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
	trailing := r.trails(verb)
	if r.taken(at) || !trailing && !r.subjectOf(verb.start) {
		return
	}
	c := r.returnClaim(verb, end, v)
	if trailing {
		c.about.loose = r.proposing(verb.start)
	}
	if m := insteadOf.FindString(r.s.prose[end:]); m != "" {
		if e, _, ok := r.s.written(end + len(m)); ok {
			c.about.expects = &e
		}
	}
	at.start = r.subjectStart(verb.start)
	r.add(c, at)
}

// trails says whether the verb continues a statement: "..., returning 5".
func (r *reader) trails(verb span) bool {
	head := strings.TrimRight(r.s.prose[:verb.start], " ")
	return strings.EqualFold(r.s.slice(verb), "returning") && strings.HasSuffix(head, ",") && !imperative.MatchString(r.s.prose)
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
	c.about.loose = c.about.loose || strings.EqualFold(r.s.slice(verb), "returning") || whichGives.MatchString(r.s.prose[:verb.start])
	if v.kind == boolean && pronounSubject.MatchString(r.s.prose[r.s.clauseStart(verb.start):verb.start]) {
		c.about.loose = true // it may be a condition
	}
	c.mood = r.s.mood(verb, end, c.about.call)
	if word := strings.ToLower(r.s.slice(verb)); strings.HasPrefix(word, "will") || strings.HasPrefix(word, "would") {
		c.mood = unstated
	}
	if strings.EqualFold(r.s.slice(verb), "returning") && modalWord.MatchString(r.s.prose[:verb.start]) {
		c.mood = unstated // "may end early, returning 5"
		return c
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
	if r.s.repaired && thatHead.MatchString(head[from:]) {
		return true // the repair that sentences before proposed
	}
	switch {
	case at >= 0:
		return adverbs.MatchString(strings.Trim(onInput.ReplaceAllString(head[at:], ""), "`*) "))
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
	for _, m := range lineNoun.FindAllStringSubmatchIndex(r.s.prose[in.start:in.end], -1) {
		n, _ := strconv.Atoi(r.s.prose[in.start+m[2] : in.start+m[3]])
		if n >= 1 && n <= len(r.layout.lines) && strings.HasPrefix(r.layout.lines[n-1], "return") {
			end = max(end, in.start+m[1])
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
	adverbs      = regexp.MustCompile(`(?i)^(?:then|hence|indeed|consequently|already|once|again|first|later|in fact|as a result|after all|in turn|in the end|also|still|incorrectly|wrongly|just|thus|therefore|finally|instead|only|always|simply|actually|now|even|it|itself|\w+ly|above|here|and|so|the|its|\s)*$`)
	thatHead     = regexp.MustCompile(`(?i)^\W*(?:that|this)\s+(?:then\s+|now\s+)?$`)
	onInput      = regexp.MustCompile(`(?i)^\s*(?:on|with|for|given|of) \x60\x00+\x60`)
	pronouns     = regexp.MustCompile(`(?i)^(?:it|which)$`)
	someFunction = regexp.MustCompile(`(?i)\b(?:recursive|inner|innermost|deepest|middle|helper|nested|lambda|built-?in|comparator|key|library|standard|sort(?:ing)?|first|second|third|last|previous|next|other|another|each|every|any|no|string|list|such a)\s+$`)
)

var dotted = regexp.MustCompile(`^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$`)

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
		case directlyBefore(r.s.prose, c.end, verb), dotted.MatchString(text) && !r.functions[lastName(text)]:
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

func (e *evidence) checkReturned(c Claim) Finding {
	frames, firm, why := e.subjects(c.about)
	if len(frames) == 0 {
		if firm && e.broken != nil {
			return contradicted(*e.broken)
		}
		return unverifiable("%s", why)
	}
	var against *observation
	doubt := ""
	for _, f := range frames {
		like, seen := f.ended(c.value)
		switch {
		case like == same:
			return supported(*seen)
		case like == unknown && seen != nil:
			doubt = seen.String()
		case like == unknown:
			doubt = "the trace does not show how the call ended"
		case against == nil:
			against = seen
		}
	}
	switch {
	case doubt != "":
		return unverifiable("%s", doubt)
	case !firm:
		return unverifiable("%s; %s", why, against)
	case e.asWanted(c):
		return unverifiable("it may speak of the repaired program; %s", against)
	case c.about.call == nil && !(c.about.traced && c.about.reported) && e.returnedElsewhere(c.value):
		return unverifiable("another call, or another test's, returns it; %s", against)
	}
	return contradicted(*against)
}

// returnedElsewhere says whether another call of the run, or one of a test before
// the failing one, returns a value.
func (e *evidence) returnedElsewhere(v value) bool {
	for _, f := range e.frames {
		if f.returned != nil && compare(v, parseRendered(f.returned.value)) != different {
			return true
		}
	}
	return slices.ContainsFunc(e.others, func(o expectation) bool {
		return (o.asserted || o.wanted) && !o.truth && compare(v, o.value) != different
	})
}

// asWanted says whether a value that the run does not show is the one that the
// test wants, so that the statement may be one about the repaired program: nothing
// in its sentence says that it reports what happened.
func (e *evidence) asWanted(c Claim) bool {
	if c.about.reported || c.about.expects != nil && compare(c.value, *c.about.expects) != same {
		return false
	}
	return (e.test.asserted || e.test.wanted) && compare(c.value, e.test.value) != different
}

// ended compares a value with what the call returned.
func (f *frame) ended(stated value) (likeness, *observation) {
	switch {
	case f.raised != nil:
		return different, f.raised
	case f.returned == nil:
		return unknown, nil
	}
	like := compare(stated, parseRendered(f.returned.value))
	if f.yields && like == different {
		like = unknown // what is said of a generator is said of its items
	}
	return like, f.returned
}

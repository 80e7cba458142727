package audit

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Parser and Checker are the versions that claims and their checks are stored
// under. A change of what is found or concluded needs a new one.
const (
	Parser  = "claims/3"
	Checker = "trace/3"
)

// Kind is what a claim is about.
type Kind string

// The kinds of claims.
const (
	Returned Kind = "return"        // what a call returned
	Raised   Kind = "exception"     // which exception was raised, and where
	Quiet    Kind = "no-exception"  // that none was raised
	Expected Kind = "expected"      // what the failing test expects
	AtStep   Kind = "value-at-step" // the value of a variable at a step of the trace
	Takes    Kind = "value"         // that a variable takes a value
	AtLine   Kind = "value-at-line" // that it has the value where a line is executed
	AtRound  Kind = "value-at-iteration"
	AtEnd    Kind = "value-at-end"  // when the call, or a loop, is over
	AtStart  Kind = "value-initial" // first of all
	Constant Kind = "unchanged"     // that a variable keeps its value
	Unbound  Kind = "undefined"     // that a variable is never given a value
	Executed Kind = "count"         // how often a line, or the body of a loop, is executed
	Ran      Kind = "executed"      // that a line or branch is executed
	Skipped  Kind = "not-executed"  // that it is not
	Called   Kind = "call"          // how, or how often, a function is called
	Typed    Kind = "type"          // of which type a value is
	Sized    Kind = "length"        // of how many items
	Fails    Kind = "failing-test"  // which test fails
	Fixed    Kind = "fixed-return"  // what the repaired program returns
)

// Claim is one checkable statement, as it was written and as it was understood.
type Claim struct {
	Kind   Kind
	Quote  string // the exact words
	Start  int    // byte offset of the quote in the rationale
	Stated string // what is stated, in one form for all wordings

	about  about
	mood   mood
	value  value
	name   string // of a variable or an exception
	either bool   // it may speak of the program as it was, or as repaired
	text   string // of an exception's message, or of a line of the program
	number int    // a step, a line, a round or a count; -1 for none
	when   *binding
	place  place
	args   []argument // that a function is said to be called with

	sentence string // that it stands in
}

// about says which execution a statement speaks of.
type about struct {
	call      *call
	function  string // empty for the entry point
	nth       int    // which of its calls, from 1; 0 for any
	pronoun   bool   // its subject is only meant by "it"
	misquoted bool   // the rationale quotes a line with the number of another
	last      bool   // the last of its calls
	deepest   bool   // the innermost call of the recursion
	traced    bool   // it speaks of the trace or the failing test
	loose     bool   // it may as well speak of something else
	proposed  bool   // it is loose because it may speak of the repaired program, and for nothing else
	reported  bool   // its sentence speaks of the trace or of the buggy program
	elsewhere bool   // something says that it is about another run
	expects   *value // what is said in the same sentence to be expected instead
}

// Task is what a rationale is about, as far as its words need it.
type Task struct {
	EntryPoint string
	Program    string   // the buggy program
	Tests      []string // in order
	Failing    int      // index of the first failing test, -1 when there is none
}

// reader finds the claims of one rationale.
type reader struct {
	task       Task
	functions  map[string]bool
	layout     layout
	parameters map[string]bool // of the entry point
	finders    []finder
	test       call   // that the failing test makes
	tests      []call // those of all tests
	entry      string
	s          *sentence
	calls      []call      // plain calls of known functions in the sentence
	focus      *call       // what earlier sentences of the paragraph speak of
	traced     bool        // they speak of the failing test
	elsewhere  bool        // they speak of another run
	topic      string      // the function that they named last
	variable   string      // the variable that the sentence before named last
	rounds     bool        // they count the rounds of a loop
	examples   bool        // the rationale has examples of its own, in blocks of code
	proposed   bool        // they say how the program should be
	past       []*sentence // those of them that were not looked at for that yet
	misquoted  bool        // a line was quoted with the number of another
	claims     []Claim
	bound      []binding // of the sentence
	named      []binding
	places     []mention
	after      [][]int // words behind "the"
	verbs      [][]int // of returning
}

// example is what blocks of code show of another input.
var example = regexp.MustCompile(`(?m)^\s{0,8}(?:print\(|>>> |[A-Za-z_]\w* = (?:\[-?\d+, |\[["'])|#? ?(?:Output|Input|Result):)|# (?:Output|Expected|Returns|Should)\b|# ?(?:->|=>|→)`)

var define = regexp.MustCompile(`(?m)^[ \t]*(?:async[ \t]+)?def[ \t]+([A-Za-z_]\w*)`)

func functionsOf(task Task) map[string]bool {
	functions := map[string]bool{}
	if name := lastName(task.EntryPoint); name != "" {
		functions[name] = true
	}
	for _, m := range define.FindAllStringSubmatch(task.Program, -1) {
		functions[m[1]] = true
	}
	return functions
}

func lastName(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }

// Parse finds the checkable statements of a rationale, in their order. It depends
// on the task, never on a trace: the same rationale always has the same claims.
func Parse(rationale string, task Task) []Claim { return newReader(task).read(rationale) }

// newReader prepares what the rationales of a task have in common.
func newReader(task Task) *reader {
	r := &reader{task: task, functions: functionsOf(task), layout: readLayout(task.Program), entry: lastName(task.EntryPoint), finders: finders()}
	for i, code := range task.Tests {
		t := readTest(code, r.functions)
		r.tests = append(r.tests, t.call)
		if i == task.Failing {
			r.test = t.call
		}
	}
	r.parameters = r.parametersOf(r.entry)
	return r
}

// read finds the claims of one rationale.
func (r *reader) read(rationale string) []Claim {
	r.claims, r.misquoted = nil, false
	sentences := split(rationale)
	r.examples = example.MatchString(fenced(rationale))
	for i := range sentences {
		if len(r.claims) >= maxClaims {
			break
		}
		r.enter(&sentences[i], i == 0 || sentences[i-1].paragraph != sentences[i].paragraph)
		for _, f := range r.finders {
			if (!f.literal || r.s.literal()) && (len(f.words) == 0 || r.s.says(f.words...)) {
				f.find(r)
			}
		}
		r.leave()
	}
	r.claims = r.claims[:min(len(r.claims), maxClaims)]
	for i := range r.claims {
		r.claims[i].about.misquoted = r.misquoted
	}
	slices.SortStableFunc(r.claims, func(a, b Claim) int { return cmp.Compare(a.Start, b.Start) })
	return slices.CompactFunc(r.claims, func(a, b Claim) bool { return a.Kind == b.Kind && a.Start == b.Start })
}

// maxClaims bounds the claims of one rationale that are read: a text with more is
// no explanation.
const maxClaims = 500

// finder is a kind's way to find its claims, and words without one of which a
// sentence has none.
type finder struct {
	find    func(*reader)
	literal bool // its claims hold a value
	words   []string
}

// finders are in an order in which those that see a statement whole come before
// those that could take a part of it for a whole.
func finders() []finder {
	return []finder{
		{findCells, true, []string{"|"}},
		{findAtStep, true, []string{"step", "("}},
		{findReturned, true, nil},
		{findRaised, false, []string{"error", "exception", "interrupt", "iteration", "exit"}},
		{findExpected, true, nil},
		{findQuiet, false, []string{"exception", "error", "crash", "nothing", "without", "raising"}},
		{findCalled, false, []string{"call", "invok", "receive", "given", "passed", "run", "execut"}},
		{findSized, false, []string{"element", "item", "entr", "char", "key", "value", "member", "letter", "number", "word", "pair", "row", "field", "group", "column", "line", "digit", "part", "name", "long", "length", "size", "len(", " has ", "contain"}},
		{findTyped, false, []string{"str", "list", "tuple", "dict", "set", "int", "float", "bool", "generator", "none"}},
		{findConstant, false, []string{"stay", "remain", "still", "never", "not", "n't", "n’t", "keep"}},
		{findTakes, true, nil},
		{findInstead, true, []string{"instead", "rather", "but ", "not ", "expect", "correct", "right"}},
		{findUnbound, false, []string{"never", "not", "n't", "n’t", "un", "no value", "before"}},
		{findExecuted, false, []string{"execut", "run", "ran ", "reach", "carried", "evaluat", "perform", "complet", "enter", "hit", "visit", "call", "invok", "happen", "occur", "turn", "trigger", "fire", "place", "taken", "done", "attempt", "tri", "appl", "gone", "goes", "pass", "walk", "twice", "once"}},
		{findRounds, false, []string{"loop", "for", "while", "if", "else", "except", "finally"}},
		{findRoundsOf, false, []string{"loop", "iteration", "pass", "round"}},
		{findPlaces, false, []string{"execut", "run", "ran", "reach", "enter", "taken", "hit", "trigger", "evaluat", "visit", "fire", "iterat", "skip"}},
		{findFails, false, []string{"fail", "pass", "break", "test", "assert"}},
	}
}

var (
	speaksOfTrace = regexp.MustCompile(`(?i)\b(?:the |execution |traced? )traces?\b|\btraced\b|\b(?:failing|failed) (?:test|assert|assertion|case|call|input|run)\b|\b(?:on|for|in) this (?:test|input|run|call)\b|\bat step \d|\(step \d|\bstep \d+ (?:shows|gives|sets|has)\b`)
	proposal      = regexp.MustCompile(`(?i)\b(?:should|must|needs? to|has to|have to) (?:be|use|start|begin|read|compare|check|add|append|return \x60|multiply|divide|call|come|go|run|stop|not|instead|also|first|initiali[sz]e|skip|handle|include|join|take|keep)|\b(?:must|needs? to|has to)\b|\b(?:replace|change|swap|use|move|initiali[sz]e)\s+(?:the|it|this|\x60)`)
	imperative    = regexp.MustCompile(`(?i)^\W*(?:(?:to (?:fix|repair|correct) (?:it|this|that), |so |then |just |simply |instead,? |please )?(?:change|catch|rewrite|subtract|use|replace|add|remove|swap|move|initiali[sz]e|iterate|copy|compare|sort|split|wrap|insert|multiply|divide|convert|switch|drop|delete|put|turn|negate|invert|reverse|join|cast|rename|increment|decrement|guard|skip|handle)\s|(?:fix|fixed|corrected|repaired|solution|repair|correction|correct is|the cure|the remedy|once (?:added|changed|fixed|corrected))\b)`)
	consequence   = regexp.MustCompile(`(?i)^\W*(?:that (?:gives|makes|returns|yields|leaves|brings|turns)|(?:it|the (?:call|function|program|result|answer|test|loop)) (?:then|now)|then|with|this way|that way|doing so|so|as a result|afterwards|this makes|in this way|consequently|thus)\b`)
	reports       = regexp.MustCompile(`(?i)\btraced?\b|\bfail(?:ing|ed) (?:test|run|call|case|assert)|\bbuggy\b|\boriginal|\bcurrent|\bstep \d`)
	whichTests    = regexp.MustCompile(`(?i)\b(?:in|on|for|at|of) the (first|second|third|fourth|fifth|last|other|passing) (?:test|case|example|assert|assertion|call|input)\b`)
	otherTests    = regexp.MustCompile(`(?i)\b(?:earlier|previous|remaining|other|passing|next|later) (?:tests?|cases?|calls?|examples?|inputs?|asserts?|assertions?)\b|\b(?:with|for|on|given) (?:an? )(?:empty|single|one-element|longer|shorter|larger|smaller|negative|positive|even|odd)\b`)
	exampleInput  = regexp.MustCompile(`(?i)\b(?:examples? (?:of|case|input|usage|output)|for example|for instance|consider|suppose|e\.g\.|such as|imagine)\b`)
	forInput      = regexp.MustCompile(`(?i)^\W*(?:for|with|on|given|in the case of) (?:the )?(?:inputs? |list |string |arguments? |numbers? |values? )?`)
	otherInput    = regexp.MustCompile(`(?i)\b(?:for example|for instance|consider|suppose|another|other|e\.g\.|such as|test cases? where|imagine|if)\b`)
)

// enter begins a sentence; what the paragraph spoke of is still spoken of.
func (r *reader) enter(s *sentence, fresh bool) {
	r.s, r.bound, r.named, r.places, r.after, r.verbs = s, nil, nil, nil, nil, nil
	if fresh {
		r.focus, r.traced, r.proposed, r.elsewhere, r.topic, r.variable, r.rounds, r.past = nil, false, false, r.examples, "", "", false, nil
	}
	if consequence.MatchString(s.prose) && r.wasProposed() || imperative.MatchString(s.prose) {
		s.repaired = true
	}
	r.calls = nil
	for _, c := range r.callsOf(s) {
		if s.prose[c.at.end-1] == ')' {
			s.bare = append(s.bare, c.at)
		}
		if c.plain && len(c.args) > 0 {
			r.calls = append(r.calls, c)
		}
	}
	if r.speaksOfTrace() {
		r.traced = true
	} else if s.says("example", "instance", "consider", "suppose", "other", "e.g", "such as", "test", "imagine", "if") && otherInput.MatchString(s.prose) {
		r.traced, r.focus = false, nil
	}
	was := r.elsewhere
	if r.elsewhere = r.turnsElsewhere(was); r.elsewhere && !was {
		r.focus = nil
	}
}

// speaksOfTrace says whether the sentence speaks of the trace or the failing test.
func (r *reader) speaksOfTrace() bool {
	return r.s.says("trace", "fail", "at step", "step ", "this test", "this input", "this run", "this call") && len(r.s.all(speaksOfTrace)) > 0
}

// callsOf finds the calls of known functions in a sentence.
func (r *reader) callsOf(s *sentence) []call {
	if strings.IndexByte(s.text, '(') < 0 {
		return nil
	}
	return calls(s.text, r.functions)
}

// wasProposed says whether a sentence of the paragraph before told how the program
// should be.
func (r *reader) wasProposed() bool {
	for _, s := range r.past {
		r.proposed = r.proposed || s.proposes()
	}
	r.past = nil
	return r.proposed
}

// proposes says whether the sentence tells how the program should be.
func (s *sentence) proposes() bool {
	if s.says("should", "must", "need", "has to", "have to", "replac", "chang", "swap", "use", "mov", "initiali") && proposal.MatchString(s.prose) || imperative.MatchString(s.prose) {
		return true
	}
	if s.says("before", "without", "prior", "until") {
		return repairedProgram.MatchString(before.ReplaceAllString(s.prose, ""))
	}
	return len(s.repairs()) > 0
}

// parametersOf are the names of a function's parameters.
func (r *reader) parametersOf(function string) map[string]bool {
	found := map[string]bool{}
	for _, line := range r.layout.lines {
		if m := parameters.FindStringSubmatch(line); m != nil && strings.Contains(line, "def "+function+"(") {
			for part := range strings.SplitSeq(m[1], ",") {
				found[names.FindString(part)] = true
			}
		}
	}
	delete(found, "self")
	return found
}

// turnsElsewhere says whether a sentence speaks of another run than the traced one,
// given what those before it spoke of.
func (r *reader) turnsElsewhere(was bool) bool {
	prose := r.s.prose
	for _, m := range r.whichTests() {
		if strings.EqualFold(m[1], "other") || strings.EqualFold(m[1], "passing") || r.nth(m[1]) != r.task.Failing {
			return true
		}
		was = false
	}
	if r.speaksOfTrace() || r.namesFailing() {
		return false
	}
	if r.s.says("example", "instance", "consider", "suppose", "e.g", "such as", "imagine") && exampleInput.MatchString(prose) ||
		r.s.says("test", "case", "call", "input", "assert", "example", " a") && otherTests.MatchString(prose) || r.namesOtherInput() {
		return true
	}
	if m := forInput.FindStringIndex(prose); m != nil {
		if v, _, ok := r.s.written(m[1]); ok {
			return !r.passed(v)
		}
	}
	return was
}

// namesFailing says whether the sentence is on the failing test by its number: "the
// second assertion is red".
func (r *reader) namesFailing() bool {
	if !r.s.says("fail", "break", "broke", "red", "wrong", "hold", "violat", "trip", "culprit", "not pass") {
		return false
	}
	for _, m := range r.matches(testFails, "test", "assert", "case") {
		if failing.MatchString(r.s.prose[m[4]:m[5]]) && r.nth(r.s.prose[m[2]:m[3]]) == r.task.Failing {
			return true
		}
	}
	return false
}

// whichTests are the words for tests by their number.
func (r *reader) whichTests() [][]string {
	if !r.s.says("test", "case", "example", "assert", "call", "input") {
		return nil
	}
	return whichTests.FindAllStringSubmatch(r.s.prose, -1)
}

// namesOtherInput says whether the sentence quotes an argument that another test
// has, and the failing one has not.
func (r *reader) namesOtherInput() bool {
	for _, c := range r.s.code {
		if v, ok := parseWhole(r.s.slice(c)); ok && telling(v) && r.otherArgument(v) {
			return true
		}
	}
	for _, m := range quotedText.FindAllStringIndex(r.s.prose, -1) {
		if v, ok := parseWhole(r.s.text[m[0]:m[1]]); ok && telling(v) && r.otherArgument(v) {
			return true
		}
	}
	return false
}

var quotedText = regexp.MustCompile(`'[^'\x00]*'|"[^"\x00]*"|\[[^\]\x00]*\]`)

// telling says whether a value is unlikely to be met by chance.
func telling(v value) bool {
	return v.kind == str && v.text != "" || len(v.items) > 0
}

func (r *reader) otherArgument(v value) bool {
	if r.passed(v) {
		return false
	}
	for i, c := range r.tests {
		if i == r.task.Failing {
			continue
		}
		for _, a := range c.args {
			if compare(v, a.value) == same {
				return true
			}
		}
	}
	return false
}

// passed says whether a value is an argument of the failing test's call.
func (r *reader) passed(v value) bool {
	if f := r.task.Failing; f >= 0 && f < len(r.task.Tests) && v.text != "" && strings.Contains(r.task.Tests[f], v.text) {
		return true
	}
	for _, a := range r.test.args {
		if compare(v, a.value) != different {
			return true
		}
		for _, item := range a.value.items {
			if compare(v, item) != different {
				return true
			}
		}
	}
	return false
}

// countLines sees whether the sentence quotes a line with the number of another:
// "line 4 (`total = 0`)".
func (r *reader) countLines() {
	if r.misquoted || len(r.s.code) == 0 {
		return
	}
	for _, m := range r.matches(lineNoun, "line", "l") {
		n, _ := strconv.Atoi(r.s.prose[m[2]:m[3]])
		for _, c := range r.s.code {
			lines := r.layout.find(r.s.slice(c))
			between := ""
			if c.start > m[1] {
				between = strings.Trim(r.s.prose[m[1]:c.start], " (:,=–—-`")
			}
			if c.start < m[1] || between != "" || len(lines) == 0 {
				continue
			}
			r.misquoted = r.misquoted || !slices.Contains(lines, n)
		}
	}
}

// leave ends a sentence: the one call that it named is the focus of the next.
func (r *reader) leave() {
	r.relate()
	r.countLines()
	r.past = append(r.past, r.s)
	r.variable = ""
	for _, b := range r.spots() {
		r.variable = b.name
	}
	r.rounds = r.rounds || len(r.matches(roundWords, "iteration", "pass", "round", "time", "trip", "run", "cycle", "turn")) > 0
	for _, c := range r.s.code {
		if name := functionName(r.s.slice(c)); r.functions[name] {
			r.topic = name
		}
	}
	if len(r.calls) > 0 {
		last := r.calls[len(r.calls)-1]
		for _, c := range r.calls {
			if sameCall(c, last) != same {
				r.focus, r.traced = nil, false
				return
			}
		}
		last.at = span{-1, -1}
		r.focus = &last
	}
}

// functionName is the name of the function that code names or calls.
func functionName(code string) string {
	name, _, _ := strings.Cut(code, "(")
	return lastName(strings.TrimSpace(name))
}

// speaksOf finds the call that a statement at at, which ends at end, is about.
func (r *reader) speaksOf(at, end int) about {
	a := about{traced: r.traced, elsewhere: r.elsewhere, reported: r.s.says("trace", "fail", "bug", "origin", "current", "step ") && len(r.s.all(reports)) > 0}
	var before, after *call
	distinct := 0
	for i := range r.calls {
		c := &r.calls[i]
		if i == 0 || sameCall(*c, r.calls[0]) != same {
			distinct++
		}
		if c.at.end <= at {
			before = c
		} else if c.at.start >= end && after == nil {
			after = c
		}
	}
	switch {
	case before != nil:
		a.call = before
	case after != nil:
		a.call = after
	case distinct == 0:
		a.call = r.focus
	}
	a.proposed = distinct <= 1 && r.proposing(at)
	a.loose = distinct > 1 || a.proposed
	a.elsewhere = a.elsewhere || r.foreignInput(at) || r.describedInput(at)
	return a
}

// foreignInput says whether the words before a byte name an input that is not the
// failing test's: "for 13 the program", "`'2h'` returned".
func (r *reader) foreignInput(at int) bool {
	from := strings.LastIndexAny(r.s.prose[:at], ";") + 1
	head := r.s.prose[from:at]
	for _, m := range inputBefore.FindAllStringIndex(head, -1) {
		if v, _, ok := r.s.written(from + m[1]); ok && from+m[1] < at && !r.passed(v) {
			return true
		}
	}
	for _, m := range namedInput.FindAllStringSubmatchIndex(head, -1) {
		name := strings.Trim(r.s.text[from+m[2]:from+m[3]], "`*")
		if v, _, ok := parseLiteral(strings.TrimLeft(r.s.text[from+m[1]:], "` ")); ok && r.parameters[name] && !r.passed(v) {
			return true
		}
	}
	if strings.TrimSpace(head) == "" {
		return false
	}
	v, start, ok := r.s.before(at)
	return ok && strings.Trim(r.s.prose[from:start], " *\x60") == "" && !r.passed(v)
}

// describedInput says whether the clause before a byte begins with an input in words:
// "for the empty list", "with only one player".
func (r *reader) describedInput(at int) bool {
	from := strings.LastIndexAny(r.s.prose[:at], ";") + 1
	for _, m := range inputInWords.FindAllStringSubmatch(r.s.prose[from:at], -1) {
		if !noInput.MatchString(m[1]) {
			return true
		}
	}
	return false
}

var (
	inputInWords = regexp.MustCompile(`(?i)(?:^|[,:]\s+(?:and |but |while |whereas )?)\W*(?:for|with|given|on|in case of)\s+((?:the|an?|no|only|just|one|two|three|four|five|zero|empty|negative|equal|even|odd)\s+[a-z][a-z -]*)`)
	noInput      = regexp.MustCompile(`(?i)\b(?:this|that|failing|failed|traced?|steps?|lines?|pass|passes|iterations?|rounds?|tests?|call|calls|input|first|second|third|fourth|last|next|loop|run|hand|way|bugs?|fix|fixes|changes?|added|removed|swapped|replaced|same|help|whole|result|values? of|help|condition|operator|comparison)\b`)
)

var namedInput = regexp.MustCompile(`(?i)\b(?:for|given|on|with|when|where|if|at)\s+([\x60*\x00a-z_]\w*[\x60*\x00]*)\s*(?:=|==|is|of|equals)\s*`)

var inputBefore = regexp.MustCompile(`(?i)\b(?:for|given|on input|on|with) (?:the )?(?:inputs? |list |string |arguments? |numbers? |values? )?`)

// relate tells the claims of the sentence on what was returned the one value that
// it says to be expected.
func (r *reader) relate() {
	var expected *value
	var returned []*Claim
	for i := range r.claims {
		c := &r.claims[i]
		switch {
		case c.Start < r.s.start:
		case c.Kind == Returned && c.about.expects == nil:
			returned = append(returned, c)
		case c.Kind == Expected && expected != nil && compare(c.value, *expected) != same:
			return
		case c.Kind == Expected:
			v := c.value
			expected = &v
		}
	}
	if len(returned) != 1 {
		return
	}
	for _, m := range r.matches(shouldBe, "should") {
		if v, _, ok := r.s.written(m[1]); ok && expected == nil {
			expected = &v
		}
	}
	returned[0].about.expects = expected
}

// shouldBe stands before a value that is said to be the right one, of whatever it is.
var shouldBe = regexp.MustCompile(`(?i)\bshould (?:be|have been|equal)\s`)

// proposing says whether a statement may be about the program as it should be.
func (r *reader) proposing(at int) bool {
	return r.wasProposed() && !buggyProgram.MatchString(r.s.prose[:at])
}

// add records a claim over a range of the sentence, if it is one about a run.
func (r *reader) add(c Claim, at span) {
	if c.mood == unstated {
		return
	}
	for at.start < at.end && strings.IndexByte(" \t\n`*", r.s.text[at.start]) >= 0 && !codeMark(r.s, at.start) {
		at.start++
	}
	c.Quote, c.Start, c.sentence = r.s.slice(at), r.s.start+at.start, r.s.text
	r.claims = append(r.claims, c)
}

// codeMark says whether the byte opens a code span.
func codeMark(s *sentence, at int) bool {
	return s.text[at] == '`' && at+1 < len(s.prose) && s.prose[at+1] == 0
}

// taken says whether a claim over a range has been found already.
func (r *reader) taken(at span) bool {
	for _, c := range r.claims {
		from := c.Start - r.s.start
		if from < at.end && at.start < from+len(c.Quote) {
			return true
		}
	}
	return false
}

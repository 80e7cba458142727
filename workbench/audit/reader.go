package audit

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	proposal    = regexp.MustCompile(`(?i)\b(?:should|must|needs? to|has to|have to) (?:be|use|start|begin|read|compare|check|add|append|return \x60|multiply|divide|call|come|go|run|stop|not|instead|also|first|initiali[sz]e|skip|handle|include|join|take|keep)|\b(?:must|needs? to|has to)\b|\b(?:replace|change|swap|use|move|initiali[sz]e)\s+(?:the|it|this|\x60)`)
	imperative  = regexp.MustCompile(`(?i)^\W*(?:(?:to (?:fix|repair|correct) (?:it|this|that), |so |then |just |simply |instead,? |please )?(?:change|catch|rewrite|subtract|use|replace|add|remove|swap|move|initiali[sz]e|iterate|copy|compare|sort|split|wrap|insert|multiply|divide|convert|switch|drop|delete|put|turn|negate|invert|reverse|join|cast|rename|increment|decrement|guard|skip|handle)\s|(?:fix|fixed|corrected|repaired|solution|repair|correction|correct is|the cure|the remedy|once (?:added|changed|fixed|corrected))\b)`)
	consequence = regexp.MustCompile(`(?i)^\W*(?:that (?:gives|makes|returns|yields|leaves|brings|turns)|(?:it|the (?:call|function|program|result|answer|test|loop)) (?:then|now)|then|with|this way|that way|doing so|so|as a result|afterwards|this makes|in this way|consequently|thus)\b`)
)

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

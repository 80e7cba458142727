package audit

import (
	"regexp"
	"slices"
	"strings"
)

// mood says whether a statement is one about a run that happened.
type mood int

const (
	stated      mood = iota
	conditional      // said of a kind of input, or under a condition
	unstated         // a wish, a denial, a question, or about another program
)

var (
	modal = regexp.MustCompile(`(?i)\b(should|would|could|might|may|must|can|will|shall|cannot|not|never|ought|needs?|supposed|want|wants|wanted|instead of|rather than|before|without|ensures?|ensuring|so that|makes? sure|making sure|guarantees?|guaranteeing|avoids?|avoiding|prevents?|preventing|potential|potentially|possible|possibly|to|likely|probably|perhaps|maybe|neither|nor|no longer|stops?|expects?|expected|intended|hypothetical\w*|correctly|properly|either|unlike)\s*$|n['’]t\b`)

	// what makes everything behind it, or a clause that ends in it, about the repaired program
	repairedProgram = regexp.MustCompile(`(?i)\b(?:after|with|by|once|following|upon|thanks to|under|given)\s+(?:\w+\s+)?(?:the|this|that|these|those|our|my|such|a)\s+(?:\w+\s+)?(?:fix|fixes|change|changes|repair|repairs|correction|corrections|modification|modifications|patch|edit|adjustment|update|replacement)\b|\b(?:fixed|corrected|repaired|new|updated|modified|revised|patched|correct|proper|reference|improved|working|right)\s+(?:version|code|program|function|implementation|line|condition|loop|solution|method|one|variant|definition|expression|run|execution|trace|case)\b|\bwith \x60\x00+\x60,|\bwith (?:an?|another|such)\s+\w+|\bnow\b|\bonce\s+(?:fixed|corrected|changed|repaired|this|it|that)\b|\bthe\s+(?:fix|repair|solution|patch|change|correction|edit)\b|\bmy\s+(?:fix|change|version|repair)\b|\bto\s+(?:fix|correct|repair|resolve|solve|address)\b|\b(?:fixing|correcting|changing|replacing|swapping|moving|removing|adding|using|initiali[sz]ing|starting|returning)\s+(?:the|a|an|this|that|it|these|both|one|two|another|\x60|with|from|at)\b?|\b(?:change|replace|swap|use|add|remove|move|initiali[sz]e|return)\s+(?:the|it|this|that|\x60|a|an)|\bwith\s+(?:the|both|all|these|those|that|this|an?)\s+(?:[\w'-]+\s+){1,4}(?:added|removed|changed|swapped|moved|fixed|corrected|replaced|gone|in place|appended|included|inserted|reordered|flipped|restored|dropped|reversed)\b|\b(?:once|after|when)\s+(?:the|it|this|that)\s+(?:[\w'-]+\s+){0,3}(?:is|has been)\s+(?:added|removed|changed|swapped|moved|fixed|corrected|replaced|repaired|restored)\b|\bi\s+(?:changed|replaced|swapped|added|removed|moved|fixed|corrected|modified|updated)\b`)
	gerund          = regexp.MustCompile(`(?i)^\W*(?:by\s+)?([a-z]+ing)\b|^\W*(?:after|once|with|when) (reordering|changing|replacing|swapping|moving|removing|fixing|correcting|renaming|inserting|rewriting|dropping|deleting|switching|repairing|adding the|using)\b`)
	running         = regexp.MustCompile(`(?i)^(?:running|calling|executing|tracing|during|evaluating|according|looking|following|stepping|going|walking|testing|checking|thing|nothing|something|everything|string)$`)
	before          = regexp.MustCompile(`(?i)\b(?:before|without|prior to|until)\s+(?:the|this|that|these|any|our|my)\s+(?:\w+\s+)?(?:fix|fixes|change|changes|repair|correction|modification|patch|edit)\b`)
	buggyProgram    = regexp.MustCompile(`(?i)\b(?:buggy|original|originally|unfixed|unpatched|broken|faulty)\b|\bcurrent(?:ly)?\b|\bas (?:it is|written|given)\b|\bthe trace\b|\bbefore\s+(?:the|this)\s+(?:fix|change)\b`)

	ifClause   = regexp.MustCompile(`(?i)\b(?:if|when|whenever|unless|suppose|assume|assuming|imagine|consider|were|in (?:that |this |the |such )?cases?|for example|for instance|such as|e\.g\.|like|any|all|every|each|always|sometimes|often|generally|usually|in general|otherwise|provided|as long as|test cases? where|inputs?|hypothetically|say)\b`)
	hardIf     = regexp.MustCompile(`(?i)\b(?:if|unless|suppose|assume|assuming|imagine|were|otherwise|had|hypothetically)\b`)
	condAfter  = regexp.MustCompile(`(?i)^[^;.!?]*?\b(?:if|when|whenever|unless|until|once (?:the|it|this|that|a|an)|as soon as|provided|given that|in cases?|as long as|for \w+ (?:numbers|inputs|lists|strings|values|words|integers|elements|arrays|cases|arguments|sequences)\b|for (?:any|all|every|each|most|some|an?|the|input|inputs|negative|positive|even|odd|empty|larger?|small(?:er)?|n|x|lists?|strings?|numbers?|values?|other)|on (?:any|all|every|each|an?|inputs?)|in (?:all|any|some|many|most|other) |each time|every time|always|sometimes)\b`)
	inClause   = regexp.MustCompile(`(?i)^(?:any|all|every|each|always|sometimes|often|like|inputs?|say|such as)$`)
	specifying = regexp.MustCompile(`(?i)\b(?:the task|task says|what is asked|is asked|the problem (?:statement|says|asks|requires)|the docstring|the instructions?|the specifications?|the spec|the requirements?|is required|are required|we (?:need|want)|the goal|the intent(?:ion)?|the idea|is intended|is meant|is supposed|the aim|function to\b|program to\b|(?:an?|the|one|something|some) (?:\w+ )?(?:function|program|method|version|solution|one|something|code) that\b)`)
	thisTest   = regexp.MustCompile(`(?i)\bfor (?:this|the (?:failing|failed|given|traced|test)) (?:test|input|call|case|run)|\bon (?:this|the (?:failing|failed|given|traced)) (?:test|input|call|case|run)`)
)

// clauseBoundary ends what a word can govern.
var clauseBoundary = regexp.MustCompile(`(?i)[;:—–(]|,\s|\b(?:but|whereas|while|although|though|because|since|so|and|which|then|however|yet)\b`)

// clauseStart is where the clause begins that the byte at stands in.
func (s *sentence) clauseStart(at int) int {
	start := 0
	for _, m := range s.all(clauseBoundary) {
		if m[1] > at {
			break
		}
		if !slices.ContainsFunc(s.bare, func(c span) bool { return c.start < m[0] && m[1] <= c.end }) {
			start = m[1]
		}
	}
	return start
}

// mood judges a statement whose verb is at verb and which ends at end. about is
// the call that it speaks of, nil when it names none.
func (s *sentence) mood(verb span, end int, about *call) mood {
	head := s.prose[s.clauseStart(verb.start):verb.start]
	switch {
	case strings.HasSuffix(strings.TrimRight(s.prose, " \n\t"), "?"),
		s.ofRepaired(verb.start, end),
		specifying.MatchString(s.prose[:verb.start]),
		modal.MatchString(lastWords(head, 3)) || modalNear(head):
		return unstated
	case s.underCondition(verb.start, end, about):
		return conditional
	}
	return stated
}

var modalWord = regexp.MustCompile(`(?i)\b(?:should|would|could|might|may|must|can|will|shall|cannot|supposed|expected to|meant to|intended to|ought|never)\b|n['’]t\b`)

// modalNear says whether a modal verb governs the clause that leads to the verb.
func modalNear(head string) bool { return modalWord.MatchString(head) }

func lastWords(text string, n int) string {
	fields := strings.Fields(text)
	return strings.Join(fields[max(0, len(fields)-n):], " ")
}

// ofRepaired says whether the words from start to end are about the repaired program.
func (s *sentence) ofRepaired(start, end int) bool {
	prose := s.prose
	if s.says("before", "without", "prior", "until") {
		prose = before.ReplaceAllStringFunc(s.prose, func(m string) string { return strings.Repeat(" ", len(m)) })
	}
	var buggy [][]int
	if s.says("bug", "origin", "unfixed", "unpatched", "broken", "faulty", "current", "as it", "as is", "as written", "as given", "trace", "before") {
		buggy = upToByte(s.all(buggyProgram), start)
	}
	kept := func(m []int) bool { return prose[m[0]:m[1]] == s.prose[m[0]:m[1]] }
	marks := slices.DeleteFunc(slices.Clone(upToByte(s.repairs(), start)), func(m []int) bool { return !kept(m) })
	if len(marks) > 0 {
		return len(buggy) == 0 || buggy[len(buggy)-1][0] < marks[len(marks)-1][0]
	}
	for _, m := range s.repairs() {
		if m[0] >= end && kept(m) {
			if !clauseBoundary.MatchString(prose[end:m[0]]) {
				return true
			}
			break
		}
	}
	if m := gerund.FindStringSubmatch(prose); m != nil && !running.MatchString(m[1]) && len(buggy) == 0 || s.withCode(start) && len(buggy) == 0 {
		return true
	}
	return s.repaired && len(buggy) == 0
}

// repairs are the words that make a statement one about the repaired program.
func (s *sentence) repairs() [][]int {
	if !s.says("fix", "correct", "repair", "new", "updat", "modif", "revis", "patch", "proper", "reference", "improv", "working", "right", "with", "now",
		"solution", "chang", "edit", "adjust", "replac", "address", "resolv", "solv", "swap", "mov", "remov", "add", "us", "initiali", "starting", "returning", "return ", "once") {
		return nil
	}
	return s.all(repairedProgram)
}

// upToByte are the matches that end at a byte or before it.
func upToByte(matches [][]int, at int) [][]int {
	for i, m := range matches {
		if m[1] > at {
			return matches[:i]
		}
	}
	return matches
}

// withCode says whether the clause before a byte proposes code: "with `<=`", but
// not "with `n = 3`", which is an input.
func (s *sentence) withCode(at int) bool {
	for _, c := range s.code {
		if c.end > at || !proposesCode.MatchString(s.prose[:c.start-1]) {
			continue
		}
		text := s.slice(c)
		if m := assignText.FindStringSubmatch(text); m != nil {
			text = m[2]
		}
		if _, literal := parseWhole(text); !literal && (!identifier.MatchString(text) || statementWord.MatchString(text)) && !strings.Contains(text, "(") {
			return true
		}
	}
	return false
}

var statementWord = regexp.MustCompile(`^(?:continue|break|return|pass|raise|yield|not|and|or)$`)

var proposesCode = regexp.MustCompile(`(?i)\b(?:with|using|by) (?:the (?:condition|bound|test|comparison|check) )?$`)

// underCondition says whether a condition, or a kind of input, is between the
// statement and the traced run. A condition that names the call itself is none.
func (s *sentence) underCondition(verb, end int, about *call) bool {
	clause, part := s.clauseStart(verb), strings.LastIndexAny(s.prose[:verb], ";:")
	for _, m := range upToByte(s.all(ifClause), verb) {
		if m[0] < part || m[0] < clause && inClause.MatchString(s.prose[m[0]:m[1]]) {
			continue
		}
		clauseEnd := m[1] + len(s.prose[m[1]:verb])
		if comma := strings.Index(s.prose[m[1]:verb], ", "); comma >= 0 {
			clauseEnd = m[1] + comma
		}
		named := about != nil && (m[0] <= about.at.start && about.at.start < clauseEnd || !hardIf.MatchString(s.prose[m[0]:m[1]]))
		if !named && !thisTest.MatchString(s.prose[m[0]:clauseEnd]) && !isThis(s.prose[m[0]:clauseEnd]) {
			return true
		}
	}
	tail := ownItem.ReplaceAllString(thisTest.ReplaceAllString(s.prose[end:], ""), "")
	if s.says("when", "once", "by ") {
		tail = endWords.ReplaceAllString(tail, "")
	}
	if m := nextClause.FindStringIndex(tail); m != nil {
		tail = tail[:m[0]]
	}
	m := condAfter.FindStringIndex(tail)
	if m == nil {
		return false
	}
	// "but", "while" and the like begin a statement of their own
	if clauseBreak.MatchString(tail[:m[1]]) {
		return false
	}
	return about == nil || about.at.start < end || hardIf.MatchString(tail[:m[1]])
}

var (
	clauseBreak = regexp.MustCompile(`(?i)[;:]|\b(?:but|whereas|while|although|though|because|since|so)\b`)
	nextClause  = regexp.MustCompile(`(?i)[;:]|,\s+(?:which|and|so|but|then)\b|\band (?:then|the|so|it|its|\x60)`)
	ownItem     = regexp.MustCompile(`(?i)\bfor (?:the (?:first|second|third|fourth|last|final|call|current|same|whole|entire)|each|every (?:element|item|character|word|number))\b`)
	thisInput   = regexp.MustCompile(`(?i)\bin (?:this|the) case\b|\b(?:on|for|with) (?:this|the) (?:failing |failed |given |traced |test )?(?:inputs?|test|case)\b`)
)

func isThis(text string) bool { return thisInput.MatchString(text) }

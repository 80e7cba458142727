package audit

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// when says of which time of the run a statement on a variable speaks.
type when struct {
	kind      Kind // Takes for any time
	number    int  // a line or a round, from 1; lastRound for the last
	condition *binding
	at        span // of its words; empty where the verb says it
}

const lastRound = 0

// String is the time in one form for all wordings.
func (w when) String() string {
	switch {
	case w.condition != nil:
		return " when " + w.condition.name + " = " + w.condition.value.String()
	case w.kind == AtRound && w.number == lastRound:
		return " in the last round"
	case w.kind == AtRound:
		return fmt.Sprintf(" in round %d", w.number)
	case w.kind == AtLine:
		return fmt.Sprintf(" at line %d", w.number)
	case w.kind == AtEnd:
		return " at the end"
	case w.kind == AtStart:
		return " at the start"
	}
	return ""
}

var (
	endWords   = regexp.MustCompile(`(?i)\b(?:after (?:the|this|that) (?:\w+ )?loop(?: (?:ends|finishes|is over|terminates|completes|has finished))?|(?:when|once) the (?:\w+ )?loop (?:ends|finishes|is over|terminates|completes|is done|has finished)|at the (?:very )?(?:end|close)(?: of the (?:run|function|loop|call|trace|program))?|when (?:everything|it all|all) is (?:over|done)|by then\b|at the moment of the (?:crash|exception|error|failure)|(?:when|by the time) (?:it|the crash|the error) (?:happens|occurs|strikes)|by the crash|at the (?:crash|return)|when (?:the |its )?(?:\w+ )?(?:function|loop|while|for|run|program|call|recursion|generator|iteration|it|letters|items|words|numbers|characters|lines|rows) (?:quits?|ends?|ended|stops?|stopped|gives? up|finish(?:es)?|finished|exits?|terminates?|terminated|returns?|is (?:over|done|finished)|run out|runs out|are (?:used up|exhausted))|once the loop is (?:over|done)|in the end|by the end(?: of (?:the|this) \w+)?|finally|ultimately|at the return|by the time [^,.]*(?:returns|ends|finishes|is reached|is over)|(?:just|right) before (?:the return|returning|it returns)|when (?:the function|it) returns|when the (?:exception|error) (?:occurs|is raised|happens)|when it crashes|(?:by|at) the (?:time|moment) of the (?:crash|exception|error)|after (?:all|the last) (?:\w+ )?(?:iterations?|passes|rounds))\b`)
	startWords = regexp.MustCompile(`(?i)\b(?:initially|at first\b|at the outset|from the (?:beginning|outset|start)|at the (?:very )?(?:start|beginning|outset)|in the beginning|before the loop(?: (?:starts|begins|runs))?|to (?:begin|start) with)\b`)
	roundWords = regexp.MustCompile(`(?i)\b(?:(?:in|on|during|at|after|by|for) )?(?:the |its )?(?:(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final)|(\d{1,4})(?:st|nd|rd|th)) (?:(?:for |while )?loop )?(?:iteration|pass|round|time through|trip|run through|cycle|turn)\b(?: (?:of|through) the (?:\w+ )?loop)?|\b(?:(?:in|on|during|at|after) )?(?:loop )?(?:iteration|pass|round) (?:number |no\. |#)?(\d{1,4})\b`)
	bareRound  = regexp.MustCompile(`(?i)\b(?:in|on|after|at|during) (?:the )?(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last)(?:,|\s+(?:\x60|it\b|it['’]s|[a-z_]+ (?:is|was|becomes|goes|turns|holds)\b)|\s*:)`)
	lineWords  = regexp.MustCompile(`(?i)\b(?:on|at|in|after) line \x60?(\d{1,5})\b\x60?|\bline (\d{1,5}) (?:sets|assigns|makes|updates|changes|gives|leaves)\b|\(line (\d{1,5})\)|^\W*line (\d{1,5}):`)
	endVerb    = regexp.MustCompile(`(?i)^(?:finally )?(?:ends|ended|ending|finishes|finished|finishing|winds up|wound up|is left|was left|comes to rest|came to rest|closes|closed|halts|halted|has halted|settles|settled|stops|stopped|lands|landed|landing)\b`)
	startVerb  = regexp.MustCompile(`(?i)^(?:starts|started|starting|begins|began|begin|beginning|kicks off|kicked off|sets off|set off|opens|opened|(?:is|was) (?:seeded|born)|(?:is|was) initiali[sz]ed|initiali[sz]es|initiali[sz]ed)\b`)
	onBinding  = regexp.MustCompile(`(?i)\b(?:when|for|at|with|where|while|once|on|as soon as)\s+[\x60*]*$`)
	asHeading  = regexp.MustCompile(`^[\s\x60*]*(?::|→|->|=>|—|–)`)
)

// whens finds the times that the sentence speaks of.
func (r *reader) whens(bindings []binding) (all []when) {
	prose := r.s.prose
	for _, m := range r.matches(endWords, "end", "loop", "final", "return", "ultimately", "pass", "round", "iteration", "crash", "error", "exception") {
		all = append(all, when{kind: AtEnd, at: span{m[0], m[1]}})
	}
	for _, m := range r.matches(startWords, "initially", "start", "begin", "loop") {
		all = append(all, when{kind: AtStart, at: span{m[0], m[1]}})
	}
	for _, m := range r.matches(roundWords, "iteration", "pass", "round", "time", "trip", "run", "cycle", "turn") {
		if !r.upTo(m) {
			all = append(all, when{kind: AtRound, number: ordinal(group(prose, m)), at: span{m[0], m[1]}})
		}
	}
	if r.rounds || len(r.matches(roundWords, "iteration", "pass", "round", "time", "trip", "run", "cycle", "turn")) > 0 {
		for _, m := range bareRound.FindAllStringSubmatchIndex(prose, -1) {
			all = append(all, when{kind: AtRound, number: ordinal(group(prose, m)), at: span{m[0], m[3]}})
		}
	}
	for _, m := range r.matches(lineWords, "line") {
		n, _ := strconv.Atoi(group(prose, m))
		all = append(all, when{kind: AtLine, number: n, at: span{m[0], m[1]}})
	}
	for i, b := range bindings {
		head := onBinding.FindStringIndex(prose[:b.at.start])
		first := strings.Trim(prose[:b.at.start], " *`-") == "" && asHeading.MatchString(prose[b.at.end:])
		switch {
		case !r.layout.variables[b.name]:
		case head != nil:
			all = append(all, when{kind: AtRound, number: -1, condition: &bindings[i], at: span{head[0], b.at.end}})
		case first && b.code:
			all = append(all, when{kind: AtRound, number: -1, condition: &bindings[i], at: b.at})
		}
	}
	return all
}

// matches are the submatches of an expression, where the sentence has one of the
// words without which there are none.
func (r *reader) matches(expression *regexp.Regexp, words ...string) [][]int {
	if !r.s.says(words...) {
		return nil
	}
	return expression.FindAllStringSubmatchIndex(r.s.prose, -1)
}

// group is the first group of a match that took part.
func group(text string, m []int) string {
	for i := 2; i < len(m); i += 2 {
		if m[i] >= 0 {
			return text[m[i]:m[i+1]]
		}
	}
	return ""
}

// ordinal reads "third", "last" or "12".
func ordinal(word string) int {
	word = strings.ToLower(word)
	for n, name := range []string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"} {
		if word == name {
			return n + 1
		}
	}
	if n, err := strconv.Atoi(strings.TrimRight(word, "stndrh")); err == nil {
		return n
	}
	return max(lastRound, wordNumber(word))
}

// conditions says whether a binding only says when another holds.
func (r *reader) conditions(b binding, whens []when) bool {
	for _, w := range whens {
		if w.condition != nil && w.condition.at == b.at {
			return true
		}
	}
	return false
}

// whenOf is the time of a binding: what its verb says, else the last time that is
// mentioned before it, else the one right behind it.
func whenOf(prose string, b binding, whens []when, all []binding) when {
	switch {
	case endVerb.MatchString(b.verb):
		return when{kind: AtEnd}
	case startVerb.MatchString(b.verb):
		return when{kind: AtStart}
	}
	chosen := when{kind: Takes, number: -1}
	for _, w := range whens {
		behind := w.at.start >= b.at.end && joining.MatchString(prose[b.at.end:w.at.start]) && !leadsOn(prose, w, all)
		before := w.at.end <= b.at.start && !thenAgain.MatchString(prose[w.at.end:b.at.start])
		if behind {
			return w
		}
		if before && w.at.end > chosen.at.end && !followsBinding(prose, w, all) {
			chosen = w
		}
	}
	return chosen
}

// leadsOn says whether the words stand right before a binding, as its beginning: no
// comma comes between, unless one stands before them, too.
func leadsOn(prose string, w when, all []binding) bool {
	apart := strings.HasSuffix(strings.TrimRight(prose[:w.at.start], " *`"), ",")
	for _, b := range all {
		if b.at.start < w.at.end || strings.Trim(prose[w.at.end:b.at.start], " *`,") != "" {
			continue
		}
		return apart || !strings.Contains(prose[w.at.end:b.at.start], ",")
	}
	return false
}

// followsBinding says whether the words already belong to a binding right before
// them.
func followsBinding(prose string, w when, all []binding) bool {
	for _, b := range all {
		if b.at.end <= w.at.start && joining.MatchString(prose[b.at.end:w.at.start]) && !leadsOn(prose, w, all) {
			return true
		}
	}
	return false
}

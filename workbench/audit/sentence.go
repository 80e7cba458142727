package audit

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// sentence is one sentence of a rationale, with what its surroundings say of it.
type sentence struct {
	start     int    // byte offset in the rationale
	text      string // as written
	prose     string // the same length: code spans and emphasis blanked out
	code      []span // contents of its code spans
	paragraph int
	repaired  bool   // it stands where the repaired program is spoken of
	steps     bool   // the rationale counts steps of its own
	cells     []cell // where it is a row of a table
	bare      []span // calls that stand in it without marks
	lower     string
	valued    *bool
	named     [][]int
	found     map[*regexp.Regexp][][]int // what was looked for in the prose before
}

// all finds all matches of an expression in the prose, once.
func (s *sentence) all(expression *regexp.Regexp) [][]int {
	matches, known := s.found[expression]
	if !known {
		matches = expression.FindAllStringIndex(s.prose, -1)
		if s.found == nil {
			s.found = map[*regexp.Regexp][][]int{}
		}
		s.found[expression] = matches
	}
	return matches
}

// words are the ASCII words of the prose that a name could be.
func (s *sentence) words() [][]int {
	if s.named == nil {
		s.named = [][]int{}
		for at := 0; at < len(s.prose); at++ {
			from := at
			for at < len(s.prose) && s.prose[at] < utf8.RuneSelf && identifierByte(s.prose[at]) {
				at++
			}
			if at > from && (s.prose[from] < '0' || s.prose[from] > '9') {
				s.named = append(s.named, []int{from, at})
			}
		}
	}
	return s.named
}

// says whether any of the words, in lower case, is in the sentence, code included: a
// cheap answer before an expensive one.
func (s *sentence) says(words ...string) bool {
	if s.lower == "" {
		s.lower = strings.ToLower(s.text)
	}
	for _, word := range words {
		if strings.Contains(s.lower, word) {
			return true
		}
	}
	return false
}

// literal says whether the sentence may hold a value: a digit, a bracket, a quotation
// mark, a code span, or a word for one.
func (s *sentence) literal() bool {
	if s.valued == nil {
		holds := strings.ContainsAny(s.text, "0123456789\"`[{(“”‘") || s.quotes() || s.says("true", "false", "none", "nothing", "empty", "blank", "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twel", "twenty")
		s.valued = &holds
	}
	return *s.valued
}

// quotes says whether the sentence has a quotation mark that is no apostrophe.
func (s *sentence) quotes() bool {
	for i := range len(s.text) {
		if s.text[i] == '\'' && (i == 0 || !identifierByte(s.text[i-1]) || i+1 == len(s.text) || !identifierByte(s.text[i+1])) {
			return true
		}
	}
	return false
}

// span is a range of bytes.
type span struct{ start, end int }

func (s *sentence) slice(at span) string { return s.text[at.start:at.end] }

// codeAt returns the code span that begins at a byte, its opening mark included.
func (s *sentence) codeAt(at int) (span, bool) {
	for _, c := range s.code {
		if c.start > at && strings.TrimSpace(strings.Trim(s.prose[at:c.start], "`")) == "" && strings.Contains(s.prose[at:c.start], "`") {
			return c, c.start-at <= len("<code>")
		}
	}
	return span{}, false
}

var (
	heading   = regexp.MustCompile(`^\s{0,3}(#{1,6})\s+\S|^\s*(?:[-*]\s+|\d+[.)]\s+)?(\*\*)[^*]+(?:\*\*:?|:\*\*)\s*$`)
	leadIn    = regexp.MustCompile(`^[^.!?]{1,80}:\s*$`)
	item      = regexp.MustCompile(`^\s*(?:[-*+•]|\d+[.)])\s+`)
	fence     = regexp.MustCompile("^\\s*(```+|~~~+)")
	ownSteps  = regexp.MustCompile(`(?im)^[\s#*\-\d.)]*step (\d+)\b`)
	sayRepair = regexp.MustCompile(`(?i)\b(fix|fixes|fixed|fixing|correct|corrected|correction|corrections|solution|solutions|repair|repaired|updated|revised|improved|improvements?|verification|verify|verifying|recommendations?|examples?|test cases|testing|execution|conclusion|walkthrough|key changes|changes|after)\b`)
	sayBug    = regexp.MustCompile(`(?i)\b(bugs?|issues?|problem|problems|wrong|incorrect|buggy|original|traced?|failing|fails?|failure|cause|diagnosis|current behaviou?r|what happens|analysis)\b`)
	sayFix    = regexp.MustCompile(`(?i)\b(fix|fixes|fixed|fixing|corrected|correction|solution|repair|repaired|updated|revised)\b`)
)

// splitter cuts a rationale into sentences, fenced code left out.
type splitter struct {
	text      string
	sentences []sentence
	paragraph int
	repaired  bool
	level     int // of the heading that said so
	steps     bool
}

func split(text string) []sentence {
	s := splitter{text: text, steps: countsSteps(text)}
	open, start := "", 0 // the fence that is open, the start of the block of lines
	for at := 0; at < len(text); {
		end := len(text)
		if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
			end = at + n
		}
		line := text[at:min(end, len(text))]
		mark := fence.FindStringSubmatch(line)
		if open == "" && strings.HasPrefix(strings.TrimLeft(line, " "), "|") && tableAt(text, at) {
			s.block(start, at)
			at = s.table(at)
			start = at
			continue
		}
		switch {
		case open != "":
			if mark != nil && strings.HasPrefix(mark[1], open) {
				open = ""
			}
			start = end + 1
		case mark != nil:
			s.block(start, at)
			open, start = mark[1], end+1
		case strings.TrimSpace(line) == "":
			s.block(start, at)
			s.paragraph++
			start = end + 1
		case heading.MatchString(line):
			s.block(start, at)
			s.heading(line)
			start = end + 1
		case item.MatchString(line), leadIn.MatchString(line):
			s.block(start, at)
			start = at
		}
		at = end + 1
	}
	if open == "" {
		s.block(start, len(text))
	}
	return s.sentences
}

// fenced is the code of a text that stands in fenced blocks.
func fenced(text string) string {
	var code strings.Builder
	open := ""
	for line := range strings.Lines(text) {
		mark := fence.FindStringSubmatch(line)
		switch {
		case open == "" && mark != nil:
			open = mark[1]
		case open != "" && mark != nil && strings.HasPrefix(mark[1], open):
			open = ""
		case open != "":
			code.WriteString(line)
		}
	}
	return code.String()
}

// countsSteps says whether a text numbers its own steps from 1 on.
func countsSteps(text string) bool {
	found := ownSteps.FindAllStringSubmatch(text, 2)
	return len(found) == 1 && found[0][1] == "1" || len(found) == 2 && found[0][1] == "1" && found[1][1] == "2"
}

// heading opens a section. One below a section on the repaired program belongs to
// it, unless it says that it speaks of the bug.
func (s *splitter) heading(line string) {
	s.paragraph++
	level := 7
	if m := heading.FindStringSubmatch(line); m[1] != "" {
		level = len(m[1])
	}
	switch {
	case sayRepair.MatchString(line) && (sayFix.MatchString(line) || !sayBug.MatchString(line)):
		if !s.repaired || level < s.level {
			s.level = level
		}
		s.repaired = true
	case sayBug.MatchString(line), !s.repaired || level <= s.level:
		s.repaired = false
	}
}

// maxSentence is the most bytes of what is still taken for a sentence.
const maxSentence = 8 << 10

// maxSentences bounds the sentences of one rationale that are read: a text with more
// is no explanation.
const maxSentences = 20_000

var ending = regexp.MustCompile(`[.!?]+["')*_]*(?:\s+|$)`)

// block cuts lines that belong together into sentences.
func (s *splitter) block(start, end int) {
	if start >= end || strings.TrimSpace(s.text[start:min(end, len(s.text))]) == "" {
		return
	}
	end = min(end, len(s.text))
	block := s.text[start:end]
	if leadIn.MatchString(strings.TrimSpace(block)) && !strings.Contains(block, "`") {
		if sayRepair.MatchString(block) && !sayBug.MatchString(block) {
			s.repaired, s.level = true, 7
		}
	}
	prose, code := mask(block)
	from := 0
	if m := item.FindStringIndex(prose); m != nil {
		from = m[1]
	}
	for _, m := range ending.FindAllStringIndex(prose, -1) {
		if m[0] < from || abbreviated(prose[from:m[0]+1]) || m[1] < len(prose) && lower(prose[m[1]]) && prose[m[0]] == '.' {
			continue
		}
		s.add(start, block, prose, code, span{from, m[1]})
		from = m[1]
	}
	s.add(start, block, prose, code, span{from, len(block)})
}

func lower(c byte) bool { return 'a' <= c && c <= 'z' }

func abbreviated(text string) bool {
	for _, end := range []string{"e.g.", "i.e.", "etc.", "vs.", "cf.", "Eq."} {
		if strings.HasSuffix(text, end) {
			return true
		}
	}
	return false
}

func (s *splitter) add(offset int, block, prose string, code []span, at span) {
	if strings.TrimSpace(block[at.start:at.end]) == "" || at.end-at.start > maxSentence || len(s.sentences) == maxSentences {
		return
	}
	made := sentence{start: offset + at.start, text: block[at.start:at.end], prose: prose[at.start:at.end],
		paragraph: s.paragraph, repaired: s.repaired, steps: s.steps}
	for _, c := range code {
		if at.start <= c.start && c.end <= at.end {
			made.code = append(made.code, span{c.start - at.start, c.end - at.start})
		}
	}
	s.sentences = append(s.sentences, made)
}

var codeSpan = regexp.MustCompile("(?s)(``+|`|<code>)(.+?)(``+|`|</code>)")

// mask blanks out what is no prose, keeping every byte at its place: the contents
// of code spans become \x00, their marks back-ticks, emphasis blanks.
func mask(block string) (string, []span) {
	out := []byte(block)
	var code []span
	for at := 0; at < len(block); {
		m := codeSpan.FindStringSubmatchIndex(block[at:])
		if m == nil {
			break
		}
		for i := range m {
			m[i] += at
		}
		opening, closing := block[m[2]:m[3]], block[m[6]:m[7]]
		if (opening == "<code>") != (closing == "</code>") || opening != "<code>" && opening != closing {
			at = m[3]
			continue
		}
		fill(out[m[2]:m[3]], '`')
		fill(out[m[4]:m[5]], 0)
		fill(out[m[6]:m[7]], '`')
		code = append(code, span{m[4], m[5]})
		at = m[1]
	}
	text := string(out)
	text = strings.ReplaceAll(text, "**", "  ")
	return strings.ReplaceAll(text, "\n", " "), code
}

func fill(bytes []byte, with byte) {
	for i := range bytes {
		bytes[i] = with
	}
}

package audit

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	fillers = regexp.MustCompile(`(?i)^(?:[\s:=*]+|(?:initially|originally|eventually|at first|by then|early|immediately|at once|right away|straight away|prematurely|too early|implicitly|with)\b|(?:flat|plain|new|bare|full|sorted|whole|final|single|proper)\b|the (?:wrong |incorrect |actual )?(?:value|list|string|tuple|number|result|integer|dictionary|dict|set|boolean|output)\b(?: of)?|(?:a |an )?(?:wrong |incorrect )?(?:value|result) of\b|just\b|only\b|simply\b|finally\b|again\b|then\b|now\b|already\b|therefore\b|thus\b|merely\b|temporarily\b|wrongly\b|also\b|really\b|exactly\b|actually\b|incorrectly\b|back\b|out\b|here\b|as\b|to\b|be\b|an? (?:list|tuple|string|set|dict|dictionary|int|integer|boolean|float)\b(?: of)?|the\b|an?\b)`)
	spoken  = regexp.MustCompile(`(?i)^(?:an |the )?empty (list|string|tuple|dictionary|dict|set)\b|^(nothing)\b`)
	isEmpty = regexp.MustCompile(`(?i)^(?:empty|blank)["'”’)\]]*(?:\s*$|\s*[.,;:!?)|—–]|\s+(?:instead|but|rather|when|because|while|whereas|although|at|after|before|on|in|not|again|too|already|now|then|there|and|where|here|which|so|once|until|as well|by|throughout|initially|by|the whole)\b)`)

	inWords = regexp.MustCompile(`(?i)^(zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty)(?:["'”’)\]]*(?:\s*$|\s*[.,;:!?)|—–])|\s+(?:instead|but|rather|when|because|while|whereas|although|though|at|after|before|on line|in (?:the|step|round|it)|not|again|too|already|now|then|there|and (?:the|then|not|so|is|it)|where|here|which|yet|so|once|until|is|was|comes|came|being|had)\b)`)

	// what may follow a value that stands bare in prose
	follows = regexp.MustCompile(`(?i)^["'”’)\]]*(?:\s*$|\s*[.,;:!?)|—–]|\s*[—–(\x60]|\s+[-—–]\s|\s+(?:instead|but|rather|when|if|for|because|and|while|whereas|which|as|at|on|in|since|so|not|where|here|there|again|too|after|before|with|although|though|even|then|due|is|was|are|were|has|had|implicitly|by|immediately|early|incorrectly|although|despite|from|to|of|step|all|both|still|only|once|twice|first|last|afterwards|throughout|too|later|already|now|later|altogether|yet|however|every|each|always|only|until|once|unless|whenever|the|it|this|that|we|expected|returned|raised)\b)`)
)

// written reads the value that stands at a byte of the sentence: in a code span,
// as a bare literal, or spoken as "an empty list". An expression is no value.
func (s *sentence) written(at int) (value, int, bool) {
	for {
		n := len(fillers.FindString(s.prose[at:]))
		if n == 0 || spoken.MatchString(s.prose[at:]) {
			break
		}
		at += n
	}
	if m := spoken.FindStringSubmatch(s.prose[at:]); m != nil {
		v, ok := parseWhole(emptyOf(strings.ToLower(m[1] + m[2])))
		return v, at + len(m[0]), ok
	}
	if isEmpty.MatchString(s.prose[at:min(len(s.prose), at+40)]) {
		return value{kind: hollow, text: "empty"}, at + len("empty"), true // "blank" is as long
	}
	if at >= len(s.prose) {
		return value{}, 0, false
	}
	if s.prose[at] == '`' {
		return s.coded(at)
	}
	if m := inWords.FindStringSubmatch(s.prose[at:min(len(s.prose), at+40)]); m != nil && !(strings.EqualFold(m[1], "one") && someOne.MatchString(s.prose[:at])) {
		v, ok := parseWhole(strconv.Itoa(wordNumber(m[1])))
		return v, at + len(m[1]), ok
	}
	v, n, ok := parseLiteral(s.text[at:])
	end := at + n
	if !ok || strings.ContainsRune(s.prose[at:min(end, len(s.prose))], 0) || !follows.MatchString(s.prose[end:]) {
		return value{}, 0, false
	}
	if v.kind == str && enumerated.MatchString(s.text[end:]) {
		return value{}, 0, false
	}
	return v, end, true
}

// someOne is what makes "one" a pronoun.
var someOne = regexp.MustCompile(`(?i)\b(?:the|this|that|each|every|which|no|any|another|an?|correct|right|wrong|proper|first|second|third|last|next|other|new|old|empty|only|single)\s+$`)

// wordNumber reads "zero" to "twenty", -1 for any other word.
func wordNumber(word string) int {
	return slices.Index([]string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
		"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"}, strings.ToLower(word))
}

// enumerated is what follows a value that is only the first of several.
var enumerated = regexp.MustCompile(`^, (?:and |or )?["'“]`)

// before reads the value that ends at a byte of the sentence: the longest one.
func (s *sentence) before(end int) (v value, start int, found bool) {
	for end > 0 && s.prose[end-1] == ' ' {
		end--
	}
	if end > 0 && s.prose[end-1] == '`' {
		for _, c := range s.code {
			if closing(s.prose, c.end) == end {
				v, found = parseWhole(s.slice(c))
				return v, c.start - 1, found
			}
		}
		return value{}, 0, false
	}
	for i, tries := end-1, 0; i >= max(0, end-300) && tries < 40; i-- {
		if i > 0 && strings.IndexByte(" (*\n", s.text[i-1]) < 0 || s.prose[i] == 0 || s.prose[i] == ' ' {
			continue
		}
		tries++
		made, ok := parseWhole(s.text[i:end])
		if n := wordNumber(s.prose[i:end]); !ok && n >= 0 {
			made, ok = parseWhole(strconv.Itoa(n))
		}
		if ok {
			v, start, found = made, i, true
		}
	}
	return v, start, found
}

// coded reads the value that fills the code span at a byte.
func (s *sentence) coded(at int) (value, int, bool) {
	c, ok := s.codeAt(at)
	if !ok {
		return value{}, 0, false
	}
	v, ok := parseWhole(strings.TrimRight(s.slice(c), ".,; "))
	end := c.end
	for end < len(s.prose) && s.prose[end] == '`' {
		end++
	}
	if !operand.MatchString(s.prose[end:]) {
		return v, end, ok
	}
	return value{}, 0, false
}

// operand is what makes a value the beginning of an expression.
var operand = regexp.MustCompile(`^\s*(?:[+*/%<>=]|- |elements?\b|items?\b|times\b|or\b)`)

// emptyOf is the literal that people speak of as an empty list, or as nothing.
func emptyOf(noun string) string {
	switch noun {
	case "list":
		return "[]"
	case "string":
		return "''"
	case "tuple":
		return "()"
	case "set":
		return "set()"
	case "nothing":
		return "None"
	}
	return "{}"
}

package likeness

// ungrouped is the tokens without the brackets that say nothing: `return (x)`,
// `if (a and b):`, `for (i, x) in pairs`.
func ungrouped(tokens []token) []token {
	var drop map[int]bool
	for i, t := range tokens {
		if t.group != noGroup && t.closer < len(tokens) && redundant(tokens, i) {
			if drop == nil {
				drop = map[int]bool{}
			}
			drop[i], drop[t.closer] = true, true
		}
	}
	if drop == nil {
		return tokens
	}
	return without(tokens, drop)
}

// redundant reports whether the brackets of a group are around the whole of what
// stands there.
func redundant(tokens []token, i int) bool {
	before, after := "", ""
	if i > 0 {
		before = tokens[i-1].text
	}
	if behind := tokens[i].closer + 1; behind < len(tokens) {
		after = tokens[behind].text
	}
	if tokens[i].group == tuple {
		return tupleBefore[before] && tupleAfter[after]
	}
	return groupBefore[before] && groupAfter[after]
}

// What may stand around a bracket that says nothing. The start and the end of a
// statement have no text.
var (
	groupBefore = map[string]bool{"": true, "return": true, "if": true, "elif": true, "while": true, "assert": true, "else": true,
		"=": true, "+=": true, "-=": true, "*=": true, "/=": true, "(": true, "[": true, ",": true, ":": true}
	groupAfter  = map[string]bool{"": true, ":": true, ")": true, "]": true, "}": true, ",": true}
	tupleBefore = map[string]bool{"": true, "return": true, "for": true, "=": true}
	tupleAfter  = map[string]bool{"": true, "in": true, "=": true}
)

// without drops tokens. What stood in a dropped bracket stands in the one around
// it.
func without(tokens []token, drop map[int]bool) []token {
	kept := tokens[:0:0]
	place := make([]int, len(tokens)+1) // of a dropped bracket, that of the one around it
	for i, t := range tokens {
		if t.opener >= 0 {
			t.opener = place[t.opener]
		}
		if place[i] = len(kept); drop[i] {
			place[i] = t.opener
			continue
		}
		kept = append(kept, t)
	}
	place[len(tokens)] = len(kept)
	for i := range kept {
		kept[i].closer = place[kept[i].closer] * min(1, kept[i].closer)
	}
	return kept
}

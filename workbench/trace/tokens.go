package trace

import "unicode/utf8"

// EstimateTokens estimates how many tokens a language model makes of text, without
// its tokenizer: a word of letters is one token per five of them, a digit is one,
// a run of spaces or line ends is one but for a single space, which belongs to the
// word behind it, punctuation is one per character, a run of the same one per four,
// and what is not ASCII one per byte and a half. Tokenizers of code models differ
// by some 20 % among themselves; counting every digit errs upwards, since some of
// them join up to three.
func EstimateTokens(text string) int {
	tokens := 0
	for at := 0; at < len(text); {
		kind, size := classOf(text[at]), 1
		for at+size < len(text) && classOf(text[at+size]) == kind && (kind != punctuation || text[at+size] == text[at]) {
			size++
		}
		switch kind {
		case word:
			tokens += (size + 4) / 5
		case digit:
			tokens += size
		case blank:
			if size > 1 || text[at] != ' ' {
				tokens++
			}
		case punctuation:
			tokens += (size + 3) / 4
		case foreign:
			tokens += (2*size + 2) / 3
		}
		at += size
	}
	return tokens
}

type class int

const (
	word class = iota
	digit
	blank
	punctuation
	foreign
)

func classOf(c byte) class {
	switch {
	case c >= utf8.RuneSelf:
		return foreign
	case '0' <= c && c <= '9':
		return digit
	case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
		return word
	case c == ' ' || c == '\n' || c == '\t' || c == '\r':
		return blank
	}
	return punctuation
}

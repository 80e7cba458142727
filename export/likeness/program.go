package likeness

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/fnv"
)

// Program is what of a Python program stays under other layout, comments and
// names.
type Program struct {
	Key      [sha256.Size]byte // equal for programs that are the same
	Tokens   int               // without imports
	Shingles []uint64          // a set, without imports, for an [Index]
}

// codeRun is how many tokens in a row are compared at a time.
const codeRun = 5

// ReadProgram reads a program, which need not parse.
//
// Layout is all that a formatter may choose: indentation, line breaks, quotes,
// trailing commas, suites on the line of their head. Strings that stand as a
// statement are comments. Renaming is consistent when each name of the program's
// own, throughout the program, becomes one other: those that it only uses keep
// theirs. In the shingles all own names are one.
func ReadProgram(source string) Program {
	tokens := ungrouped(tokenize(source))
	n := namesOf(tokens)
	variables, attributes := map[string]uint64{}, map[string]uint64{}
	key := make([]byte, 0, len(tokens)*9)
	values := make([]uint64, 0, len(tokens))
	for i, t := range tokens {
		r := n.role(i)
		value := uint64(r)
		switch r {
		case variable:
			key = binary.LittleEndian.AppendUint64(append(key, 'v'), ordinal(variables, t.text))
		case attribute:
			key = binary.LittleEndian.AppendUint64(append(key, 'a'), ordinal(attributes, t.text))
		case fixed:
			key = binary.LittleEndian.AppendUint64(append(key, byte('0'+t.kind)), uint64(len(t.text)))
			key = append(key, t.text...)
			value = hash(t.text) + uint64(t.kind)
		}
		if _, ok := n.imports[i]; !ok {
			values = append(values, value)
		}
	}
	return Program{Key: sha256.Sum256(key), Tokens: len(values), Shingles: shingles(values, codeRun)}
}

// ordinal numbers names in the order in which they first appear.
func ordinal(seen map[string]uint64, name string) uint64 {
	n, ok := seen[name]
	if !ok {
		n = uint64(len(seen))
		seen[name] = n
	}
	return n
}

func hash(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}

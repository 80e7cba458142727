package export

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
)

// digest is the canonical hash of a row: equal values in equal columns, equal
// digest, whoever read them from wherever.
type digest [sha256.Size]byte

// rowDigest hashes the cells of a row: each a kind byte, then a length or value
// as eight bytes, little-endian, then the bytes of text.
func rowDigest(row []cell) (digest, error) {
	sum := sha256.New()
	for _, value := range row {
		if err := hashCell(sum, value); err != nil {
			return digest{}, err
		}
	}
	return digest(sum.Sum(nil)), nil
}

func hashCell(sum hash.Hash, value cell) error {
	switch v := value.(type) {
	case nil:
		hashNumber(sum, 'n', 0)
	case string:
		hashNumber(sum, 't', uint64(len(v)))
		sum.Write([]byte(v))
	case int64:
		hashNumber(sum, 'i', uint64(v))
	case []Message:
		hashNumber(sum, 'm', uint64(len(v)))
		for _, m := range v {
			hashNumber(sum, 't', uint64(len(m.Role)))
			sum.Write([]byte(m.Role))
			hashNumber(sum, 't', uint64(len(m.Content)))
			sum.Write([]byte(m.Content))
		}
	default:
		return fmt.Errorf("a cell cannot hold a %T", v)
	}
	return nil
}

func hashNumber(sum hash.Hash, kind byte, n uint64) {
	sum.Write(binary.LittleEndian.AppendUint64([]byte{kind}, n))
}

// cellBytes is the size of a row's values before any encoding.
func cellBytes(row []cell) int64 {
	var n int
	for _, value := range row {
		switch v := value.(type) {
		case string:
			n += len(v)
		case int64:
			n += 8
		case []Message:
			for _, m := range v {
				n += len(m.Role) + len(m.Content)
			}
		}
	}
	return int64(n)
}

package export

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"math"
)

// digest is the canonical hash of a row: equal values in equal columns, equal
// digest, whoever read them from wherever.
type digest [sha256.Size]byte

// rowDigest hashes the cells of a row: each a kind byte, then a length or value
// as eight bytes, little-endian, then the bytes of text or the cells of the items
// of a list.
func rowDigest(row []cell) (digest, error) {
	sum := sha256.New()
	err := hashCells(sum, row)
	return digest(sum.Sum(nil)), err
}

func hashCells(sum hash.Hash, cells []cell) error {
	for _, value := range cells {
		if err := hashCell(sum, value); err != nil {
			return err
		}
	}
	return nil
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
	case float64:
		hashNumber(sum, 'd', math.Float64bits(v))
	case bool:
		n := uint64(0)
		if v {
			n = 1
		}
		hashNumber(sum, 'b', n)
	case items:
		hashNumber(sum, 'l', uint64(len(v)))
		for _, item := range v {
			hashNumber(sum, 's', uint64(len(item)))
			if err := hashCells(sum, item); err != nil {
				return err
			}
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
	var n int64
	for _, value := range row {
		switch v := value.(type) {
		case string:
			n += int64(len(v))
		case int64, float64:
			n += 8
		case bool:
			n++
		case items:
			for _, item := range v {
				n += cellBytes(item)
			}
		}
	}
	return n
}

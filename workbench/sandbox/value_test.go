package sandbox

import "math/big"
import "testing"

func integer(n int64) *Value       { return &Value{Kind: Int, Int: big.NewInt(n)} }
func tuple(items ...*Value) *Value { return &Value{Kind: Tuple, Items: items} }
func list(items ...*Value) *Value  { return &Value{Kind: List, Items: items} }
func dict(items ...*Value) *Value  { return &Value{Kind: Dict, Items: items} }

func encode(t testing.TB, v *Value) []byte {
	t.Helper()
	data, err := EncodeValue(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

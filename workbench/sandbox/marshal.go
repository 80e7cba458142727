package sandbox

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"unicode/utf8"
)

// Python's marshal format, versions 2 to 5: one type byte, its top bit set
// when later parts of the stream may refer back to the object.
const (
	flagRef  = 0x80
	intShift = 15 // bits of one digit of a long integer
)

// Numbers larger than these are refused: work on them outside the sandbox
// would cost more time than making them does inside.
const (
	largestInt      = 1 << 20 // bits
	largestFraction = 1 << 16 // bits of each part
	longestDecimal  = 100_000 // characters
	largestExponent = 1e18    // of a decimal; Python's own limit
)

var errTruncated = errors.New("the bytes end early")

// part is a decoded object with what it costs: back references make a short
// stream stand for a huge tree, so the caps are on the tree.
type part struct {
	value *Value
	nodes int
	depth int
}

type unmarshaller struct {
	data []byte
	caps Caps
	refs []part // value nil while the object is still being read
	keys keys
}

// unmarshal reads exactly one object.
func unmarshal(data []byte, caps Caps) (*Value, error) {
	caps = caps.orDefault()
	if len(data) > caps.Bytes {
		return nil, fmt.Errorf("%d bytes are more than the %d allowed", len(data), caps.Bytes)
	}
	u := unmarshaller{data: data, caps: caps}
	p, err := u.object(0)
	if err != nil {
		return nil, err
	}
	if p.value == nil {
		return nil, errors.New("no object where one belongs")
	}
	if len(u.data) > 0 {
		return nil, fmt.Errorf("%d bytes follow the value", len(u.data))
	}
	return p.value, nil
}

func (u *unmarshaller) take(n int) ([]byte, error) {
	if n < 0 || n > len(u.data) {
		return nil, errTruncated
	}
	b := u.data[:n]
	u.data = u.data[n:]
	return b, nil
}

func (u *unmarshaller) byte() (byte, error) {
	b, err := u.take(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// size reads a length; each of that many things takes at least one more byte.
func (u *unmarshaller) size(short bool) (int, error) {
	if short {
		b, err := u.byte()
		return int(b), err
	}
	b, err := u.take(4)
	if err != nil {
		return 0, err
	}
	n := int(int32(binary.LittleEndian.Uint32(b)))
	if n < 0 || n > len(u.data) {
		return 0, errTruncated
	}
	return n, nil
}

// object reads one object; the value of the part is nil at the end of a dict.
func (u *unmarshaller) object(depth int) (part, error) {
	if depth > u.caps.Depth {
		return part{}, fmt.Errorf("nested deeper than %d", u.caps.Depth)
	}
	code, err := u.byte()
	if err != nil {
		return part{}, err
	}
	if code == 'r' {
		return u.back(depth)
	}
	slot := -1
	if code&flagRef != 0 {
		slot = len(u.refs)
		u.refs = append(u.refs, part{})
	}
	p, err := u.body(code&^flagRef, depth)
	if err != nil {
		return part{}, err
	}
	if p.nodes > u.caps.Nodes {
		return part{}, fmt.Errorf("more than %d parts", u.caps.Nodes)
	}
	if slot >= 0 {
		u.refs[slot] = p
	}
	return p, nil
}

func (u *unmarshaller) back(depth int) (part, error) {
	b, err := u.take(4)
	if err != nil {
		return part{}, err
	}
	i := binary.LittleEndian.Uint32(b)
	if uint64(i) >= uint64(len(u.refs)) {
		return part{}, errors.New("a reference to nothing")
	}
	p := u.refs[i]
	if p.value == nil {
		return part{}, errors.New("the value contains itself")
	}
	if depth+p.depth > u.caps.Depth {
		return part{}, fmt.Errorf("nested deeper than %d", u.caps.Depth)
	}
	return p, nil
}

func (u *unmarshaller) body(code byte, depth int) (part, error) {
	switch code {
	case '(', '[', '<', '>', ')':
		return u.sequence(code, depth)
	case '{':
		return u.dict(depth)
	case '0':
		return part{}, nil
	}
	v, err := u.scalar(code)
	return part{value: v, nodes: 1, depth: 1}, err
}

func (u *unmarshaller) scalar(code byte) (*Value, error) {
	switch code {
	case 'N':
		return &Value{Kind: None}, nil
	case 'T', 'F':
		return &Value{Kind: Bool, Bool: code == 'T'}, nil
	case '.':
		return &Value{Kind: Ellipsis}, nil
	case 'i':
		b, err := u.take(4)
		if err != nil {
			return nil, err
		}
		return &Value{Kind: Int, Int: big.NewInt(int64(int32(binary.LittleEndian.Uint32(b))))}, nil
	case 'l':
		return u.long()
	case 'g':
		f, err := u.float()
		return &Value{Kind: Float, Float: f}, err
	case 'y':
		re, err := u.float()
		if err != nil {
			return nil, err
		}
		im, err := u.float()
		return &Value{Kind: Complex, Float: re, Imag: im}, err
	case 's', 'u', 't', 'a', 'A', 'z', 'Z':
		return u.text(code)
	}
	return nil, fmt.Errorf("an object of marshal type %q", code)
}

func (u *unmarshaller) float() (float64, error) {
	b, err := u.take(8)
	if err != nil {
		return 0, err
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b)), nil
}

func (u *unmarshaller) long() (*Value, error) {
	b, err := u.take(4)
	if err != nil {
		return nil, err
	}
	n := int64(int32(binary.LittleEndian.Uint32(b)))
	negative := n < 0
	if negative {
		n = -n
	}
	if n > int64(len(u.data)/2) {
		return nil, errTruncated
	}
	if n > largestInt/intShift+1 {
		return nil, fmt.Errorf("an integer of more than %d bits", largestInt)
	}
	digits, err := u.take(int(n) * 2)
	if err != nil {
		return nil, err
	}
	x, err := fromDigits(digits)
	if err != nil {
		return nil, err
	}
	if negative {
		x.Neg(x)
	}
	return &Value{Kind: Int, Int: x}, nil
}

// fromDigits packs 15-bit little-endian digits into big-endian bytes.
func fromDigits(digits []byte) (*big.Int, error) {
	packed := make([]byte, (len(digits)/2*intShift+7)/8)
	at, have, acc := len(packed), 0, uint32(0)
	for i := 0; i < len(digits); i += 2 {
		d := uint32(binary.LittleEndian.Uint16(digits[i:]))
		if d >= 1<<intShift {
			return nil, errors.New("a digit of an integer is too large")
		}
		acc |= d << have
		for have += intShift; have >= 8; have -= 8 {
			at--
			packed[at] = byte(acc)
			acc >>= 8
		}
	}
	if have > 0 && at > 0 {
		packed[at-1] = byte(acc)
	}
	return new(big.Int).SetBytes(packed), nil
}

func (u *unmarshaller) text(code byte) (*Value, error) {
	n, err := u.size(code == 'z' || code == 'Z')
	if err != nil {
		return nil, err
	}
	b, err := u.take(n)
	if err != nil {
		return nil, err
	}
	if code == 's' {
		return &Value{Kind: Bytes, Text: string(b)}, nil
	}
	if (code == 'u' || code == 't') && !validWTF8(b) {
		return nil, errors.New("a string is not UTF-8")
	}
	if code != 'u' && code != 't' && !ascii(b) {
		return nil, errors.New("a string is not ASCII")
	}
	return &Value{Kind: Str, Text: string(b)}, nil
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// validWTF8 accepts UTF-8 and the three-byte form of lone surrogates.
func validWTF8(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n <= 1 {
			if len(b) < 3 || b[0] != 0xED || b[1] < 0xA0 || b[1] > 0xBF || b[2] < 0x80 || b[2] > 0xBF {
				return false
			}
			n = 3
		}
		b = b[n:]
	}
	return true
}

func (u *unmarshaller) sequence(code byte, depth int) (part, error) {
	n, err := u.size(code == ')')
	if err != nil {
		return part{}, err
	}
	kind := map[byte]Kind{'(': Tuple, ')': Tuple, '[': List, '<': Set, '>': FrozenSet}[code]
	p := part{value: &Value{Kind: kind}, nodes: 1, depth: 1}
	for range n {
		if err := u.item(&p, depth); err != nil {
			return part{}, err
		}
	}
	if kind == Set || kind == FrozenSet {
		return p, u.keys.distinct(p.value.Items, 1)
	}
	return p, nil
}

// item reads one object into a container.
func (u *unmarshaller) item(p *part, depth int) error {
	q, err := u.object(depth + 1)
	if err != nil {
		return err
	}
	if q.value == nil {
		return errors.New("no object where one belongs")
	}
	p.value.Items = append(p.value.Items, q.value)
	p.nodes += q.nodes
	p.depth = max(p.depth, q.depth+1)
	if p.nodes > u.caps.Nodes {
		return fmt.Errorf("more than %d parts", u.caps.Nodes)
	}
	return nil
}

func (u *unmarshaller) dict(depth int) (part, error) {
	p := part{value: &Value{Kind: Dict}, nodes: 1, depth: 1}
	for {
		if len(u.data) > 0 && u.data[0] == '0' {
			u.data = u.data[1:]
			return p, u.keys.distinct(p.value.Items, 2)
		}
		for range 2 {
			if err := u.item(&p, depth); err != nil {
				return part{}, err
			}
		}
	}
}

// marshaller writes marshal. What is one mutable container here becomes one in
// Python, however often it appears.
type marshaller struct {
	out  []byte
	refs map[*Value]int
}

func (m *marshaller) code(c byte, n int) {
	m.out = append(m.out, c)
	m.out = binary.LittleEndian.AppendUint32(m.out, uint32(n))
}

// shared writes a reference where v was written before; else it marks what
// comes next as v. Only containers that can change need it.
func (m *marshaller) shared(v *Value) (again bool) {
	if at, ok := m.refs[v]; ok {
		m.code('r', at)
		return true
	}
	if m.refs == nil {
		m.refs = map[*Value]int{}
	}
	m.refs[v] = len(m.refs)
	return false
}

func (m *marshaller) bytes(b []byte) {
	m.code('s', len(b))
	m.out = append(m.out, b...)
}

func (m *marshaller) str(s string) {
	m.code('u', len(s))
	m.out = append(m.out, s...)
}

func (m *marshaller) strs(list []string) {
	m.code('(', len(list))
	for _, s := range list {
		m.str(s)
	}
}

func (m *marshaller) integer(x *big.Int) {
	if x.IsInt64() && x.Int64() >= math.MinInt32 && x.Int64() <= math.MaxInt32 {
		m.code('i', int(x.Int64()))
		return
	}
	packed := new(big.Int).Abs(x).Bytes()
	count := (x.BitLen() + intShift - 1) / intShift
	if x.Sign() < 0 {
		m.code('l', -count)
	} else {
		m.code('l', count)
	}
	acc, have := uint32(0), 0
	for i := len(packed) - 1; i >= 0; i-- {
		acc |= uint32(packed[i]) << have
		if have += 8; have >= intShift {
			m.out = binary.LittleEndian.AppendUint16(m.out, uint16(acc&(1<<intShift-1)))
			acc >>= intShift
			have -= intShift
			count--
		}
	}
	if count > 0 {
		m.out = binary.LittleEndian.AppendUint16(m.out, uint16(acc))
	}
}

func (m *marshaller) float(f float64) {
	m.out = binary.LittleEndian.AppendUint64(m.out, math.Float64bits(f))
}

// scalar appends a value that has no items, ignoring its class.
func (m *marshaller) scalar(v *Value) error {
	switch v.Kind {
	case None:
		m.out = append(m.out, 'N')
	case Ellipsis:
		m.out = append(m.out, '.')
	case Bool:
		m.out = append(m.out, map[bool]byte{true: 'T', false: 'F'}[v.Bool])
	case Int:
		if v.Int == nil {
			return errors.New("an int without its number")
		}
		m.integer(v.Int)
	case Float:
		m.out = append(m.out, 'g')
		m.float(v.Float)
	case Complex:
		m.out = append(m.out, 'y')
		m.float(v.Float)
		m.float(v.Imag)
	case Str:
		if !validWTF8([]byte(v.Text)) {
			return errors.New("a string that is not UTF-8")
		}
		m.str(v.Text)
	case Bytes:
		m.bytes([]byte(v.Text))
	default:
		return fmt.Errorf("a value of kind %d", v.Kind)
	}
	return nil
}

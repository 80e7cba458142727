package sandbox

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"time"
)

// A frame is a length (4 bytes, of the body), a nonce (8 bytes) and a body, a
// marshalled tuple.
const headSize = 12

var errForged = errors.New("the protocol was violated")

// request builds a frame with a fresh nonce from the fields put into it.
type request struct {
	marshaller
	nonce uint64
}

func newRequest(fields int) *request {
	r := &request{nonce: rand.Uint64()}
	r.out = make([]byte, headSize, 256)
	r.code('(', fields)
	return r
}

func (r *request) frame() []byte {
	binary.LittleEndian.PutUint32(r.out, uint32(len(r.out)-headSize))
	binary.LittleEndian.PutUint64(r.out[4:], r.nonce)
	return r.out
}

// fields reads the body of a frame whose fields have the kinds given by
// pattern: s text, y bytes, i integer, b truth.
func fields(body []byte, pattern string) ([]*Value, error) {
	tuple, err := unmarshal(body, Caps{Bytes: len(body), Depth: 2, Nodes: 64})
	if err != nil || tuple.Kind != Tuple || len(tuple.Items) != len(pattern) {
		return nil, errForged
	}
	kinds := map[byte]Kind{'s': Str, 'y': Bytes, 'i': Int, 'b': Bool}
	for i, item := range tuple.Items {
		if item.Kind != kinds[pattern[i]] || item.Kind == Int && !item.Int.IsInt64() {
			return nil, errForged
		}
	}
	return tuple.Items, nil
}

// printable makes text of a program fit for logs and databases.
func printable(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// parseReply turns the body of a reply into a Reply; anything a runner does
// not write is Forged.
func parseReply(body []byte, caps Caps, output int) Reply {
	f, err := fields(body, "iyysssiiyybi")
	if err != nil {
		return Reply{Ending: Forged}
	}
	number := func(i int) int { return int(f[i].Int.Int64()) }
	r := Reply{
		Ending:    Ending(number(0)),
		Exception: Exception{Type: printable(f[3].Text), Base: printable(f[4].Text), Message: printable(f[5].Text), Line: number(6)},
		Code:      number(7),
		Output:    printable(clip(f[8].Text, output)),
		Stderr:    printable(clip(f[9].Text, output)),
		Truncated: f[10].Bool,
		PeakKiB:   f[11].Int.Int64() / peakUnit,
	}
	switch number(0) {
	case int(Returned):
		r.decode(f[1].Text, f[2].Text, caps)
	case int(Raised), int(Unencodable), int(OutOfMemory), int(Exited):
	default:
		return Reply{Ending: Forged}
	}
	return r
}

func clip(s string, n int) string { return s[:min(len(s), n)] }

// decode checks and keeps the value and the arguments of a reply.
func (r *Reply) decode(value, arguments string, caps Caps) {
	result, err := DecodeValue([]byte(value), caps)
	if err == nil && arguments != "" {
		_, err = DecodeValue([]byte(arguments), caps)
		r.Arguments = []byte(arguments)
	}
	if err != nil {
		r.Ending, r.Arguments = Unencodable, nil
		r.Exception.Message = err.Error()
		return
	}
	r.Value, r.Result = []byte(value), result
}

// readFull fills b until a moment.
func (l *line) readFull(ctx context.Context, b []byte, until time.Time) error {
	return whole(ctx, b, until, l.Read)
}

// writeFull writes b until a moment.
func (l *line) writeFull(ctx context.Context, b []byte, until time.Time) error {
	return whole(ctx, b, until, l.Write)
}

func whole(ctx context.Context, b []byte, until time.Time, move func([]byte) (int, error)) error {
	for len(b) > 0 {
		n, err := move(b)
		b = b[n:]
		switch {
		case err == nil:
		case !errors.Is(err, errTick):
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case time.Now().After(until):
			return os.ErrDeadlineExceeded
		}
	}
	return nil
}

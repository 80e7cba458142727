package export

import (
	"sync"

	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/klauspost/compress/zstd"
)

// zstdPages compresses the pages of Parquet with one encoder. Arrow's own codec, to
// which it leaves the rest, makes an encoder with its history of 16 MiB for every page.
type zstdPages struct {
	compress.Codec
	encoder *zstd.Encoder
}

// pageWindow is how far a page looks back for what it repeats: all of a usual page.
const pageWindow = 1 << 20

// useZstdPages makes Arrow compress with zstdPages, in this process, from now on. The
// frames are those of the same level.
var useZstdPages = sync.OnceValue(func() error {
	arrows, err := compress.GetCodec(compress.Codecs.Zstd)
	if err != nil {
		return err
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithZeroFrames(true), zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithWindowSize(pageWindow))
	if err != nil {
		return err
	}
	compress.RegisterCodec(compress.Codecs.Zstd, zstdPages{arrows, encoder})
	return nil
})

func (z zstdPages) Encode(dst, src []byte) []byte { return z.encoder.EncodeAll(src, dst[:0]) }

// EncodeLevel knows one level.
func (z zstdPages) EncodeLevel(dst, src []byte, _ int) []byte { return z.Encode(dst, src) }

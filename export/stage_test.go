package export

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

func TestPublishing(t *testing.T) {
	db := openWith(t, several(6)...)
	o := passing(t)
	first := export(t, db, o)
	want := files(t, o.Out)

	t.Run("again", func(t *testing.T) {
		if s := export(t, db, o); !s.Existed || s.SHA256 != first.SHA256 {
			t.Errorf("%+v", s)
		}
	})
	t.Run("something else", func(t *testing.T) {
		other := o
		other.Format = "messages"
		if _, err := Write(t.Context(), db, other, nil); !errors.Is(err, ErrOccupied) {
			t.Errorf("%v", err)
		}
		if diff := cmp.Diff(want, files(t, o.Out)); diff != "" {
			t.Error(diff)
		}
		if n := count(t, db, "export"); n != 1 {
			t.Errorf("%d exports recorded", n)
		}
		other.Force = true
		s := export(t, db, other)
		if diff := cmp.Diff(want, files(t, s.Replaced)); diff != "" {
			t.Error(diff)
		}
		verified(t, o.Out, db)
		o.Force = true
		if s := export(t, db, o); !strings.HasSuffix(s.Replaced, ".replaced-2") {
			t.Errorf("%+v", s)
		}
		if diff := cmp.Diff(want, files(t, o.Out)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("one byte more", func(t *testing.T) {
		o.Force = false
		if err := os.WriteFile(filepath.Join(o.Out, "data", "note"), nil, 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Write(t.Context(), db, o, nil); !errors.Is(err, ErrOccupied) {
			t.Errorf("%v", err)
		}
	})
	t.Run("empty directory", func(t *testing.T) {
		o.Out = t.TempDir()
		if s := export(t, db, o); s.Existed {
			t.Errorf("%+v", s)
		}
		verified(t, o.Out, db)
	})
	t.Run("a file", func(t *testing.T) {
		o.Out = filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(o.Out, []byte("mine"), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Write(t.Context(), db, o, nil); err == nil {
			t.Error("a file was replaced")
		}
		o.Out = filepath.Join(o.Out, "below")
		if _, err := Write(t.Context(), db, o, nil); err == nil {
			t.Error("a directory was made below a file")
		}
	})
	if n := count(t, db, "export"); n != 2 {
		t.Errorf("%d exports recorded", n)
	}
}

// counting is a context that calls act at its nth question, as every step of an
// export asks it whether to go on.
type counting struct {
	context.Context
	asked *atomic.Int64
	at    int64
	act   func()
}

func (c counting) ask() {
	if c.asked.Add(1) == c.at {
		c.act()
	}
}

func (c counting) Err() error {
	c.ask()
	return c.Context.Err()
}

func (c counting) Done() <-chan struct{} {
	c.ask()
	return c.Context.Done()
}

// dyingExport exports and kills its own process at the nth question.
func dyingExport(database, out, n string) error {
	at, err := strconv.ParseInt(n, 10, 64)
	if err != nil {
		return err
	}
	db, err := schema.Open(context.Background(), database, schema.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	die := func() {
		if self, err := os.FindProcess(os.Getpid()); err == nil && self.Kill() == nil {
			select {}
		}
	}
	ctx, cancel := context.WithCancel(context.Background()) // one that can end asks as often as the test's own
	defer cancel()
	_, err = Write(counting{ctx, new(atomic.Int64), at, die}, db, killedOptions(out), nil)
	return err
}

func killedOptions(out string) Options {
	return Options{Select: "passing", Out: out, ShardRows: 4}
}

// afterwards checks what an interrupted export left, then finishes it.
func afterwards(t *testing.T, db *schema.DB, out string) {
	t.Helper()
	if _, err := os.Lstat(out); err == nil {
		verified(t, out, db)
	}
	export(t, db, killedOptions(out))
	verified(t, out, db)
	if n, m := count(t, db, "export"), count(t, db, "selection"); n != 1 || m != 1 {
		t.Errorf("%d exports and %d selections recorded", n, m)
	}
	left, err := os.ReadDir(filepath.Dir(out))
	if err != nil || len(left) != 1 {
		t.Errorf("left beside the export: %v %v", left, err)
	}
}

// questions counts how often a whole export asks its context.
func questions(t *testing.T) int64 {
	t.Helper()
	asked := new(atomic.Int64)
	o := killedOptions(filepath.Join(t.TempDir(), "out"))
	if _, err := Write(counting{t.Context(), asked, -1, nil}, openWith(t, several(10)...), o, nil); err != nil {
		t.Fatal(err)
	}
	return asked.Load()
}

// moments are n moments spread over an export, its last ones all among them; a third
// as many, but for a campaign.
func moments(all, n int64) []int64 {
	if os.Getenv(campaign) == "" {
		n /= 3
	}
	var some []int64
	for at := int64(1); at < all-6; at += max(1, all/n) {
		some = append(some, at)
	}
	for at := max(1, all-6); at <= all+1; at++ {
		some = append(some, at)
	}
	return some
}

func TestCancelledAtAnyMoment(t *testing.T) {
	for _, at := range moments(questions(t), 12) {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			db := openWith(t, several(10)...)
			out := filepath.Join(t.TempDir(), "exports", "out")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			_, err := Write(counting{ctx, new(atomic.Int64), at, cancel}, db, killedOptions(out), nil)
			if _, statErr := os.Lstat(out); err != nil && statErr == nil {
				t.Error("an export that failed was published")
			}
			afterwards(t, db, out)
		})
	}
}

func TestKilledAtAnyMoment(t *testing.T) {
	killed, all := 0, moments(questions(t), 20)
	for _, at := range all {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			db := openWith(t, several(10)...)
			out := filepath.Join(t.TempDir(), "exports", "out")
			child, err := sandbox.Self(t.Context(), []string{"internal", "dying-export", db.Path(), out, fmt.Sprint(at)}, os.Environ(),
				sandbox.Limits{Wall: 5 * time.Minute, Memory: 4 << 30})
			if err != nil {
				t.Fatal(err)
			}
			if err := child.Wait(); err != nil {
				killed++
			}
			afterwards(t, db, out)
		})
	}
	if killed < len(all)*2/3 {
		t.Errorf("only %d of %d exports were killed", killed, len(all))
	}
}

// A second export into the same place takes over; the first one fails, or finds
// its own work done, but never publishes a part.
func TestTwoExportsIntoOnePlace(t *testing.T) {
	db := openWith(t, several(10)...)
	for at := range 6 {
		out := filepath.Join(t.TempDir(), "exports", "out")
		o := killedOptions(out)
		_, err := Write(t.Context(), db, o, func(done, total int) {
			if done == at+1 {
				export(t, db, o)
			}
		})
		if err == nil {
			t.Errorf("the export that was taken over after %d rows did not notice", at+1)
		}
		afterwards(t, db, out)
	}
}

func TestProgress(t *testing.T) {
	var seen []string
	_, err := Write(t.Context(), openWith(t, several(3)...), passing(t), func(done, total int) { seen = append(seen, fmt.Sprint(done, "/", total)) })
	if diff := cmp.Diff([]string{"1/3", "2/3", "3/3"}, seen); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

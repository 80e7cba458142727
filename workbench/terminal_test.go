//go:build linux

package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// TestTraceOnTerminal checks that a trace is coloured on a terminal alone, and not
// where colour is not wanted.
func TestTraceOnTerminal(t *testing.T) {
	show := []string{"trace", "show", "example/0001-frost-days", "--db", example}
	const changed = "\x1b[36m  # (1) count=0;\x1b[0m"
	t.Setenv("NO_COLOR", "")
	if text := onTerminal(t, show...); !strings.Contains(text, changed) {
		t.Errorf("no colour in %q", text)
	}
	t.Setenv("NO_COLOR", "1")
	if text := onTerminal(t, show...); strings.Contains(text, "\x1b") || !strings.Contains(text, "# (1) count=0;") {
		t.Errorf("colour in %q", text)
	}
	var out bytes.Buffer
	if code := run(context.Background(), show, streams{strings.NewReader(""), &out, io.Discard}); code != exitDone || strings.Contains(out.String(), "\x1b") {
		t.Errorf("exit code %d, without a terminal: %q", code, out.String())
	}
}

// onTerminal runs a command line whose output is a terminal and returns what that
// shows.
func onTerminal(t *testing.T, args ...string) string {
	t.Helper()
	screen, terminal, err := pty.Open()
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	defer screen.Close()
	shown := make(chan string)
	go func() {
		data, _ := io.ReadAll(screen) // ends with an error once the terminal is closed
		shown <- string(data)
	}()
	code := run(context.Background(), args, streams{strings.NewReader(""), terminal, io.Discard})
	terminal.Close()
	if text := <-shown; code == exitDone {
		return text
	}
	t.Fatalf("exit code %d", code)
	return ""
}

// TestReviewOnTerminal checks that a single key is an answer on a terminal, and that
// claims are coloured there.
func TestReviewOnTerminal(t *testing.T) {
	t.Setenv("NO_COLOR", "")
	data, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	db := filepath.Join(t.TempDir(), "example.db")
	if err := os.WriteFile(db, data, 0o600); err != nil {
		t.Fatal(err)
	}
	screen, terminal, err := pty.Open()
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	defer screen.Close()
	shown := make(chan string)
	go func() {
		all, _ := io.ReadAll(screen)
		shown <- string(all)
	}()
	if _, err := screen.WriteString("ypn" + strings.Repeat("c", 20)); err != nil {
		t.Fatal(err)
	}
	code := run(context.Background(), []string{"audit", "review", "--reviewer", "ann", "--most", "1", "--db", db}, streams{terminal, terminal, io.Discard})
	terminal.Close()
	text := <-shown
	if code != exitDone || !strings.Contains(text, "1 samples judged") || !strings.Contains(text, green) && !strings.Contains(text, yellow) {
		t.Errorf("exit code %d: %q", code, text)
	}
}

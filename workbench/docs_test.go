package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite golden files and the output in documents")

// consoleBlock is a fenced block of one command and what it prints.
var consoleBlock = regexp.MustCompile("(?s)```console\n\\$ (workbench [^\n]*)\n(.*?)```")

// TestDocumentsShowRealOutput runs every console block of the README and of docs
// in the root of the repository and compares what it prints.
func TestDocumentsShowRealOutput(t *testing.T) {
	t.Chdir(root)
	for _, path := range documents(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		fresh := consoleBlock.ReplaceAllStringFunc(text, func(block string) string {
			command := consoleBlock.FindStringSubmatch(block)[1]
			return "```console\n$ " + command + "\n" + output(t, command) + "```"
		})
		if *update && fresh != text {
			if err := os.WriteFile(path, []byte(fresh), 0o666); err != nil {
				t.Fatal(err)
			}
		} else if fresh != text {
			t.Errorf("%s shows other output than the commands print; run go test ./workbench -run Documents -update", path)
		}
	}
}

func documents(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	return append(paths, "README.md")
}

// output runs a command line; words may stand in double quotes.
func output(t *testing.T, command string) string {
	t.Helper()
	var args []string
	for _, word := range regexp.MustCompile(`"[^"]*"|\S+`).FindAllString(command, -1) {
		args = append(args, strings.Trim(word, `"`))
	}
	var out, errs bytes.Buffer
	if code := run(t.Context(), args[1:], streams{strings.NewReader(""), &out, &errs}); code != exitDone {
		t.Errorf("%s: exit code %d: %s", command, code, errs.String())
	}
	lines := strings.Split(out.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

// TestReadmeNamesEveryCommand holds the README's table against the commands.
func TestReadmeNamesEveryCommand(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	a := &app{}
	known := map[string]bool{}
	for _, cmd := range a.rootCommand().Commands() {
		if cmd.Hidden || cmd.Name() == "help" || cmd.Name() == "completion" {
			continue
		}
		known[cmd.Name()] = true
		if !strings.Contains(string(data), "| `workbench "+cmd.Name()+"` |") {
			t.Errorf("README.md does not name workbench %s in its table", cmd.Name())
		}
		if cmd.Example == "" && !cmd.HasSubCommands() {
			t.Errorf("workbench %s --help shows no example", cmd.Name())
		}
	}
	for _, row := range regexp.MustCompile("\\| `workbench (\\w+)` \\|").FindAllStringSubmatch(string(data), -1) {
		if !known[row[1]] {
			t.Errorf("README.md names workbench %s, which is no command", row[1])
		}
	}
}

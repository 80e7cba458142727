package prompt

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"text/template"

	"nextworkbench/schema"
)

// name is the name and version of the templates. A change of their text shows in
// the hash that stands beside it; a change of what they promise is a new version.
const name = "next/1"

//go:embed templates/*.tmpl
var files embed.FS

// templates is the parsed templates, with the hash of their text.
type templates struct {
	parsed *template.Template
	hash   string
}

func readTemplates() (templates, error) {
	names, err := fs.Glob(files, "templates/*.tmpl")
	if err != nil {
		return templates{}, err
	}
	parts := []string{name}
	for _, file := range names {
		text, err := files.ReadFile(file)
		if err != nil {
			return templates{}, err
		}
		parts = append(parts, string(text))
	}
	parsed, err := template.New("prompt").Funcs(template.FuncMap{
		"number": func(i int) int { return i + 1 }, "prose": prose, "code": code,
	}).ParseFS(files, "templates/*.tmpl")
	return templates{parsed, schema.Hash(parts...)[:12]}, err
}

// message is what the templates show.
type message struct {
	Trace, Rationale, Synthesis, Given bool
	Examples                           []section
	Task                               section
}

// section is one task of a prompt, an example or the real one.
type section struct {
	Instruction string
	Program     string // as shown, trace comments included; empty for synthesis
	Traced      bool
	Tests       string
	Given       string // the rationale that a proxy gets
	Rationale   string // of an example's answer
	Fix         string // of an example's answer
}

func (t templates) render(m message) (system, user string, err error) {
	var s, u strings.Builder
	if err := t.parsed.ExecuteTemplate(&s, "system.tmpl", m); err != nil {
		return "", "", err
	}
	if err := t.parsed.ExecuteTemplate(&u, "user.tmpl", m); err != nil {
		return "", "", err
	}
	return strings.TrimSpace(s.String()), u.String(), nil
}

var (
	lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")
	heading  = regexp.MustCompile(`(?m)^(#{1,2} (Example \d+|Your task|Task|Buggy program.*|Tests|Answer|Rationale))[ \t]*$`)
	yourTask = regexp.MustCompile(`(?m)^# Your task$`)
)

// prose shows free text. Lines that look like the headings of a prompt are
// escaped as in Markdown.
func prose(text string) string {
	return heading.ReplaceAllString(strings.Trim(lineEnds.Replace(text), "\n"), `\$1`)
}

// code shows a program in a fence longer than any run of back-ticks in it. The
// one comment that would pass for the line before the real task gets a blank at
// its end.
func code(text string) string {
	text = yourTask.ReplaceAllString(strings.TrimRight(lineEnds.Replace(text), "\n"), "# Your task ")
	mark := strings.Repeat("`", max(3, longestRun(text)+1))
	return fmt.Sprintf("%spython\n%s\n%s\n", mark, text, mark)
}

func longestRun(text string) (longest int) {
	run := 0
	for _, char := range text {
		if char != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

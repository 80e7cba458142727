package sample

import (
	"regexp"
	"strings"
)

// block is a stretch of a completion that is set apart as code.
type block struct {
	number     int // from 1
	start, end int // its lines, delimiters included: [start, end)
	tag        string
	lines      []string
	closed     bool
}

var fence = regexp.MustCompile("^([ \t>]*)(`{3,}|~{3,})[ \t]*([^`\n]*)$")

// fencedBlocks finds the fenced blocks. A block ends at a bare fence of the same
// kind that is at least as long, as in Markdown, else at a line that ends with
// such a fence, else with the text.
func fencedBlocks(lines []string) (blocks []block) {
	for i := 0; i < len(lines); i++ {
		open := fence.FindStringSubmatch(lines[i])
		if open == nil {
			continue
		}
		b := block{number: len(blocks) + 1, start: i}
		if words := strings.Fields(open[3]); len(words) > 0 {
			b.tag = words[0]
		}
		b.close(lines, open[2])
		for j, line := range b.lines {
			b.lines[j] = trimIndent(line, open[1])
		}
		blocks = append(blocks, b)
		i = b.end - 1
	}
	return blocks
}

// close finds the end of a block that mark opened on line b.start.
func (b *block) close(lines []string, mark string) {
	rest := lines[b.start+1:]
	for i, line := range rest {
		if bare := strings.Trim(line, " \t>"); len(bare) >= len(mark) && strings.Trim(bare, mark[:1]) == "" {
			b.lines, b.end, b.closed = clone(rest[:i]), b.start+i+2, true
			return
		}
	}
	for i, line := range rest {
		if trimmed := strings.TrimRight(line, " \t"); strings.HasSuffix(trimmed, mark) {
			b.lines, b.end, b.closed = append(clone(rest[:i]), strings.TrimRight(trimmed, mark[:1])), b.start+i+2, true
			return
		}
	}
	b.lines, b.end = clone(rest), len(lines)
}

func clone(lines []string) []string { return append([]string(nil), lines...) }

// trimIndent takes off as much of the opening fence's indentation as line has.
func trimIndent(line, indent string) string {
	n := 0
	for n < len(indent) && n < len(line) && strings.IndexByte(" \t>", line[n]) >= 0 {
		n++
	}
	return line[n:]
}

// markedBlocks finds code between the marks that some models were trained with.
func markedBlocks(lines []string) (blocks []block) {
	for _, mark := range [][2]string{{"[BEGIN]", "[DONE]"}, {"[PYTHON]", "[/PYTHON]"}} {
		for i := 0; i < len(lines); i++ {
			if strings.TrimSpace(lines[i]) != mark[0] {
				continue
			}
			b := block{number: len(blocks) + 1, start: i, end: len(lines), tag: "python"}
			for j := i + 1; j < len(lines) && !b.closed; j++ {
				if strings.TrimSpace(lines[j]) == mark[1] {
					b.end, b.closed = j+1, true
				} else {
					b.lines = append(b.lines, lines[j])
				}
			}
			blocks = append(blocks, b)
			i = b.end - 1
		}
		if len(blocks) > 0 {
			return blocks
		}
	}
	return nil
}

var (
	codeStart  = regexp.MustCompile(`^((async +def|def|class) +\w+ *[(:\[]|import [\w., ]+$|import [\w.]+ as \w+$|from [\w.]+ import |@\w)`)
	statement  = regexp.MustCompile(`^(if|elif|for|while|with|try|except|finally|else|async for|async with)\b.*:( *#.*)?$|^(return|assert|print|raise|del|pass|global)\b *[^ a-z]?[^ ]*$|^(assert|raise) |^[A-Za-z_][\w.\[\]'"-]*( *,[ \w.]+)*( *:[^=]+)? *[-+*/%&|^@]{0,2}=[^=]|^[A-Za-z_][\w.]*\(`)
	tripleMark = regexp.MustCompile(`"""|'''`)
)

// bareBlock finds code that nothing sets apart: from the first import or
// definition on to the last line that can belong to it. Without any definition
// there is none.
func bareBlock(lines []string) (block, bool) {
	start := 0
	for start < len(lines) && !codeStart.MatchString(lines[start]) {
		start++
	}
	end, inString := start, false
	for i := start; i < len(lines); i++ {
		if !inString && !codeLike(lines[i]) {
			break
		}
		if len(tripleMark.FindAllString(lines[i], -1))%2 == 1 {
			inString = !inString
		}
		if strings.TrimSpace(lines[i]) != "" {
			end = i + 1
		}
	}
	b := block{number: 1, start: start, end: end, lines: clone(lines[start:end]), closed: true}
	return b, definition.MatchString(strings.Join(b.lines, "\n"))
}

// codeLike reports whether a line outside any string can be a line of Python at
// top level or inside a definition.
func codeLike(line string) bool {
	if line == "" || strings.ContainsRune(" \t#)]}", rune(line[0])) {
		return true
	}
	return codeStart.MatchString(line) || statement.MatchString(line)
}

// code is the text of the block as a program: without blank lines around it,
// without common indentation, with one line end at its end.
func (b block) code() string {
	lines := b.lines
	for len(lines) > 0 && strings.TrimSpace(lines[0]) == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(dedent(lines), "\n") + "\n"
}

// dedent takes the first line's indentation off every line, as far as a line has
// it: no program starts with an indented line.
func dedent(lines []string) []string {
	indent := lines[0][:len(lines[0])-len(strings.TrimLeft(lines[0], " \t"))]
	if indent == "" {
		return lines
	}
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = trimIndent(line, indent)
	}
	return out
}

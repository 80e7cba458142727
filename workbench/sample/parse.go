package sample

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"nextworkbench/schema"
)

// Parsed is a completion, taken apart.
type Parsed struct {
	Rationale string
	Fix       *string // nil when the outcome is none or empty
	Outcome   schema.Parse
	Detail    string // how the fix was chosen and what was left out; may be empty
}

// Parse finds the rationale and the fix in a completion.
//
// Blocks are fenced with back-ticks or tildes, at any indentation, or stand
// between [BEGIN] and [DONE] or [PYTHON] and [/PYTHON]. Of several blocks the
// best one is taken, and the last of equals: one that defines entryPoint at top
// level, then one that defines anything, then one tagged as Python, then one
// that looks like Python. A block tagged as something else is never taken. A
// last block may lack its closing fence, as a stop sequence leaves it. A JSON
// object that names its code counts as rationale and fix given apart. Without
// any block, the lines from the first definition or import to the last line of
// code are the fix.
//
// The rationale is the text before the fix; where that is no more than a lead-in
// ("Here is the fix:") it is the text after it. What a reasoning model thinks
// before </think> is looked at only when it says nothing else, and a thought that
// never ends holds no fix. Line ends become
// LF, common indentation is taken off the fix, and nothing else is rewritten: an
// HTML entity can be part of a program.
func Parse(completion, entryPoint string) Parsed {
	text := strings.TrimPrefix(newlines.Replace(completion), "\ufeff")
	thought, answer := splitThought(text)
	if strings.TrimSpace(answer) == "" {
		thought, answer = "", thought
	}
	if strings.TrimSpace(answer) == "" {
		return Parsed{Outcome: schema.ParsedEmpty}
	}
	if unfinished, ok := strings.CutPrefix(strings.TrimSpace(answer), "<think>"); ok {
		return Parsed{Rationale: strings.TrimSpace(unfinished), Outcome: schema.ParsedNone, Detail: "the thought never ended"}
	}
	parsed := parseAnswer(answer, entryPoint)
	if leadIn(parsed.Rationale) && strings.TrimSpace(thought) != "" {
		parsed.Rationale = strings.TrimSpace(thought)
	}
	return parsed
}

var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// splitThought separates what a reasoning model thinks from what it answers.
func splitThought(text string) (thought, answer string) {
	const end = "</think>"
	at := strings.LastIndex(text, end)
	if at < 0 {
		return "", text
	}
	return strings.Replace(text[:at], "<think>", "", 1), text[at+len(end):]
}

func parseAnswer(text, entryPoint string) Parsed {
	if parsed, ok := parseObject(strings.TrimSpace(text), entryPoint); ok {
		return parsed
	}
	lines := strings.Split(text, "\n")
	blocks := fencedBlocks(lines)
	if len(blocks) == 0 {
		blocks = markedBlocks(lines)
	}
	if parsed, ok := parseObjectBlock(lines, blocks, entryPoint); ok {
		return parsed
	}
	if chosen, ok := choose(blocks, entryPoint); ok {
		return chosen.parsed(lines, len(blocks))
	}
	if len(blocks) == 0 {
		if bare, ok := bareBlock(lines); ok {
			parsed := bare.parsed(lines, 1)
			parsed.Outcome = schema.ParsedBare
			return parsed
		}
	}
	parsed := Parsed{Rationale: strings.TrimSpace(text), Outcome: schema.ParsedNone}
	if len(blocks) > 0 {
		parsed.Detail = fmt.Sprintf("none of %d blocks holds Python", len(blocks))
	}
	return parsed
}

// parsed is the completion with b as its fix.
func (b block) parsed(lines []string, blocks int) Parsed {
	fix := b.code()
	p := Parsed{Fix: &fix, Outcome: schema.ParsedFenced}
	switch {
	case !b.closed:
		p.Outcome = schema.ParsedUnclosed
	case blocks > 1:
		p.Outcome = schema.ParsedSeveral
	}
	var notes []string
	if blocks > 1 {
		notes = append(notes, fmt.Sprintf("block %d of %d", b.number, blocks))
	}
	before := strings.TrimSpace(strings.Join(lines[:b.start], "\n"))
	after := strings.TrimSpace(strings.Join(lines[min(b.end, len(lines)):], "\n"))
	p.Rationale = before
	switch {
	case after == "":
	case leadIn(before):
		p.Rationale = after
		notes = append(notes, "rationale after the fix")
	default:
		notes = append(notes, fmt.Sprintf("%d characters after the fix left out", len([]rune(after))))
	}
	p.Detail = strings.Join(notes, "; ")
	return p
}

// leadIn reports whether text explains nothing: it is empty or one line that
// introduces what follows.
func leadIn(text string) bool {
	return text == "" || !strings.Contains(text, "\n") && strings.HasSuffix(strings.TrimRight(text, "*_ "), ":")
}

// The keys under which models put code and reasons when they answer in JSON.
var (
	codeKeys   = []string{"fix", "fixed_code", "fixed_program", "code", "program", "implementation", "solution"}
	reasonKeys = []string{"rationale", "explanation", "reasoning", "analysis", "reflection", "self_reflection", "fixing_exp"}
)

// parseObject reads a completion that is a JSON object with code in it.
func parseObject(text, entryPoint string) (Parsed, bool) {
	var object map[string]any
	if !strings.HasPrefix(text, "{") || json.Unmarshal([]byte(text), &object) != nil {
		return Parsed{}, false
	}
	code := firstText(object, codeKeys)
	if strings.TrimSpace(code) == "" {
		return Parsed{}, false
	}
	code = newlines.Replace(code)
	fix := block{lines: strings.Split(code, "\n")}.code()
	if chosen, ok := choose(fencedBlocks(strings.Split(code, "\n")), entryPoint); ok {
		fix = chosen.code()
	}
	reason := strings.TrimSpace(newlines.Replace(firstText(object, reasonKeys)))
	return Parsed{Rationale: reason, Fix: &fix, Outcome: schema.ParsedGiven, Detail: "JSON object"}, true
}

func firstText(object map[string]any, keys []string) string {
	for _, key := range keys {
		if text, ok := object[key].(string); ok {
			return text
		}
	}
	return ""
}

// parseObjectBlock reads a completion whose one block is a JSON object.
func parseObjectBlock(lines []string, blocks []block, entryPoint string) (Parsed, bool) {
	if len(blocks) != 1 {
		return Parsed{}, false
	}
	b := blocks[0]
	parsed, ok := parseObject(strings.TrimSpace(strings.Join(b.lines, "\n")), entryPoint)
	if ok && parsed.Rationale == "" {
		parsed.Rationale = strings.TrimSpace(strings.Join(lines[:b.start], "\n"))
	}
	return parsed, ok
}

// choose takes the best block, the last of equals.
func choose(blocks []block, entryPoint string) (block, bool) {
	var best block
	rank := 0
	for _, b := range blocks {
		if r := b.rank(entryPoint); r > 0 && r >= rank {
			best, rank = b, r
		}
	}
	return best, rank > 0
}

// rank says how much a block is worth as a fix, 0 for nothing.
func (b block) rank(entryPoint string) int {
	code := b.code()
	switch {
	case strings.TrimSpace(code) == "" || b.tag != "" && !pythonTag(b.tag):
		return 0
	case defines(code, entryPoint):
		return 4
	case definition.MatchString(code):
		return 3
	case b.tag != "":
		return 2
	case pythonLine.MatchString(code):
		return 1
	}
	return 0
}

var (
	binding    = regexp.MustCompile(`(?m)^(?:(?:async[ \t]+)?(?:def|class)[ \t]+([\pL\pN_]+)|([\pL\pN_]+)[ \t]*(?::[^=\n]+)?=(?:[^=]|$))`)
	definition = regexp.MustCompile(`(?m)^(async[ \t]+def|def|class)[ \t]+[\pL\pN_]+[ \t]*[(:\[]`)
	pythonLine = regexp.MustCompile(`(?m)^[ \t]*(import \w|from [\w.]+ import |def \w+\(|class \w+|return\b|for .+ in .+:|while .+:|if .+:|print\(|assert |[A-Za-z_][\w.]* ?[-+*/]?= ?\S)`)
)

// defines reports whether code binds the entry point at top level. Of a dotted
// entry point the first name counts.
func defines(code, entryPoint string) bool {
	name, _, _ := strings.Cut(entryPoint, ".")
	name = strings.TrimSuffix(name, "()")
	for _, bound := range binding.FindAllStringSubmatch(code, -1) {
		if name != "" && (bound[1] == name || bound[2] == name) {
			return true
		}
	}
	return false
}

func pythonTag(tag string) bool {
	switch strings.ToLower(strings.Trim(tag, "{.}")) {
	case "python", "py", "python3", "py3", "python2", "tool_code":
		return true
	}
	return false
}

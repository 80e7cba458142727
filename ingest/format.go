package ingest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// format turns the lines of another data set into task lines.
type format struct {
	name    string
	purpose string
	convert func(fields) (fields, error)
}

func formats() []format {
	return []format{
		{"workbench", "the workbench's own task and sample lines", func(f fields) (fields, error) { return f, nil }},
		{"mbpp", "MBPP: task_id, text or prompt, code, test_list, test_setup_code", convertMBPP},
		{"humaneval", "HumanEval: task_id, prompt, canonical_solution, test, entry_point", convertHumanEval},
	}
}

// Formats lists the names of the formats with what they are.
func Formats() (all [][2]string) {
	for _, f := range formats() {
		all = append(all, [2]string{f.name, f.purpose})
	}
	return all
}

func findFormat(kind, name string) (func(fields) (fields, error), error) {
	if name == "" {
		name = "workbench"
	}
	all := formats()
	i := slices.IndexFunc(all, func(f format) bool { return f.name == name })
	switch {
	case i < 0:
		return nil, fmt.Errorf("unknown format %q: want workbench, mbpp or humaneval", name)
	case i > 0 && kind != "tasks":
		return nil, fmt.Errorf("format %q is for tasks, not for %s", name, kind)
	}
	return all[i].convert, nil
}

var topLevelFunction = regexp.MustCompile(`(?m)^(?:async )?def +(\w+) *\(`)

// convertMBPP makes a synthesis problem of an MBPP line. The entry point is the
// function that the first test calls.
func convertMBPP(f fields) (fields, error) {
	tests, err := f.texts("test_list")
	if err != nil {
		return nil, err
	}
	if raw, ok := f["text"]; ok {
		f["prompt"] = raw
	}
	code, err := f.requiredText("code")
	if err != nil {
		return nil, err
	}
	entry := calledIn(tests[0], code)
	if entry == "" {
		return nil, refuse("test_list: %q calls no function of code", tests[0])
	}
	task := fields{
		"task_id":       quote("MBPP/" + strings.Trim(string(f["task_id"]), `"`)),
		"source":        quote("MBPP"),
		"instruction":   f["prompt"],
		"entry_point":   quote(entry),
		"buggy_code":    json.RawMessage("null"),
		"test_setup":    orEmpty(f["test_setup_code"]),
		"tests":         quote(tests),
		"reference_fix": quote(code),
	}
	return withMetadata(task, f, "task_id", "text", "prompt", "test_setup_code"), nil
}

// convertHumanEval makes a synthesis problem of a HumanEval line: its one test is
// the check function, called on the entry point.
func convertHumanEval(f fields) (fields, error) {
	prompt, err := f.requiredText("prompt")
	if err != nil {
		return nil, err
	}
	entry, err := f.requiredText("entry_point")
	if err != nil {
		return nil, err
	}
	test, err := f.requiredText("test")
	if err != nil {
		return nil, err
	}
	solution, err := f.text("canonical_solution")
	if err != nil {
		return nil, err
	}
	task := fields{
		"task_id":       f["task_id"],
		"source":        quote("HumanEval"),
		"instruction":   quote(prompt),
		"entry_point":   quote(entry),
		"buggy_code":    json.RawMessage("null"),
		"tests":         quote([]string{test + "\ncheck(" + entry + ")"}),
		"reference_fix": quote(prompt + solution),
	}
	return withMetadata(task, f, "task_id"), nil
}

// calledIn finds the top-level function of code that test calls, the last defined
// first: helpers come before the function that uses them.
func calledIn(test, code string) string {
	for _, match := range slices.Backward(topLevelFunction.FindAllStringSubmatch(code, -1)) {
		if strings.Contains(test, match[1]+"(") {
			return match[1]
		}
	}
	return ""
}

func quote(v any) json.RawMessage {
	text, _ := json.Marshal(v) // texts always marshal
	return text
}

func orEmpty(raw json.RawMessage) json.RawMessage {
	if raw == nil {
		return quote("")
	}
	return raw
}

// withMetadata keeps the keys of the other format that were not used.
func withMetadata(task, other fields, used ...string) fields {
	for key, raw := range other {
		if _, taken := task[key]; !taken && !slices.Contains(used, key) {
			task[key] = raw
		}
	}
	return task
}

// Package prompt makes the exact text that a model sees from a task and the
// inline trace of its buggy program.
//
// It writes prompt, prompt_task and prompt_example. It refuses to show a task of
// the dev or test split as an example, or a task as an example of its own
// problem. What it reads of a task is the instruction, the buggy program, some
// tests and the trace: never the reference of the task that is asked about.
package prompt

import (
	"errors"
	"fmt"
	"strings"
)

// Variant says what a prompt shows and asks for. Zero limits take their defaults.
type Variant struct {
	Trace     bool   `json:"trace"`     // show the buggy program with its inline trace
	Rationale bool   `json:"rationale"` // ask for a rationale before the fix
	Proxy     bool   `json:"proxy"`     // give a rationale, ask for the fix alone
	Shots     int    `json:"shots"`     // worked examples
	Seed      int64  `json:"seed"`      // picks other examples
	Policy    string `json:"policy"`    // whose kept samples may serve as examples; default next

	// Tests is how many tests are shown, 3 by default: the first failing one, then
	// the first others that fit into TestChars characters together, 2,000 by
	// default, in the order of the task. A failing test that is longer is cut.
	Tests     int `json:"tests"`
	TestChars int `json:"test_chars"`

	// Chars bounds a prompt that shows a trace, 24,000 by default (some 7,000
	// tokens): above it the program is shown without its trace, and the stored
	// template says so. ExampleChars bounds one worked example, 6,000 by default.
	Chars        int `json:"chars"`
	ExampleChars int `json:"example_chars"`
}

func (v Variant) complete() (Variant, error) {
	if v.Proxy && v.Rationale {
		return v, errors.New("prompt: a proxy is given the rationale and cannot be asked for one")
	}
	if v.Shots < 0 {
		return v, fmt.Errorf("prompt: %d examples", v.Shots)
	}
	for _, limit := range []struct {
		value *int
		usual int
	}{{&v.Tests, 3}, {&v.TestChars, 2000}, {&v.Chars, 24_000}, {&v.ExampleChars, 6000}} {
		if *limit.value <= 0 {
			*limit.value = limit.usual
		}
	}
	if v.Policy == "" {
		v.Policy = "next"
	}
	return v, nil
}

// Untraced begins what a stored template adds when a prompt shows no trace although
// its variant says so.
const Untraced = " untraced:"

const (
	untraced = Untraced + "no-trace"
	tooLong  = Untraced + "too-long"
)

// template is what is stored of how a prompt was made: the name, version and
// hash of the templates, and the complete variant.
func (v Variant) template(hash string) string {
	words := []string{name, hash}
	for _, word := range []struct {
		name string
		is   bool
	}{{"trace", v.Trace}, {"rationale", v.Rationale}, {"proxy", v.Proxy}} {
		if word.is {
			words = append(words, word.name)
		}
	}
	words = append(words, fmt.Sprintf("tests=%d/%d", v.Tests, v.TestChars))
	if v.Trace {
		words = append(words, fmt.Sprintf("chars=%d", v.Chars))
	}
	if v.Shots > 0 {
		words = append(words, fmt.Sprintf("shots=%d/%d seed=%d policy=%s", v.Shots, v.ExampleChars, v.Seed, v.Policy))
	}
	return strings.Join(words, " ")
}

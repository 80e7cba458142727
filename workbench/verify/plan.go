package verify

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"

	_ "embed"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

//go:embed literal.py
var literalSource string

// plannerSource is the second part of the planner's script, after literalSource.
//
//go:embed planner.py
var plannerSource string

// Plan is how one test is run: what the candidate's process evaluates and what
// is compared outside of it.
type Plan struct {
	Tier    schema.Tier
	Calls   []string  // value: expressions for the candidate's process; inputs only
	Check   *Check    // value: over the results of Calls
	Streams *Exchange // value: a program that reads and writes text, instead of Calls
	Setup   string    // split: the part of the setup that the test needs
	Source  string    // split and shared: the test code
	Stubs   []string  // split: names of the program that the test calls
	Reason  string    // why the tier is not value
	Invalid string    // why the test cannot be run at all
}

// Exchange is what a program reads from standard input and has to write.
type Exchange struct {
	Input, Expected string
}

// taskPlan is the plan of all tests of a task, which share its setup.
type taskPlan struct {
	inputs     surround // for the value and the split tier: what the inputs of calls need
	everything surround // for the shared tier
	tests      []Plan
}

// surround is the parts of a setup that run before and after the program, in
// its process. What depends on names of the program runs after it.
type surround [2]string

// planRequest and planAnswer are the lines exchanged with the planner.
type planRequest struct {
	Setup      string   `json:"setup"`
	EntryPoint string   `json:"entry_point"`
	Tests      []string `json:"tests"`
}

type planAnswer struct {
	Inputs, Everything surround
	Error              string
	Plans              []struct {
		Tier   string
		Calls  []string
		Check  *checkJSON
		Setup  string
		Source string
		Stubs  []string
		Reason string
	}
}

type checkJSON struct {
	Op    string
	Args  []*checkJSON
	Call  int
	Value *literal
}

// literal is an expected value as the planner writes it; texts that may be no
// UTF-8 are in hexadecimal.
type literal struct {
	Kind  string     `json:"k"`
	Text  string     `json:"t"`
	Other string     `json:"u"`
	Bool  bool       `json:"b"`
	Items []*literal `json:"v"`
}

// decode reads the planner's answer for n tests.
func (a *planAnswer) decode(n int) (*taskPlan, error) {
	plan := &taskPlan{inputs: a.Inputs, everything: a.Everything, tests: make([]Plan, n)}
	if a.Error != "" {
		for i := range plan.tests {
			plan.tests[i] = Plan{Tier: schema.ValueTier, Invalid: "the tests cannot be read: " + a.Error}
		}
		return plan, nil
	}
	if len(a.Plans) != n {
		return nil, fmt.Errorf("answer of the planner: %d plans for %d tests", len(a.Plans), n)
	}
	for i, p := range a.Plans {
		check, err := p.Check.decode(len(p.Calls))
		if err != nil {
			return nil, fmt.Errorf("plan of test %d: %w", i, err)
		}
		plan.tests[i] = Plan{Tier: schema.Tier(p.Tier), Calls: p.Calls, Check: check, Setup: p.Setup, Source: p.Source, Stubs: p.Stubs, Reason: p.Reason}
		if p.Tier == "invalid" {
			plan.tests[i] = Plan{Tier: schema.ValueTier, Invalid: "test: " + p.Reason}
		}
	}
	return plan, nil
}

// exchangeOf recognises a test that is a pair of texts, a JSON object such as
// {"input": "2 3\n", "expected": "5\n"}.
func exchangeOf(test string) *Exchange {
	var pair struct {
		Input    *string `json:"input"`
		Expected *string `json:"expected"`
		Output   *string `json:"output"` // the name that many data sets give to expected
	}
	if json.Unmarshal([]byte(test), &pair) != nil || pair.Input == nil {
		return nil
	}
	if pair.Expected == nil {
		pair.Expected = pair.Output
	}
	if pair.Expected == nil {
		return nil
	}
	return &Exchange{Input: *pair.Input, Expected: *pair.Expected}
}

func (c *checkJSON) decode(calls int) (*Check, error) {
	if c == nil {
		return nil, nil
	}
	if c.Op == "call" && (c.Call < 0 || c.Call >= calls) {
		return nil, fmt.Errorf("call %d of %d", c.Call, calls)
	}
	check := &Check{Op: c.Op, Call: c.Call}
	for _, arg := range c.Args {
		a, err := arg.decode(calls)
		if err != nil {
			return nil, err
		}
		check.Args = append(check.Args, a)
	}
	if c.Value != nil {
		v, err := c.Value.decode()
		if err != nil {
			return nil, err
		}
		check.Value = v
	}
	return check, nil
}

// kinds are the names of kinds that the planner uses.
var kinds = map[string]sandbox.Kind{
	"none": sandbox.None, "bool": sandbox.Bool, "int": sandbox.Int, "float": sandbox.Float, "complex": sandbox.Complex,
	"str": sandbox.Str, "bytes": sandbox.Bytes, "list": sandbox.List, "tuple": sandbox.Tuple, "dict": sandbox.Dict,
	"set": sandbox.Set, "frozenset": sandbox.FrozenSet, "ellipsis": sandbox.Ellipsis, "decimal": sandbox.Decimal,
	"fraction": sandbox.Fraction,
}

func (l *literal) decode() (*sandbox.Value, error) {
	kind, ok := kinds[l.Kind]
	if !ok {
		return nil, fmt.Errorf("literal of kind %q", l.Kind)
	}
	v := &sandbox.Value{Kind: kind, Bool: l.Bool}
	for _, item := range l.Items {
		value, err := item.decode()
		if err != nil {
			return nil, err
		}
		v.Items = append(v.Items, value)
	}
	if err := l.scalar(v); err != nil {
		return nil, fmt.Errorf("literal of kind %s: %w", l.Kind, err)
	}
	return v, nil
}

// scalar reads the texts of l into v.
func (l *literal) scalar(v *sandbox.Value) (err error) {
	switch v.Kind {
	case sandbox.Int:
		v.Int, err = parseInt(l.Text)
	case sandbox.Fraction:
		if v.Int, err = parseInt(l.Text); err == nil {
			v.Den, err = parseInt(l.Other)
		}
	case sandbox.Float:
		v.Float, err = strconv.ParseFloat(l.Text, 64)
	case sandbox.Complex:
		if v.Float, err = strconv.ParseFloat(l.Text, 64); err == nil {
			v.Imag, err = strconv.ParseFloat(l.Other, 64)
		}
	case sandbox.Str, sandbox.Bytes:
		var text []byte
		text, err = hex.DecodeString(l.Text)
		v.Text = string(text)
	case sandbox.Decimal:
		v.Text = l.Text
	}
	return err
}

func parseInt(text string) (*big.Int, error) {
	i, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return nil, fmt.Errorf("integer %.40q", text)
	}
	return i, nil
}

package audit

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"nextworkbench/schema"
)

//go:embed policies.json
var builtin []byte

// Policy is a named set of filters, applied in their order.
type Policy struct {
	Name       string        `json:"name"`
	Purpose    string        `json:"purpose"`
	Filters    []string      `json:"filters"`               // codes of [Filters], in their order
	Distrusted []schema.Tier `json:"distrusted,omitempty"`  // what the filter "tier" drops
	MinSupport int           `json:"min_support,omitempty"` // claims that "support" wants supported; 0 means 1
	MinChars   int           `json:"min_chars,omitempty"`   // of a rationale, for "length"
	MaxChars   int           `json:"max_chars,omitempty"`   // 0 for any number
	Cap        int           `json:"cap,omitempty"`         // samples of a task and pool that "cap" lets through
}

// Policies are the built-in policies, by name.
func Policies() ([]Policy, error) { return ReadPolicies(builtin) }

// ReadPolicies reads policies from a JSON array of objects with name, purpose,
// filters and their parameters. It refuses unknown keys, filters and tiers, filters
// without their parameter, and "cap" before the last place.
func ReadPolicies(data []byte) ([]Policy, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var policies []Policy
	if err := decoder.Decode(&policies); err != nil {
		return nil, fmt.Errorf("policies: %w", err)
	}
	seen := map[string]bool{}
	for _, p := range policies {
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("policy %s: %w", p.Name, err)
		}
		if seen[p.Name] {
			return nil, fmt.Errorf("policy %s: defined twice", p.Name)
		}
		seen[p.Name] = true
	}
	return policies, nil
}

// FindPolicy returns the policy called name. The error wraps [schema.ErrUnknown].
func FindPolicy(policies []Policy, name string) (Policy, error) {
	for _, p := range policies {
		if p.Name == name {
			return p, nil
		}
	}
	return Policy{}, fmt.Errorf("policy %s: %w", name, schema.ErrUnknown)
}

func (p Policy) check() error {
	if p.Name == "" || len(p.Filters) == 0 {
		return fmt.Errorf("needs a name and filters")
	}
	for i, code := range p.Filters {
		if filterOf(code).drops == nil {
			return fmt.Errorf("unknown filter %q; there are: %s", code, strings.Join(codes(), ", "))
		}
		if slices.Contains(p.Filters[:i], code) {
			return fmt.Errorf("filter %s twice", code)
		}
	}
	if at := slices.Index(p.Filters, "cap"); at >= 0 && (p.Cap <= 0 || at < len(p.Filters)-1) {
		return fmt.Errorf("filter cap is the last one and needs a number, such as \"cap\": 8")
	}
	if slices.Contains(p.Filters, "length") && p.MinChars <= 0 && p.MaxChars <= 0 {
		return fmt.Errorf("filter length needs min_chars or max_chars")
	}
	if min(p.MinSupport, p.MinChars, p.MaxChars, p.Cap) < 0 {
		return fmt.Errorf("numbers must not be negative")
	}
	for _, tier := range p.Distrusted {
		if tier != schema.ValueTier && tier != schema.SplitTier && tier != schema.SharedTier {
			return fmt.Errorf("unknown tier %q", tier)
		}
	}
	return nil
}

func codes() (all []string) {
	for _, f := range Filters() {
		all = append(all, f.Code)
	}
	return all
}

// content is what makes a version of the policy: other filters, or other readings
// of the claims that they look at, decide anew.
func (p Policy) content() any {
	content := map[string]any{"filters": p.Filters}
	if slices.Contains(p.Filters, "tier") {
		content["distrusted"] = p.Distrusted
	}
	if slices.Contains(p.Filters, "contradiction") || slices.Contains(p.Filters, "support") {
		content["parser"], content["checker"] = Parser, Checker
	}
	for filter, parameters := range map[string]map[string]int{
		"support": {"min_support": p.MinSupport}, "length": {"min_chars": p.MinChars, "max_chars": p.MaxChars}, "cap": {"cap": p.Cap},
	} {
		for name, number := range parameters {
			if slices.Contains(p.Filters, filter) && number > 0 {
				content[name] = number
			}
		}
	}
	return content
}

// decide applies the filters in their order.
func (p Policy) decide(s *subjectSample) schema.Decision {
	d := schema.Decision{Sample: s.id, Keep: true, Reason: schema.Kept, Detail: s.note()}
	for _, code := range p.Filters {
		why, dropped := filterOf(code).drops(p, s)
		if !dropped {
			continue
		}
		if d.Keep {
			d.Keep, d.Reason, d.Detail = false, code, why
		}
		d.Reasons = append(d.Reasons, code)
	}
	return d
}

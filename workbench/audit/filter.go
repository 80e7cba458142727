package audit

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"nextworkbench/schema"
)

// subjectSample is one sample with all that filters look at.
type subjectSample struct {
	id          schema.SampleID
	pool        string // samples of one pool can be duplicates of each other
	rationale   string
	parse       schema.Parse
	parseDetail string
	fix         string // empty when there is none
	buggy       string
	reference   string
	verdict     schema.Verdict
	tier        schema.Tier
	tests       string // how the tests went, for people
	claims      []Claim
	findings    []Finding
	twin        schema.SampleID // a kept sample of the pool with the same text
}

// Filter is a reason to drop a sample.
type Filter struct {
	Code    string `json:"code"` // the reason of its decisions
	Purpose string `json:"purpose"`
	drops   func(Policy, *subjectSample) (why string, dropped bool)
}

// Filters are what policies are made of.
func Filters() []Filter {
	return []Filter{
		{"parse", "the completion holds no fix", dropUnparsed},
		{"tests", "the fix does not pass every test", dropFailing},
		{"unchanged", "the fix is the buggy program", dropUnchanged},
		{"tier", "the verdict is not trusted", dropDistrusted},
		{"contradiction", "the trace contradicts the rationale", dropContradicted},
		{"support", "the trace supports nothing that the rationale states", dropUnsupported},
		{"duplicate", "a sample that was kept before says the same", dropDuplicate},
	}
}

func filterOf(code string) Filter {
	all := Filters()
	if i := slices.IndexFunc(all, func(f Filter) bool { return f.Code == code }); i >= 0 {
		return all[i]
	}
	return Filter{}
}

func dropUnparsed(_ Policy, s *subjectSample) (string, bool) {
	return firstOf(s.parseDetail, "no code found"), s.parse == schema.ParsedNone || s.parse == schema.ParsedEmpty
}

func dropFailing(_ Policy, s *subjectSample) (string, bool) {
	if s.verdict == "" {
		return "there is no fix to test", true
	}
	return fmt.Sprintf("%s: %s", s.verdict, s.tests), s.verdict != schema.Pass
}

func dropUnchanged(_ Policy, s *subjectSample) (string, bool) {
	return "the fix is the buggy program", s.fix != "" && s.fix == s.buggy
}

func dropDistrusted(p Policy, s *subjectSample) (string, bool) {
	return fmt.Sprintf("judged at tier %s", s.tier), slices.Contains(p.Distrusted, s.tier)
}

func dropContradicted(_ Policy, s *subjectSample) (string, bool) {
	for i, f := range s.findings {
		if f.Verdict == schema.Contradicted {
			return fmt.Sprintf("claims %s; %s", s.claims[i].Stated, f.Evidence), true
		}
	}
	return "", false
}

func dropUnsupported(_ Policy, s *subjectSample) (string, bool) {
	for _, f := range s.findings {
		if f.Verdict == schema.Supported {
			return "", false
		}
	}
	if len(s.findings) == 0 {
		return "the rationale states nothing that can be checked", true
	}
	return fmt.Sprintf("none of %d claims is supported; the first: %s: %s", len(s.claims), s.claims[0].Stated, s.findings[0].Evidence), true
}

func dropDuplicate(_ Policy, s *subjectSample) (string, bool) {
	return fmt.Sprintf("same rationale and fix as sample %d", s.twin), s.twin != 0
}

// note is what a person may want to know of a kept sample.
func (s *subjectSample) note() string {
	if s.fix != "" && s.fix == s.reference {
		return "the fix is the reference"
	}
	return ""
}

// fingerprint is equal for samples that differ in white space alone, in the
// rationale anywhere, in the fix at the ends of lines and in empty lines.
func (s *subjectSample) fingerprint() [sha256.Size]byte {
	var fix strings.Builder
	for line := range strings.Lines(s.fix) {
		if line = strings.TrimRight(line, " \t\r\n"); line != "" {
			fix.WriteString(line + "\n")
		}
	}
	return sha256.Sum256([]byte(s.pool + "\x00" + strings.Join(strings.Fields(s.rationale), " ") + "\x00" + fix.String()))
}

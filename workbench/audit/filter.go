package audit

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

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
	outcome     string // how the tests went, for people
	tests       []expectation
	hidden      []string       // tests that no prompt shows
	hard        bool           // its task is of the run's hard set
	fixTrace    schema.TraceID // of the fix on the failing test, 0 for none
	keptBefore  int            // samples of its pool and task that are kept already
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
		{"reference", "the fix is the reference", dropReference},
		{"tier", "the verdict is not trusted", dropDistrusted},
		{"hard-coded", "the fix answers a visible test's input with what that test expects", dropHardCoded},
		{"leak", "the rationale or the fix holds a hidden test, or the rationale a line of the reference", dropLeaking},
		{"length", "the rationale is too short or too long", dropLength},
		{"bare-answer", "the rationale names what is expected and gives no reason", dropBare},
		{"easy", "the task is not of the run's hard set", dropEasy},
		{"contradiction", "the trace contradicts the rationale", dropContradicted},
		{"support", "the trace supports nothing that the rationale states", dropUnsupported},
		{"duplicate", "a sample that was kept before says the same", dropDuplicate},
		{"cap", "enough samples of the task are kept", dropCapped},
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
	return fmt.Sprintf("%s: %s", s.verdict, s.outcome), s.verdict != schema.Pass
}

func dropUnchanged(_ Policy, s *subjectSample) (string, bool) {
	return "the fix is the buggy program", s.fix != "" && s.fix == s.buggy
}

func dropReference(_ Policy, s *subjectSample) (string, bool) {
	return "the fix is the reference", s.fix != "" && s.reference != "" && normalised(s.fix) == normalised(s.reference)
}

func dropHardCoded(_ Policy, s *subjectSample) (string, bool) {
	line := hardcoded(s.fix, s.tests, s.buggy, s.reference)
	return "it answers a test by its input: " + line, line != ""
}

func dropLeaking(_ Policy, s *subjectSample) (string, bool) {
	words := leaked(s)
	return "it holds what it was not shown: " + excerpt(words), words != ""
}

func dropLength(p Policy, s *subjectSample) (string, bool) {
	n := utf8.RuneCountInString(s.rationale)
	return fmt.Sprintf("the rationale has %d characters", n), n < p.MinChars || p.MaxChars > 0 && n > p.MaxChars
}

func dropBare(_ Policy, s *subjectSample) (string, bool) {
	return "it names the expected value and nothing of the program", bare(s)
}

func dropEasy(_ Policy, s *subjectSample) (string, bool) {
	return "the base model solves the task often enough", !s.hard
}

func dropCapped(p Policy, s *subjectSample) (string, bool) {
	return fmt.Sprintf("%d samples of the task are kept", s.keptBefore), p.Cap > 0 && s.keptBefore >= p.Cap
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

func dropUnsupported(p Policy, s *subjectSample) (string, bool) {
	supported := 0
	for _, f := range s.findings {
		if f.Verdict == schema.Supported {
			supported++
		}
	}
	if supported >= max(p.MinSupport, 1) {
		return "", false
	}
	if len(s.findings) == 0 {
		return "the rationale states nothing that can be checked", true
	}
	return fmt.Sprintf("%d of %d claims are supported; the first: %s: %s", supported, len(s.claims), s.claims[0].Stated, s.findings[0].Evidence), true
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
	return sha256.Sum256([]byte(s.pool + "\x00" + squeeze(s.rationale) + "\x00" + normalised(s.fix)))
}

// normalised is a program without what makes no difference: ends of lines and empty
// lines.
func normalised(program string) string {
	var b strings.Builder
	for line := range strings.Lines(program) {
		if line = strings.TrimRight(line, " \t\r\n"); line != "" {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

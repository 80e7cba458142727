package tasks_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"nextworkbench/workbench/tasks"
)

type task struct {
	TaskID       string   `json:"task_id"`
	ProblemID    string   `json:"problem_id"`
	Source       string   `json:"source"`
	Split        string   `json:"split"`
	Instruction  string   `json:"instruction"`
	EntryPoint   string   `json:"entry_point"`
	BuggyCode    string   `json:"buggy_code"`
	TestSetup    string   `json:"test_setup"`
	Tests        []string `json:"tests"`
	ReferenceFix string   `json:"reference_fix"`
	BugKind      string   `json:"bug_kind"`
	Rationale    string   `json:"rationale"`
}

func read(t *testing.T) []task {
	t.Helper()
	decoder := json.NewDecoder(tasks.Open())
	decoder.DisallowUnknownFields()
	var all []task
	for {
		var one task
		err := decoder.Decode(&one)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("task %d: %v", len(all)+1, err)
		}
		all = append(all, one)
	}
}

func TestOpenStartsAtTheBeginning(t *testing.T) {
	first, err := io.ReadAll(tasks.Open())
	if err != nil {
		t.Fatal(err)
	}
	second, err := io.ReadAll(tasks.Open())
	if err != nil {
		t.Fatal(err)
	}
	if len(first) == 0 || string(first) != string(second) {
		t.Errorf("two readers gave %d and %d bytes, want the same text", len(first), len(second))
	}
	if newlines := strings.Count(string(first), "\n"); newlines != len(read(t)) {
		t.Errorf("%d lines hold %d tasks, want one task per line", newlines, len(read(t)))
	}
}

func TestTasksAreNumberedAndUnique(t *testing.T) {
	form := regexp.MustCompile(`^example/(\d{4})-[a-z0-9-]+$`)
	programs := map[string]string{}
	for i, one := range read(t) {
		number := form.FindStringSubmatch(one.TaskID)
		if number == nil || number[1] != fmt.Sprintf("%04d", i+1) {
			t.Errorf("line %d has task_id %q, want number %04d and a slug", i+1, one.TaskID, i+1)
		}
		if other, taken := programs[one.BuggyCode]; taken {
			t.Errorf("%s has the buggy program of %s", one.TaskID, other)
		}
		programs[one.BuggyCode] = one.TaskID
	}
}

func TestTaskForm(t *testing.T) {
	problem := regexp.MustCompile(`^example/[a-z0-9-]+$`)
	for _, one := range read(t) {
		lines := strings.Count(one.BuggyCode, "\n")
		faults := map[string]bool{
			"source is not example":               one.Source != "example",
			"problem_id has another form":         !problem.MatchString(one.ProblemID),
			"test_setup is not empty":             one.TestSetup != "",
			"buggy program equals the reference":  one.BuggyCode == one.ReferenceFix,
			"instruction is not two sentences":    sentences(one.Instruction) < 2,
			"buggy program has not 4 to 20 lines": lines < 4 || lines > 20,
			"number of tests is not 3 to 6":       len(one.Tests) < 3 || len(one.Tests) > 6,
			"tabs in a program":                   strings.Contains(one.BuggyCode+one.ReferenceFix, "\t"),
		}
		for _, code := range []string{one.BuggyCode, one.ReferenceFix} {
			faults["a program lacks the entry point"] = faults["a program lacks the entry point"] ||
				!strings.Contains("\n"+code, "\ndef "+one.EntryPoint+"(")
			faults["a program lacks its final newline"] = faults["a program lacks its final newline"] ||
				!strings.HasSuffix(code, "\n")
		}
		for fault, found := range faults {
			if found {
				t.Errorf("%s: %s", one.TaskID, fault)
			}
		}
	}
}

func TestTestsCallTheEntryPoint(t *testing.T) {
	for _, one := range read(t) {
		form := regexp.MustCompile(`^assert (?:` + one.EntryPoint + `\(.*\) (?:==|is) \S.*|abs\(` + one.EntryPoint + `\(.*\) - \S.*\) < 1e-9)$`)
		for i, test := range one.Tests {
			if !form.MatchString(test) {
				t.Errorf("%s: test %d has another form: %s", one.TaskID, i, test)
			}
			if slices.Contains(one.Tests[:i], test) {
				t.Errorf("%s: test %d repeats an earlier one: %s", one.TaskID, i, test)
			}
		}
	}
}

func TestSplitsFollowProblems(t *testing.T) {
	all := read(t)
	split, instruction, perSplit := map[string]string{}, map[string]string{}, map[string]int{}
	for _, one := range all {
		perSplit[one.Split]++
		if known, ok := split[one.ProblemID]; ok && known != one.Split {
			t.Errorf("%s is in both %s and %s", one.ProblemID, known, one.Split)
		}
		if known, ok := instruction[one.ProblemID]; ok && known != one.Instruction {
			t.Errorf("%s has two instructions", one.ProblemID)
		}
		split[one.ProblemID], instruction[one.ProblemID] = one.Split, one.Instruction
	}
	share := map[string]int{"train": 60, "dev": 20, "test": 20}
	for name, count := range perSplit {
		if percent := 100 * count / len(all); share[name] == 0 || percent < share[name]-3 || percent > share[name]+3 {
			t.Errorf("split %s holds %d %% of %d tasks, want about %d %%", name, percent, len(all), share[name])
		}
	}
	if len(all) < 120 || len(perSplit) != len(share) || len(split) == len(all) {
		t.Errorf("%d tasks of %d problems in %d splits, want at least 120, shared problems and %d splits",
			len(all), len(split), len(perSplit), len(share))
	}
}

func TestEveryKindIsTrained(t *testing.T) {
	perKind := map[string]map[string]int{}
	for _, one := range read(t) {
		if perKind[one.BugKind] == nil {
			perKind[one.BugKind] = map[string]int{}
		}
		perKind[one.BugKind][one.Split]++
	}
	if len(perKind) < 16 {
		t.Errorf("%d kinds of bug, want at least 16", len(perKind))
	}
	for kind, splits := range perKind {
		if kind == "" || splits["train"] < 3 || splits["dev"] == 0 || splits["test"] == 0 {
			t.Errorf("kind %q has %v tasks, want at least 3 to train on and one in dev and test", kind, splits)
		}
	}
}

func TestMostFixesChangeOneLine(t *testing.T) {
	single, several := 0, 0
	for _, one := range read(t) {
		if changedLines(one.BuggyCode, one.ReferenceFix) <= 1 {
			single++
		} else {
			several++
		}
	}
	if single < 100 || several < 15 {
		t.Errorf("%d fixes change one line and %d more, want at least 100 and 15", single, several)
	}
}

func TestRationalesExplainTrainTasks(t *testing.T) {
	quoted := regexp.MustCompile("`([^`]+)`")
	kinds := map[string]bool{}
	for _, one := range read(t) {
		if one.Rationale == "" {
			continue
		}
		kinds[one.BugKind] = true
		if count := sentences(one.Rationale); one.Split != "train" || count < 3 || count > 5 {
			t.Errorf("%s: rationale of %d sentences in split %s, want 3 to 5 in train", one.TaskID, count, one.Split)
		}
		text := one.BuggyCode + one.ReferenceFix + strings.Join(one.Tests, "\n")
		for _, quote := range quoted.FindAllStringSubmatch(one.Rationale, -1) {
			if !strings.Contains(text, quote[1]) {
				t.Errorf("%s: rationale quotes %q, which is neither in the programs nor in the tests", one.TaskID, quote[1])
			}
		}
	}
	if len(kinds) < 6 {
		t.Errorf("rationales for %d kinds of bug, want at least 6", len(kinds))
	}
}

// sentences counts full stops that end a word and the text or a sentence.
func sentences(text string) int {
	return len(regexp.MustCompile(`[.](?: |$)`).FindAllString(text, -1))
}

// changedLines counts the lines between the common head and the common tail of
// two programs, in the program where there are more of them.
func changedLines(before, after string) int {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return max(len(a), len(b))
}

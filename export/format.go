package export

import (
	"fmt"
	"slices"
	"strings"
)

// Column is one column of a shard.
type Column struct {
	Name     string `json:"name"`
	Type     string `json:"type"` // text, integer or messages
	Nullable bool   `json:"nullable"`
	Meaning  string `json:"-"`
}

// The column types: UTF-8 text, a 64-bit integer, and a conversation, which is
// list<struct<role: text, content: text>>.
const (
	textType     = "text"
	integerType  = "integer"
	messagesType = "messages"
)

// Message is one turn of a conversation.
type Message struct{ Role, Content string }

// cell is one value of a row: a string, an int64, a []Message, or nil for null.
type cell any

// format is a way to lay a sample out as a row, and to read it back.
type format struct {
	name    string
	columns []Column
	cells   func(content) []cell
	pair    func([]cell) (prompt, completion string, ok bool)
}

// formats are all of them, the default first. This is the one place where the
// columns of a shard are written down.
func formats() []format {
	return []format{
		{
			name: "prompt-completion",
			columns: []Column{
				{Name: "prompt", Type: textType, Meaning: "what the model sees: the system text, an empty line, the user text"},
				{Name: "completion", Type: textType, Meaning: "what it is to answer: the rationale, an empty line, the fix in a fence"},
			},
			cells: func(c content) []cell { return []cell{c.prompt(), c.completion()} },
			pair: func(row []cell) (string, string, bool) {
				return row[0].(string), row[1].(string), true
			},
		},
		{
			name: "messages",
			columns: []Column{
				{Name: "messages", Type: messagesType, Nullable: true, Meaning: "the conversation: system (where there is one), user, assistant"},
			},
			cells: func(c content) []cell { return []cell{conversation(c)} },
			pair:  pairOfMessages,
		},
		{
			name: "text",
			columns: []Column{
				{Name: "text", Type: textType, Meaning: "the prompt, the heading `## Answer`, the completion"},
			},
			cells: func(c content) []cell { return []cell{c.prompt() + answerHeading + c.completion()} },
			pair:  pairOfText,
		},
	}
}

// lineage is the columns that say where a row comes from; they follow those of
// the format when they are asked for.
func lineage() []Column {
	return []Column{
		{Name: "sample_key", Type: textType, Meaning: "content address of the sample, the same in every workbench file"},
		{Name: "task_id", Type: textType, Meaning: "the task"},
		{Name: "problem_id", Type: textType, Meaning: "the problem that the task is a variant of"},
		{Name: "run", Type: textType, Nullable: true, Meaning: "the run that drew the sample; null for a recorded one"},
		{Name: "iteration", Type: integerType, Nullable: true, Meaning: "the iteration it was drawn in, or was recorded with"},
		{Name: "model", Type: textType, Meaning: "the model that wrote it"},
		{Name: "policy", Type: textType, Nullable: true, Meaning: "the policy that kept it; null when the selection asks for none"},
		{Name: "fix_sha256", Type: textType, Meaning: "SHA-256 of the fix"},
		{Name: "prompt_sha256", Type: textType, Meaning: "content address of the prompt"},
	}
}

func lineageCells(c content) []cell {
	return []cell{c.key, c.taskID, c.problemID, optional(c.run), optional(c.iteration), c.model, optional(c.policy), c.fixSHA, c.promptSHA}
}

func optional[T any](value *T) cell {
	if value == nil {
		return nil
	}
	return *value
}

// Formats are the names that [Options.Format] can have, the default first.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// findFormat returns the format called name, with lineage columns if wanted.
func findFormat(name string, withLineage bool) (format, error) {
	all := formats()
	at := slices.IndexFunc(all, func(f format) bool { return f.name == name })
	if at < 0 {
		return format{}, fmt.Errorf("format %q: there are %s", name, strings.Join(Formats(), ", "))
	}
	f := all[at]
	if withLineage {
		short := f.cells
		f.columns = append(f.columns, lineage()...)
		f.cells = func(c content) []cell { return append(short(c), lineageCells(c)...) }
	}
	return f, nil
}

func conversation(c content) []Message {
	var all []Message
	if c.system != "" {
		all = append(all, Message{"system", c.system})
	}
	return append(all, Message{"user", c.user}, Message{"assistant", c.completion()})
}

func pairOfMessages(row []cell) (prompt, completion string, ok bool) {
	messages, _ := row[0].([]Message)
	var c content
	for _, m := range messages {
		switch m.Role {
		case "system":
			c.system = m.Content
		case "user":
			c.user = m.Content
		case "assistant":
			completion, ok = m.Content, true
		}
	}
	return c.prompt(), completion, ok
}

// In the text format a heading parts prompt and completion, as it does in the
// worked examples of a prompt.
const (
	taskHeading   = "\n# Your task\n"
	answerHeading = "\n\n## Answer\n\n"
)

// pairOfText parts a text at the first answer heading after the last task
// heading that has one.
func pairOfText(row []cell) (prompt, completion string, ok bool) {
	text := row[0].(string)
	for from := strings.LastIndex(text, taskHeading); from >= 0; from = strings.LastIndex(text[:from], taskHeading) {
		if head, tail, found := strings.Cut(text[from:], answerHeading); found {
			return text[:from] + head, tail, true
		}
	}
	return strings.Cut(text, answerHeading)
}

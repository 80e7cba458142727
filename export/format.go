package export

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// format is a way to lay facts out as rows, and to read examples back.
type format struct {
	name    string
	purpose string
	columns []Column
	cells   func(content) []cell
	unit    unit
	read    func(context.Context, reading, []planned) iter.Seq2[content, error]

	// pair reads a training example back; nil in formats that hold none.
	pair func([]cell) (prompt, completion string, ok bool)
	// joined: prompt and completion stand in one text, where pair may not find the seam.
	joined bool
	// avoid says that a row shows what not to answer; nil where none does.
	avoid func([]cell) bool
}

// unit is what one row of a format is made of.
type unit int

const (
	bySample    unit = iota // a selected sample with its prompt and fix
	byPair                  // a selected sample and a dropped one of the same task
	byLabel                 // a selected sample, or a dropped one
	byRationale             // a selected sample whose rationale says something
	byAny                   // a selected sample, whatever it lacks
	byTrace                 // a trace of a program of a selected sample
)

// needs says which parts a selected sample must have.
func (u unit) needs() (fix, prompt bool) {
	switch u {
	case byAny, byTrace:
		return false, false
	case byRationale:
		return true, false
	}
	return true, true
}

// dropped says that the rows need samples that the selection left out.
func (u unit) dropped() bool { return u == byPair || u == byLabel }

// trains says that the rows are training examples, which can be weighted and can
// have lineage columns beside them.
func (f format) trains() bool { return f.pair != nil }

var (
	promptColumn     = text("prompt", "what the model sees: the system text, an empty line, the user text").ofFew()
	completionColumn = text("completion", "what it is to answer: the rationale, an empty line, the fix in a fence")
)

// formats are all of them, the default first. This is the one place where the
// columns of a shard are written down.
func formats() []format {
	return []format{
		{
			name: "prompt-completion", purpose: "fine-tuning with the loss on the completion",
			columns: []Column{promptColumn, completionColumn},
			cells:   func(c content) []cell { return []cell{c.prompt(), c.completion()} },
			unit:    bySample, read: readSamples,
			pair: firstTwo,
		},
		{
			name: "messages", purpose: "fine-tuning of a chat model",
			columns: []Column{
				listOf("messages", "the conversation: system (where there is one), user, assistant",
					text("role", "who speaks").ofFew(), text("content", "what is said")),
			},
			cells: func(c content) []cell { return []cell{conversation(c)} },
			unit:  bySample, read: readSamples,
			pair: pairOfMessages,
		},
		{
			name: "text", purpose: "language modelling on whole texts",
			columns: []Column{text("text", "the prompt, the heading `## Answer`, the completion")},
			cells:   func(c content) []cell { return []cell{c.prompt() + answerHeading + c.completion()} },
			unit:    bySample, read: readSamples,
			pair: pairOfText, joined: true,
		},
		{
			name: "dpo", purpose: "preference optimisation over pairs",
			columns: []Column{
				promptColumn,
				text("chosen", "the completion of the selected sample"),
				text("rejected", "the completion of a dropped sample of the same task, run, iteration and prompt"),
			},
			cells: func(c content) []cell { return []cell{c.prompt(), c.completion(), c.rejected.completion()} },
			unit:  byPair, read: readPairs,
			pair: firstTwo,
		},
		{
			name: "kto", purpose: "preference optimisation over single labelled completions",
			columns: []Column{
				promptColumn, completionColumn,
				boolean("label", "true for a selected sample, false for a dropped one"),
			},
			cells: func(c content) []cell { return []cell{c.prompt(), c.completion(), c.label} },
			unit:  byLabel, read: readSamples,
			pair:  firstTwo,
			avoid: func(row []cell) bool { return row[2] == false },
		},
		{
			name: "proxy", purpose: "fine-tuning of the proxy that writes the fix from a rationale",
			columns: []Column{
				text("prompt", "what a proxy sees: the task with the rationale, as `eval --proxy` asks"),
				text("completion", "what it is to answer: the fix in a fence"),
			},
			cells: func(c content) []cell { return []cell{c.prompt(), c.completion()} },
			unit:  byRationale, read: readProxies,
			pair: firstTwo,
		},
		{name: "raw", purpose: "analysis: every fact of a sample", columns: rawColumns(), cells: rawCells, unit: byAny, read: readRaw},
		{name: "trace", purpose: "analysis: one row for every trace, events nested", columns: traceColumns(), cells: traceCells, unit: byTrace, read: readTraces},
	}
}

func firstTwo(row []cell) (prompt, completion string, ok bool) {
	return row[0].(string), row[1].(string), true
}

// Formats are the names that [Options.Format] can have, the default first.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// Columns are the columns that an export with these options has, in their order.
// Only the options that say what a row holds matter.
func Columns(o Options) ([]Column, error) {
	f, err := o.format()
	return f.columns, err
}

// format is the format of the options, with the columns that they add.
func (o Options) format() (format, error) {
	name := o.Format
	if name == "" {
		name = Formats()[0]
	}
	all := formats()
	at := slices.IndexFunc(all, func(f format) bool { return f.name == name })
	if at < 0 {
		return format{}, fmt.Errorf("format %q: there are %s", name, strings.Join(Formats(), ", "))
	}
	f := all[at]
	if (o.Lineage || o.LineageConfig || o.Weight) && !f.trains() {
		return f, fmt.Errorf("format %s: lineage and weights go with training examples; its own columns say where a row comes from", name)
	}
	if o.Weight {
		f = f.with([]Column{number("weight", "1 divided by the rows of the task in its split")}, func(c content) []cell { return []cell{c.weight} })
	}
	if o.Lineage {
		f = f.with(lineageColumns(f), lineageCells(f))
	}
	return f, nil
}

// with adds columns behind those of the format.
func (f format) with(columns []Column, cells func(content) []cell) format {
	short := f.cells
	f.columns = append(slices.Clip(f.columns), columns...)
	f.cells = func(c content) []cell { return append(short(c), cells(c)...) }
	return f
}

func conversation(c content) items {
	var all items
	if c.system != "" {
		all = append(all, []cell{"system", c.system})
	}
	return append(all, []cell{"user", c.user}, []cell{"assistant", c.completion()})
}

func pairOfMessages(row []cell) (prompt, completion string, ok bool) {
	messages, _ := row[0].(items)
	var c content
	for _, m := range messages {
		said, _ := m[1].(string)
		switch m[0] {
		case "system":
			c.system = said
		case "user":
			c.user = said
		case "assistant":
			completion, ok = said, true
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

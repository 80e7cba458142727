package export

import (
	"context"
	"iter"
	"strings"

	"nextworkbench/schema"
)

// content is everything that the row of a sample can show.
type content struct {
	sample    schema.SampleID
	key       string // the sample's name in every file
	taskID    string
	problemID string
	source    string
	run       *string
	iteration *int64
	model     string
	policy    *string
	rationale string
	fix       string
	fixSHA    string
	promptSHA string
	system    string
	user      string
}

// contentsPerStatement bounds the list of ids that one statement is given. Rows
// stream: the texts of one row are in memory at a time.
const contentsPerStatement = 64

// contents reads the rows of samples, in their order. Every one of them must have
// passed the guards.
func contents(ctx context.Context, db *schema.DB, samples []schema.SampleID, template string, policy *string) iter.Seq2[content, error] {
	const query = `SELECT s.id, s.sha256, t.task_id, t.problem_id, t.source, r.name, coalesce(i.number, s.given_iteration),
			m.name, s.rationale, p.source, p.sha256, q.sha256, q.system, q.user
		FROM json_each(?1) j
		CROSS JOIN sample s ON s.id = j.value
		JOIN task t ON t.id = s.task_id
		JOIN model m ON m.id = s.model_id
		JOIN program p ON p.id = s.fix_id
		JOIN prompt q ON q.id = CASE WHEN ?2 = '' THEN s.prompt_id
			ELSE (SELECT k.prompt_id FROM prompt_task k WHERE k.task_id = s.task_id AND k.template = ?2) END
		LEFT JOIN iteration i ON i.id = s.iteration_id
		LEFT JOIN run r ON r.id = i.run_id`
	return inOrder(ctx, db, query, samples, contentsPerStatement, template, func(scan func(...any) error) (schema.SampleID, content, error) {
		c := content{policy: policy}
		err := scan(&c.sample, &c.key, &c.taskID, &c.problemID, &c.source, &c.run, &c.iteration, &c.model, &c.rationale,
			&c.fix, &c.fixSHA, &c.promptSHA, &c.system, &c.user)
		return c.sample, c, err
	})
}

// prompt is the text that a model without roles sees.
func (c content) prompt() string {
	if c.system == "" {
		return c.user
	}
	return c.system + "\n\n" + c.user
}

// completion is what a model is trained to answer: the rationale, if there is
// one, and the fix in a fence that no line of the fix can close.
func (c content) completion() string {
	fence := fenceFor(c.fix)
	block := fence + "python\n" + strings.TrimSuffix(c.fix, "\n") + "\n" + fence + "\n"
	rationale := strings.TrimRight(c.rationale, "\r\n")
	if strings.TrimSpace(rationale) == "" {
		return block
	}
	return rationale + "\n\n" + block
}

func fenceFor(code string) string {
	longest, current := 2, 0
	for _, r := range code {
		if r != '`' {
			current = 0
			continue
		}
		current++
		longest = max(longest, current)
	}
	return strings.Repeat("`", longest+1)
}

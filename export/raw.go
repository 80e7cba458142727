package export

import (
	"context"
	"encoding/json"
	"iter"

	"nextworkbench/schema"
)

// rawFacts are the facts of a sample that training formats leave out.
type rawFacts struct {
	split, purpose, parse   string
	index, testsTotal       int64
	instruction, entryPoint string
	buggy, fix, fixSHA      *string
	promptSHA, system, user *string
	verdict, tier           *string
	testsPassed             *int64
	policy                  string
	policyVersion, keep     *int64
	reason, detail          *string
	claims                  items // nil: no audit has looked at the rationale
}

func rawColumns() []Column {
	return []Column{
		text("sample_key", "content address of the sample, the same in every workbench file"),
		text("task_id", "the task").ofFew(),
		text("problem_id", "the problem that the task is a variant of").ofFew(),
		text("source", "where the task is from").ofFew(),
		text("split", "train, dev or test").ofFew(),
		text("model", "the model that wrote it").ofFew(),
		text("run", "the run that drew it; null for a recorded sample").orNull().ofFew(),
		integer("iteration", "the iteration it was drawn in, or was recorded with").orNull().ofFew(),
		text("purpose", "baseline, train, eval or recorded").ofFew(),
		integer("index", "which one of the samples of the task it is").ofFew(),
		text("instruction", "what the task asks for").ofFew(),
		text("entry_point", "the function that the tests call").ofFew(),
		text("buggy", "the program to repair; null when there is none").orNull().ofFew(),
		text("prompt_sha256", "content address of the prompt; null when it is not known").orNull().ofFew(),
		text("system", "the system text of the prompt").orNull().ofFew(),
		text("user", "the user text of the prompt").orNull(),
		text("rationale", "the rationale, empty when there is none"),
		text("fix", "the fix; null when none could be parsed").orNull(),
		text("fix_sha256", "SHA-256 of the fix").orNull(),
		text("parse", "how the fix was found in the completion").ofFew(),
		text("verdict", "the verdict of the fix; null while undecided").orNull().ofFew(),
		text("tier", "how far the verdict can be trusted").orNull().ofFew(),
		integer("tests_passed", "tests that the fix passed; null while undecided").orNull().ofFew(),
		integer("tests_total", "tests of the task").ofFew(),
		text("policy", "the policy of the decision: that of the selection, else next").ofFew(),
		integer("policy_version", "its newest version that decided; null when it has not").orNull().ofFew(),
		boolean("keep", "its decision; null when there is none").orNull(),
		text("reason", "why it was dropped, `kept` when it was not").orNull().ofFew(),
		text("detail", "what the reason says of this sample").orNull(),
		claimsColumn(),
	}
}

func claimsColumn() Column {
	return listOf("claims", "what the rationale states, as checked against the trace; null when nothing was audited, empty when it states nothing",
		text("kind", "what sort of statement it is").ofFew(),
		text("quote", "its words"),
		text("verdict", "supported, contradicted or unverifiable; null when not checked").ofFew(),
		text("evidence", "what the trace shows"),
		integer("step", "where in the trace; null when nowhere"))
}

func rawCells(c content) []cell {
	r := c.raw
	var keep, claims cell
	if r.keep != nil {
		keep = *r.keep == 1
	}
	if r.claims != nil {
		claims = r.claims
	}
	return []cell{c.key, c.taskID, c.problemID, c.source, r.split, c.model, optional(c.run), optional(c.iteration), r.purpose, r.index,
		r.instruction, r.entryPoint, optional(r.buggy), optional(r.promptSHA), optional(r.system), optional(r.user), c.rationale,
		optional(r.fix), optional(r.fixSHA), r.parse, optional(r.verdict), optional(r.tier), optional(r.testsPassed), r.testsTotal,
		r.policy, optional(r.policyVersion), keep, optional(r.reason), optional(r.detail), claims}
}

// defaultPolicy decides in raw rows when the selection names no policy.
const defaultPolicy = "next"

// readRaw reads samples with all their facts, as the database says now.
func readRaw(ctx context.Context, r reading, rows []planned) iter.Seq2[content, error] {
	const query = `SELECT s.id, s.sha256, t.task_id, t.problem_id, t.source, r.name, coalesce(i.number, s.given_iteration), m.name, s.rationale,
			t.split, s.purpose, s.parse, s.idx, (SELECT count(*) FROM test_case c WHERE c.task_id = t.id), t.instruction, t.entry_point,
			b.source, p.source, p.sha256, q.sha256, q.system, q.user, v.verdict, v.tier, v.tests_passed,
			?2, o.version, d.keep, d.reason, d.detail,
			CASE WHEN EXISTS (SELECT 1 FROM claim c WHERE c.sample_id = s.id) OR EXISTS (SELECT 1 FROM decision e WHERE e.sample_id = s.id)
			     THEN (SELECT json_group_array(json_array(c.kind, c.quote, c.verdict, c.evidence, c.evidence_step))
			           FROM (SELECT * FROM v_claim c WHERE c.sample_id = s.id ORDER BY c.claim_index) c) END
		FROM json_each(?1) j
		CROSS JOIN sample s ON s.id = j.value
		JOIN task t ON t.id = s.task_id
		JOIN model m ON m.id = s.model_id
		LEFT JOIN program b ON b.id = t.buggy_id
		LEFT JOIN program p ON p.id = s.fix_id
		LEFT JOIN prompt q ON q.id = s.prompt_id
		LEFT JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w
			WHERE w.program_id = s.fix_id AND w.task_id = s.task_id AND w.verdict <> 'infra')
		LEFT JOIN policy o ON o.name = ?2 AND o.version = (SELECT max(k.version) FROM policy k JOIN decision e ON e.policy_id = k.id
			WHERE k.name = ?2 AND e.sample_id = s.id)
		LEFT JOIN decision d ON d.policy_id = o.id AND d.sample_id = s.id
		LEFT JOIN iteration i ON i.id = s.iteration_id
		LEFT JOIN run r ON r.id = i.run_id`
	policy := defaultPolicy
	if r.policy != nil {
		policy = *r.policy
	}
	return inOrder(ctx, r.db, query, sampleIDs(rows), rowsPerStatement, policy, func(scan func(...any) error) (schema.SampleID, content, error) {
		var claims *string
		f := &rawFacts{}
		c := content{raw: f}
		err := scan(&c.sample, &c.key, &c.taskID, &c.problemID, &c.source, &c.run, &c.iteration, &c.model, &c.rationale,
			&f.split, &f.purpose, &f.parse, &f.index, &f.testsTotal, &f.instruction, &f.entryPoint,
			&f.buggy, &f.fix, &f.fixSHA, &f.promptSHA, &f.system, &f.user, &f.verdict, &f.tier, &f.testsPassed,
			&f.policy, &f.policyVersion, &f.keep, &f.reason, &f.detail, &claims)
		if err == nil && claims != nil {
			f.claims, err = itemsOf(*claims, claimsColumn().Fields)
		}
		return c.sample, c, err
	})
}

// itemsOf reads a list that SQLite wrote as JSON: an array of one array of fields
// for each item.
func itemsOf(text string, fields []Column) (items, error) {
	var rows [][]json.RawMessage
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		return nil, err
	}
	all := items{}
	for _, row := range rows {
		item := make([]cell, len(fields))
		for i, f := range fields {
			var err error
			if item[i], err = valueOf(row[i], f); err != nil {
				return nil, err
			}
		}
		all = append(all, item)
	}
	return all, nil
}

func valueOf(text json.RawMessage, c Column) (cell, error) {
	if string(text) == "null" {
		return nil, nil
	}
	switch c.Type {
	case integerType:
		var n int64
		err := json.Unmarshal(text, &n)
		return n, err
	case listType:
		return itemsOf(string(text), c.Fields)
	default:
		var s string
		err := json.Unmarshal(text, &s)
		return s, err
	}
}

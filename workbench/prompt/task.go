package prompt

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"nextworkbench/schema"
)

// task is what a prompt may show of a task.
type task struct {
	id          schema.TaskID
	name        string // its text id
	problem     string
	instruction string
	buggy       *string
	tests       []string
	failing     int            // position of the first failing test; 0 when none is known
	trace       schema.TraceID // 0 when there is none
	inline      string         // the program with its trace
}

// readTasks reads tasks by id. The trace is the newest of the buggy program on
// its first failing test that has an inline rendering.
func readTasks(ctx context.Context, db *schema.DB, ids []schema.TaskID) (map[schema.TaskID]*task, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	rows, err := db.Query(ctx, `
		SELECT t.id, t.task_id, t.problem_id, t.instruction, b.source, coalesce(f.position, 0), coalesce(x.id, 0),
		       coalesce((SELECT d.text FROM trace_rendering d WHERE d.trace_id = x.id AND d.renderer LIKE 'inline/%'
		                 ORDER BY d.renderer DESC LIMIT 1), '')
		FROM task t
		LEFT JOIN program b ON b.id = t.buggy_id
		LEFT JOIN test_case f ON f.id = (
		  SELECT c.id FROM outcome o JOIN test_case c ON c.id = o.test_case_id
		  WHERE o.verdict NOT IN ('pass', 'infra')
		    AND o.verification_id = (SELECT max(w.id) FROM verification w
		                             WHERE w.program_id = t.buggy_id AND w.task_id = t.id AND w.verdict <> 'infra')
		  ORDER BY c.position LIMIT 1)
		LEFT JOIN trace x ON x.id = (
		  SELECT max(y.id) FROM trace y
		  WHERE y.test_case_id = f.id AND y.program_id = t.buggy_id
		    AND EXISTS (SELECT 1 FROM trace_rendering d WHERE d.trace_id = y.id AND d.renderer LIKE 'inline/%'))
		WHERE t.id IN (SELECT value FROM json_each(?))`, string(list))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	tasks := map[schema.TaskID]*task{}
	for rows.Next() {
		var t task
		if err := rows.Scan(&t.id, &t.name, &t.problem, &t.instruction, &t.buggy, &t.failing, &t.trace, &t.inline); err != nil {
			return nil, err
		}
		tasks[t.id] = &t
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return tasks, readTests(ctx, db, string(list), tasks)
}

func readTests(ctx context.Context, db *schema.DB, list string, tasks map[schema.TaskID]*task) error {
	rows, err := db.Query(ctx, `SELECT task_id, code FROM test_case WHERE task_id IN (SELECT value FROM json_each(?))
		ORDER BY task_id, position`, list)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id schema.TaskID
		var code string
		if err := rows.Scan(&id, &code); err != nil {
			return err
		}
		tasks[id].tests = append(tasks[id].tests, code)
	}
	return rows.Err()
}

// section shows the task, with its trace if it is asked for and there is one.
func (t *task) section(v Variant) section {
	s := section{Instruction: t.instruction, Tests: t.shownTests(v)}
	switch {
	case t.buggy == nil:
	case v.Trace && t.trace != 0:
		s.Program, s.Traced = t.inline, true
	default:
		s.Program = *t.buggy
	}
	return s
}

// shownTests picks the tests that a prompt shows; see [Variant].
func (t *task) shownTests(v Variant) string {
	if len(t.tests) == 0 {
		return ""
	}
	shown := map[int]string{t.failing: cut(t.tests[t.failing], v.TestChars)}
	left := v.TestChars - utf8.RuneCountInString(shown[t.failing])
	for i, test := range t.tests {
		size := utf8.RuneCountInString(test)
		if i != t.failing && len(shown) < v.Tests && size <= left {
			shown[i] = test
			left -= size
		}
	}
	var all []string
	for i := range t.tests {
		if test, ok := shown[i]; ok {
			all = append(all, strings.Trim(test, "\r\n"))
		}
	}
	return strings.Join(all, "\n")
}

// cut shortens a text to limit characters and says by how many.
func cut(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return fmt.Sprintf("%s\n# ... %d more characters", string(runes[:limit]), len(runes)-limit)
}

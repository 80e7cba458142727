package export

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"nextworkbench/export/likeness"
	"nextworkbench/schema"
)

// The guards of held-out tasks, the strongest evidence first: a row and a held-out
// task are told of once.
const (
	heldOutProblem = "held-out-problem"
	heldOutProgram = "held-out-program"
	nearHeldOut    = "near-held-out"
)

func heldOutGuards() []string { return []string{heldOutProblem, heldOutProgram, nearHeldOut} }

// What is nearly the same, from which similarity on. Among the 974 problems of MBPP
// these find 39 pairs of references and 8 of instructions, and nearly all of them
// are one problem, or a twin of it: even for odd, first for last.
const (
	nearCode  = 0.8
	nearWords = 0.85
)

// What is too short to tell problems apart: a program that returns a constant or
// its parameter, the code of a stub, `Fix the bug.`
const (
	leastTokens       = 14
	leastCodeShingles = 25
	leastWordShingles = 6
)

// Likeness is a held-out task that a row is like.
type Likeness struct {
	HeldOut    string       `json:"held_out"` // the task
	Split      schema.Split `json:"split"`
	Part       string       `json:"part"` // problem, prompt, buggy program, reference, fix or instruction: what is alike
	Similarity float64      `json:"similarity"`
}

// kin is a likeness while it is looked for.
type kin struct {
	guard      int // the place in heldOutGuards: the less, the stronger
	task       int // the place among the held-out tasks
	part       string
	similarity float64
}

// heldOut knows the tasks of the dev and test splits, and what of them would give
// them away in a training set.
type heldOut struct {
	tasks    []examined
	problems map[string][]int
	prompts  map[string][]int // those that were made for the tasks or show them, by hash
	programs map[[32]byte][]int
	code     *likeness.Index
	codeOf   []int // the task of each program in code
	words    *likeness.Index
	wordsOf  []int
	trained  map[string][]kin // of the tasks of rows, where there are some
	fixes    map[string][]kin // of fixes, by hash
}

// examined is a task as the guards look at it.
type examined struct {
	local       schema.TaskID
	id, problem string
	split       schema.Split
	entry       string
	instruction []uint64
	programs    []examinedProgram
}

type examinedProgram struct {
	part string
	likeness.Program
}

// rememberedFixes bounds how many fixes are remembered; equal ones lie close together.
const rememberedFixes = 1 << 16

// holdOut reads the held-out tasks and compares the tasks of training rows with
// them. It is nil when there is nothing to compare.
func holdOut(ctx context.Context, db *schema.DB, rows []planned) (*heldOut, error) {
	wanted := map[schema.TaskID]bool{}
	for _, p := range rows {
		if p.split == splitOf(schema.Train) {
			wanted[p.task] = true
		}
	}
	h := &heldOut{problems: map[string][]int{}, programs: map[[32]byte][]int{}, code: likeness.NewIndex(nearCode),
		words: likeness.NewIndex(nearWords), trained: map[string][]kin{}, fixes: map[string][]kin{}}
	if len(wanted) == 0 {
		return nil, nil
	}
	all := func(schema.TaskID) bool { return true }
	err := eachTask(ctx, db, `t.split <> 'train'`, all, func(t examined) { h.tasks = append(h.tasks, t) })
	if err != nil || len(h.tasks) == 0 {
		return nil, err
	}
	h.index()
	if h.prompts, err = h.heldOutPrompts(ctx, db); err != nil {
		return nil, err
	}
	return h, eachTask(ctx, db, `t.split = 'train'`, func(id schema.TaskID) bool { return wanted[id] }, func(t examined) {
		if found := h.compare(t); len(found) > 0 {
			h.trained[t.id] = found
		}
	})
}

// eachTask reads the wanted ones of the tasks that a condition holds for, in the
// order of their names.
func eachTask(ctx context.Context, db *schema.DB, condition string, wanted func(schema.TaskID) bool, do func(examined)) error {
	rows, err := db.Query(ctx, `SELECT t.id, t.task_id, t.problem_id, t.split, t.entry_point, t.instruction, b.source, r.source
		FROM task t
		LEFT JOIN program b ON b.id = t.buggy_id
		LEFT JOIN program r ON r.id = t.reference_id
		WHERE `+condition+` ORDER BY t.task_id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var t examined
		var instruction string
		var buggy, reference *string
		if err := rows.Scan(&t.local, &t.id, &t.problem, &t.split, &t.entry, &instruction, &buggy, &reference); err != nil {
			return err
		}
		if wanted(t.local) {
			t.instruction = likeness.Words(instruction)
			t.take("buggy program", buggy)
			t.take("reference", reference)
			do(t)
		}
	}
	return rows.Err()
}

func (t *examined) take(part string, source *string) {
	if source != nil {
		t.programs = append(t.programs, examinedProgram{part, likeness.ReadProgram(*source)})
	}
}

// index makes the held-out tasks findable.
func (h *heldOut) index() {
	common := commonInstructions(h.tasks)
	for i, t := range h.tasks {
		h.problems[t.problem] = append(h.problems[t.problem], i)
		for _, p := range t.programs {
			if p.Tokens >= leastTokens && !slices.Contains(h.programs[p.Key], i) {
				h.programs[p.Key] = append(h.programs[p.Key], i)
			}
			if len(p.Shingles) >= leastCodeShingles {
				h.code.Add(p.Shingles)
				h.codeOf = append(h.codeOf, i)
			}
		}
		if len(t.instruction) >= leastWordShingles && !common[likeness.Sum(t.instruction)] {
			h.words.Add(t.instruction)
			h.wordsOf = append(h.wordsOf, i)
		}
	}
}

// fewEntryPoints is how many functions one instruction may ask for. One that asks
// for more, such as `Repair the program so that all of its tests pass.`, says
// nothing of any problem.
const fewEntryPoints = 2

// commonInstructions are those that say nothing of a problem.
func commonInstructions(tasks []examined) map[uint64]bool {
	entries := map[uint64]map[string]bool{}
	common := map[uint64]bool{}
	for _, t := range tasks {
		sum := likeness.Sum(t.instruction)
		if entries[sum] == nil {
			entries[sum] = map[string]bool{}
		}
		entries[sum][t.entry] = true
		common[sum] = len(entries[sum]) > fewEntryPoints
	}
	return common
}

// heldOutPrompts are the prompts that were made for held-out tasks, or that show
// them as worked examples.
func (h *heldOut) heldOutPrompts(ctx context.Context, db *schema.DB) (map[string][]int, error) {
	place := map[string]int{}
	for i, t := range h.tasks {
		place[t.id] = i
	}
	rows, err := db.Query(ctx, `SELECT q.sha256, t.task_id
		FROM (SELECT prompt_id, task_id FROM prompt_example UNION SELECT prompt_id, task_id FROM prompt_task) k
		JOIN task t ON t.id = k.task_id AND t.split <> 'train'
		JOIN prompt q ON q.id = k.prompt_id
		ORDER BY q.sha256, t.task_id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	shown := map[string][]int{}
	for rows.Next() {
		var prompt, task string
		if err := rows.Scan(&prompt, &task); err != nil {
			return nil, err
		}
		shown[prompt] = append(shown[prompt], place[task])
	}
	return shown, rows.Err()
}

// compare finds the held-out tasks that a training task is like.
func (h *heldOut) compare(t examined) []kin {
	var found []kin
	for _, i := range h.problems[t.problem] {
		found = strongest(found, kin{0, i, "problem", 1})
	}
	for _, p := range t.programs {
		for _, k := range h.compareProgram(p) {
			found = strongest(found, k)
		}
	}
	if len(t.instruction) >= leastWordShingles {
		for _, m := range h.words.Near(t.instruction) {
			found = strongest(found, kin{2, h.wordsOf[m.Set], "instruction", m.Similarity})
		}
	}
	return found
}

func (h *heldOut) compareProgram(p examinedProgram) []kin {
	var found []kin
	if p.Tokens >= leastTokens {
		for _, i := range h.programs[p.Key] {
			found = strongest(found, kin{1, i, p.part, 1})
		}
	}
	if len(p.Shingles) >= leastCodeShingles {
		for _, m := range h.code.Near(p.Shingles) {
			found = strongest(found, kin{2, h.codeOf[m.Set], p.part, m.Similarity})
		}
	}
	return found
}

// strongest adds k to all, which has one kin of each held-out task.
func strongest(all []kin, k kin) []kin {
	at := slices.IndexFunc(all, func(o kin) bool { return o.task == k.task })
	if at < 0 {
		return append(all, k)
	}
	if o := all[at]; k.guard < o.guard || k.guard == o.guard && k.similarity > o.similarity {
		all[at] = k
	}
	return all
}

// of finds the held-out tasks that a row of a training shard is like.
func (h *heldOut) of(c content) []kin {
	if h == nil {
		return nil
	}
	found := h.trained[c.taskID]
	fix, ok := h.fixes[c.fixSHA]
	if !ok {
		fix = h.compareProgram(examinedProgram{"fix", likeness.ReadProgram(c.fix)})
		if len(h.fixes) >= rememberedFixes {
			clear(h.fixes)
		}
		h.fixes[c.fixSHA] = fix
	}
	prompts := h.prompts[c.promptSHA]
	if len(fix)+len(prompts) == 0 {
		return found
	}
	found = slices.Clone(found)
	for _, i := range prompts {
		found = strongest(found, kin{0, i, "prompt", 1})
	}
	for _, k := range fix {
		found = strongest(found, k)
	}
	return found
}

// likenesses are those that one guard tells of, the most alike first.
func (h *heldOut) likenesses(found []kin, guard int) []Likeness {
	var all []Likeness
	for _, k := range found {
		if k.guard == guard {
			t := h.tasks[k.task]
			all = append(all, Likeness{t.id, t.split, k.part, math.Round(k.similarity*1000) / 1000})
		}
	}
	slices.SortFunc(all, func(a, b Likeness) int {
		return cmp.Or(cmp.Compare(b.Similarity, a.Similarity), cmp.Compare(a.HeldOut, b.HeldOut))
	})
	return all
}

// checkHeldOut trips the guards of held-out tasks for a row of a training shard.
func (g *guards) checkHeldOut(c content) {
	found := g.heldOut.of(c)
	if c.rejected != nil {
		for _, k := range g.heldOut.of(*c.rejected) {
			found = strongest(slices.Clone(found), k)
		}
	}
	if len(found) == 0 {
		return
	}
	for i, guard := range heldOutGuards() {
		if like := g.heldOut.likenesses(found, i); len(like) > 0 {
			g.waivable(guard, TrippedRow{Sample: c.sample, TaskID: c.taskID, Detail: describe(like), Like: like})
		}
	}
}

func describe(like []Likeness) string {
	l := like[0]
	text := fmt.Sprintf("the %s is that of %s, of the %s split", l.Part, l.HeldOut, l.Split)
	switch {
	case l.Part == "prompt":
		text = fmt.Sprintf("the prompt shows %s, of the %s split", l.HeldOut, l.Split)
	case l.Part == "problem":
	case l.Similarity < 1:
		text = fmt.Sprintf("the %s is %.3g like that of %s, of the %s split", l.Part, l.Similarity, l.HeldOut, l.Split)
	}
	if more := len(like) - 1; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return text
}

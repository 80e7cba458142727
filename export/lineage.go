package export

// lineageColumns are the columns that say where a row of a format comes from.
// They follow those of the format, or make the config lineage beside it.
func lineageColumns(f format) []Column {
	columns := []Column{
		text("sample_key", "content address of the sample, the same in every workbench file"),
		text("task_id", "the task").ofFew(),
		text("problem_id", "the problem that the task is a variant of").ofFew(),
		text("run", "the run that drew the sample; null for a recorded one").orNull().ofFew(),
		integer("iteration", "the iteration it was drawn in, or was recorded with").orNull().ofFew(),
		text("model", "the model that wrote it").ofFew(),
		text("policy", "the policy that kept it; null when the selection asks for none").orNull().ofFew(),
		text("fix_sha256", "SHA-256 of the fix"),
		text("prompt_sha256", "content address of the prompt").ofFew(),
	}
	if f.unit == byPair {
		columns = append(columns,
			text("rejected_sample_key", "content address of the dropped sample"),
			text("rejected_fix_sha256", "SHA-256 of its fix"))
	}
	return columns
}

func lineageCells(f format) func(content) []cell {
	return func(c content) []cell {
		cells := []cell{c.key, c.taskID, c.problemID, optional(c.run), optional(c.iteration), c.model, optional(c.policy), c.fixSHA, c.promptSHA}
		if f.unit == byPair {
			cells = append(cells, c.rejected.key, c.rejected.fixSHA)
		}
		return cells
	}
}

func optional[T any](value *T) cell {
	if value == nil {
		return nil
	}
	return *value
}

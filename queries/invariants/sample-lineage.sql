-- name: sample-lineage
-- purpose: drawn samples whose way back to their task has a gap: another model, another prompt, a prompt of another task
SELECT s.id AS sample_id
FROM sample s
JOIN generation g ON g.id = s.generation_id
WHERE g.model_id <> s.model_id OR g.idx <> s.idx OR s.prompt_id IS NOT g.prompt_id
   OR NOT EXISTS (SELECT 1 FROM prompt_task k WHERE k.prompt_id = g.prompt_id AND k.task_id = s.task_id)

-- name: prompt-lineage
-- purpose: prompts that ask about no task, or show the trace of a program that is not their task's
SELECT q.sha256
FROM prompt q
WHERE NOT EXISTS (SELECT 1 FROM prompt_task k WHERE k.prompt_id = q.id)
   OR EXISTS (SELECT 1 FROM prompt_task k JOIN task t ON t.id = k.task_id JOIN trace x ON x.id = k.trace_id
              WHERE k.prompt_id = q.id AND x.program_id IS NOT t.buggy_id)

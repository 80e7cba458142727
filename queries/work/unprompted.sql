-- name: unprompted
-- purpose: the tasks of samples that were recorded without a prompt
-- parameter: split text '' only tasks of this split; empty takes all
SELECT t.id
FROM task t
WHERE (:split = '' OR t.split = :split)
  AND EXISTS (SELECT 1 FROM sample s WHERE s.task_id = t.id AND s.prompt_id IS NULL)
ORDER BY t.task_id

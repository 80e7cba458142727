-- name: buggy-exceptions
-- purpose: how tests of a task that come after the first failing one end for its buggy program, where they end with an exception
-- parameter: task integer 0 id of the task
SELECT DISTINCT o.detail
FROM task t
JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w
                               WHERE w.program_id = t.buggy_id AND w.task_id = t.id AND w.verdict <> 'infra')
JOIN outcome o ON o.verification_id = v.id AND o.verdict = 'error'
WHERE t.id = :task
ORDER BY o.detail

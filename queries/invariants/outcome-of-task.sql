-- name: outcome-of-task
-- purpose: outcomes on a test case of another task than their verification's
SELECT o.verification_id, o.test_case_id
FROM outcome o
JOIN verification v ON v.id = o.verification_id
JOIN test_case c ON c.id = o.test_case_id
WHERE c.task_id <> v.task_id

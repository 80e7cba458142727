-- name: traced-buggy
-- purpose: the newest trace of every buggy program on every test that it was traced on
SELECT x.id AS trace_id, f.name AS tasks_from, p.source, c.code
FROM trace x
JOIN program p ON p.id = x.program_id
JOIN test_case c ON c.id = x.test_case_id
JOIN task t ON t.id = c.task_id AND t.buggy_id = x.program_id
JOIN ingest_file f ON f.id = t.ingest_file_id
WHERE NOT EXISTS (SELECT 1 FROM trace y WHERE y.program_id = x.program_id AND y.test_case_id = x.test_case_id AND y.id > x.id)
ORDER BY f.name, x.id

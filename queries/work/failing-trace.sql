-- name: failing-trace
-- purpose: a task as its rationales speak of it: programs, first failing test, and the newest trace of the buggy program on that test
-- parameter: task integer 0 id of the task
SELECT t.entry_point, coalesce(b.source, '') AS buggy, coalesce(f.source, '') AS reference, coalesce(c.position, -1) AS failing,
       coalesce(x.id, 0) AS trace_id, coalesce(x.truncated, 0) AS truncated,
       CASE WHEN json_type(t.metadata, '$.challenge_tests') = 'array' THEN json_extract(t.metadata, '$.challenge_tests') ELSE '[]' END AS hidden_tests
FROM task t
LEFT JOIN program b ON b.id = t.buggy_id
LEFT JOIN program f ON f.id = t.reference_id
LEFT JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w
                                    WHERE w.program_id = t.buggy_id AND w.task_id = t.id AND w.verdict <> 'infra')
LEFT JOIN test_case c ON c.task_id = t.id
     AND c.position = (SELECT min(d.position) FROM outcome o JOIN test_case d ON d.id = o.test_case_id
                       WHERE o.verification_id = v.id AND o.verdict NOT IN ('pass', 'infra'))
LEFT JOIN trace x ON x.id = (SELECT max(y.id) FROM trace y WHERE y.program_id = t.buggy_id AND y.test_case_id = c.id)
WHERE t.id = :task

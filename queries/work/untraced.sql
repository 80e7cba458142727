-- name: untraced
-- purpose: programs and the test to trace them on, where that trace is missing: the buggy ones, or with fixes the references and the samples' fixes
-- parameter: tracer text '' name/version of the tracer whose traces count
-- parameter: all integer 0 1 takes every test of the task, 0 the first that the buggy program fails
-- parameter: fixes text '' empty for buggy programs, "passing" for fixes that pass every test, "all" for fixes however they end
WITH failing AS (
  SELECT t.id AS task_id, min(c.position) AS position
  FROM task t
  JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w
                                 WHERE w.program_id = t.buggy_id AND w.task_id = t.id AND w.verdict <> 'infra')
  JOIN outcome o ON o.verification_id = v.id AND o.verdict NOT IN ('pass', 'infra')
  JOIN test_case c ON c.id = o.test_case_id
  GROUP BY t.id
), wanted AS (
  SELECT id AS task_id, buggy_id AS program_id FROM task WHERE :fixes = '' AND buggy_id IS NOT NULL
  UNION SELECT id, reference_id FROM task WHERE :fixes <> '' AND reference_id IS NOT NULL
  UNION SELECT task_id, fix_id FROM sample WHERE :fixes <> '' AND fix_id IS NOT NULL
)
SELECT n.task_id, n.program_id, c.id AS test_case_id, o.verdict, o.detail
FROM wanted n
JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w
                               WHERE w.program_id = n.program_id AND w.task_id = n.task_id AND w.verdict <> 'infra')
     AND (:fixes <> 'passing' OR v.verdict = 'pass')
JOIN outcome o ON o.verification_id = v.id
JOIN test_case c ON c.id = o.test_case_id
     AND (:all = 1 OR c.position = (SELECT f.position FROM failing f WHERE f.task_id = n.task_id))
WHERE NOT EXISTS (SELECT 1 FROM trace x
                  WHERE x.program_id = n.program_id AND x.test_case_id = c.id AND x.tracer = :tracer)
ORDER BY n.task_id, c.position, n.program_id

-- name: untraced
-- purpose: buggy programs and the failing test to trace them on, where that trace is missing
-- parameter: tracer text '' name/version of the tracer whose traces count
-- parameter: all integer 0 1 takes every test of the task, 0 the first failing one
WITH failing AS (
  SELECT t.id AS task_id, t.buggy_id AS program_id, c.id AS test_case_id, c.position, o.verdict, o.detail,
         row_number() OVER (PARTITION BY t.id ORDER BY c.position) AS nth
  FROM task t
  JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w
                                 WHERE w.program_id = t.buggy_id AND w.task_id = t.id AND w.verdict <> 'infra')
  JOIN outcome o ON o.verification_id = v.id AND (:all = 1 OR o.verdict NOT IN ('pass', 'infra'))
  JOIN test_case c ON c.id = o.test_case_id
)
SELECT f.task_id, f.program_id, f.test_case_id, f.verdict, f.detail
FROM failing f
WHERE (:all = 1 OR f.nth = 1)
  AND NOT EXISTS (SELECT 1 FROM trace x
                  WHERE x.program_id = f.program_id AND x.test_case_id = f.test_case_id AND x.tracer = :tracer)
ORDER BY f.task_id, f.position

-- name: shown-trace
-- purpose: the newest trace of one program of a task on one test, with the texts that a rendering needs
-- parameter: task text '' name of the task; empty to go by trace
-- parameter: trace integer 0 id of the trace, when no task is given
-- parameter: program text buggy "buggy", "reference" or "sample"
-- parameter: sample integer 0 id of the sample whose fix is meant
-- parameter: test integer -1 index of the test; -1 takes the first that the buggy program fails, else the first that was traced
WITH meant AS (
  SELECT t.id AS task_id,
         CASE :program WHEN 'buggy' THEN t.buggy_id WHEN 'reference' THEN t.reference_id
         ELSE (SELECT s.fix_id FROM sample s WHERE s.id = :sample AND s.task_id = t.id) END AS program_id,
         (SELECT min(c.position) FROM outcome o JOIN test_case c ON c.id = o.test_case_id
          WHERE o.verdict NOT IN ('pass', 'infra')
            AND o.verification_id = (SELECT max(w.id) FROM verification w
                                     WHERE w.program_id = t.buggy_id AND w.task_id = t.id AND w.verdict <> 'infra')) AS failing
  FROM task t WHERE :task <> '' AND t.task_id = :task
)
SELECT x.id AS trace_id, t.task_id, c.position AS test_index, x.steps, x.events, x.truncated, x.detail, p.source, c.code
FROM trace x
JOIN program p ON p.id = x.program_id
JOIN test_case c ON c.id = x.test_case_id
JOIN task t ON t.id = c.task_id
LEFT JOIN meant m ON m.task_id = t.id AND m.program_id = x.program_id
WHERE CASE WHEN :task = '' THEN x.id = :trace
      ELSE m.task_id IS NOT NULL AND (:test < 0 OR c.position = :test) END
ORDER BY c.position IS NOT m.failing, c.position, x.id DESC
LIMIT 1

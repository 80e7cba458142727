-- name: unverified
-- purpose: programs that their task has not judged often enough: buggy, reference, fixes and solutions
-- parameter: retries integer 3 how many infra verifications a program gets before it is left alone
-- parameter: repeat integer 1 how many verifications that are not infra a program should have
-- parameter: runner integer 0 whose verifications count towards the repeats; 0 for any runner's
WITH pair AS (
  SELECT buggy_id AS program_id, id AS task_id, 0 AS rank FROM task WHERE buggy_id IS NOT NULL
  UNION SELECT reference_id, id, 0 FROM task WHERE reference_id IS NOT NULL
  UNION SELECT fix_id, task_id, 1 FROM sample WHERE fix_id IS NOT NULL
)
SELECT p.program_id, p.task_id, min(p.rank) AS rank,
       (SELECT count(*) FROM verification w WHERE w.program_id = p.program_id AND w.task_id = p.task_id) AS attempt,
       (SELECT count(*) FROM verification w WHERE w.program_id = p.program_id AND w.task_id = p.task_id AND w.verdict <> 'infra'
          AND :runner IN (0, w.runner_id)) AS judged
FROM pair p
WHERE (SELECT count(*) FROM verification v WHERE v.program_id = p.program_id AND v.task_id = p.task_id AND v.verdict <> 'infra'
         AND :runner IN (0, v.runner_id)) < :repeat
  AND (SELECT count(*) FROM verification w WHERE w.program_id = p.program_id AND w.task_id = p.task_id AND w.verdict = 'infra') < :retries
GROUP BY p.program_id, p.task_id
ORDER BY p.task_id, rank, p.program_id

-- name: unaudited
-- purpose: tasks with samples that a version of a policy has not decided though they can be: judged, or without a fix
-- parameter: policy integer 0 id of the version of the policy
-- parameter: run text '' only samples of this run; empty takes all runs and recorded samples
SELECT s.task_id, count(*) AS samples
FROM sample s
JOIN task t ON t.id = s.task_id
LEFT JOIN iteration i ON i.id = s.iteration_id
LEFT JOIN run r ON r.id = i.run_id
WHERE NOT EXISTS (SELECT 1 FROM decision d WHERE d.sample_id = s.id AND d.policy_id = :policy)
  AND (:run = '' OR r.name = :run)
  AND (s.fix_id IS NULL OR EXISTS (SELECT 1 FROM verification v
                                   WHERE v.program_id = s.fix_id AND v.task_id = s.task_id AND v.verdict <> 'infra'))
GROUP BY s.task_id
ORDER BY t.task_id

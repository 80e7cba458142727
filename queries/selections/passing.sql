-- name: passing
-- purpose: samples whose fix passes all tests, whatever the rationale says (the paper's filter)
-- parameter: run text '' only samples of this run; empty takes all runs and recorded samples
-- parameter: iteration integer -1 only samples of this iteration; -1 takes all
-- parameter: split text train only tasks of this split
SELECT s.id AS sample_id
FROM sample s
JOIN task t ON t.id = s.task_id
JOIN model m ON m.id = s.model_id
LEFT JOIN iteration i ON i.id = s.iteration_id
LEFT JOIN run r ON r.id = i.run_id
JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w
                               WHERE w.program_id = s.fix_id AND w.task_id = s.task_id AND w.verdict <> 'infra')
WHERE s.purpose IN ('train', 'recorded')
  AND t.split = :split
  AND (:run = '' OR r.name = :run)
  AND (:iteration < 0 OR coalesce(i.number, s.given_iteration) = :iteration)
  AND v.verdict = 'pass'
ORDER BY t.task_id, m.name, r.name, coalesce(i.number, s.given_iteration), s.idx, s.sha256

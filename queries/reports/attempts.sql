-- name: attempts
-- purpose: per task of an evaluation, or of a purpose within a run's iteration: samples, passing ones, undecided ones
-- parameter: evaluation integer 0 the evaluation; 0 looks at run, iteration and purpose instead
-- parameter: run text '' the run
-- parameter: iteration integer 0 its iteration
-- parameter: purpose text train the purpose
SELECT t.id AS task, t.task_id, count(*) AS samples, coalesce(sum(v.verdict = 'pass'), 0) AS passed,
       sum(s.fix_id IS NOT NULL AND v.verdict IS NULL) AS undecided
FROM sample s
JOIN task t ON t.id = s.task_id
LEFT JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w
                                    WHERE w.program_id = s.fix_id AND w.task_id = s.task_id AND w.verdict <> 'infra')
WHERE CASE WHEN :evaluation > 0 THEN s.evaluation_id = :evaluation
      ELSE s.purpose = :purpose AND s.iteration_id = (SELECT i.id FROM iteration i JOIN run r ON r.id = i.run_id
                                                     WHERE r.name = :run AND i.number = :iteration) END
GROUP BY t.id
ORDER BY t.task_id

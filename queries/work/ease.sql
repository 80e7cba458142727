-- name: ease
-- purpose: how often the base model of each run solved its tasks, of the samples drawn to find the hard ones
SELECT s.task_id, r.name AS run, avg(coalesce(v.verdict = 'pass', 0)) AS pass_rate
FROM sample s
JOIN iteration i ON i.id = s.iteration_id
JOIN run r ON r.id = i.run_id
LEFT JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w
                                    WHERE w.program_id = s.fix_id AND w.task_id = s.task_id AND w.verdict <> 'infra')
WHERE s.purpose = 'baseline'
GROUP BY s.task_id, r.id
ORDER BY s.task_id, r.name

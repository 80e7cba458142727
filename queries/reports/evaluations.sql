-- name: evaluations
-- purpose: every evaluation: model, split, tasks, samples and pass@1 (pass@k for other k: workbench eval)
-- parameter: run text '' only this run; empty takes all
SELECT e.id AS evaluation, r.name AS run, i.number AS iteration, m.name AS model, e.split, count(DISTINCT s.task_id) AS tasks,
       count(s.id) AS samples, coalesce(sum(v.verdict = 'pass'), 0) AS passed,
       round(coalesce(sum(v.verdict = 'pass'), 0) * 1.0 / nullif(count(s.id), 0), 4) AS pass_at_1, e.settings
FROM evaluation e
JOIN model m ON m.id = e.model_id
LEFT JOIN iteration i ON i.id = e.iteration_id
LEFT JOIN run r ON r.id = i.run_id
LEFT JOIN sample s ON s.evaluation_id = e.id
LEFT JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w
                                    WHERE w.program_id = s.fix_id AND w.task_id = s.task_id AND w.verdict <> 'infra')
WHERE :run = '' OR r.name = :run
GROUP BY e.id
ORDER BY r.name, i.number, e.id

-- name: iterations
-- purpose: the rounds of every run: samples drawn, passing, kept by the run's policy
-- parameter: run text '' only this run; empty takes all
SELECT run, iteration, model, tasks, samples, passed, kept, round(pass_at_1, 4) AS pass_at_1
FROM v_iteration
WHERE :run = '' OR run = :run
ORDER BY run, iteration

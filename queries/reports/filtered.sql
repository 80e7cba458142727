-- name: filtered
-- purpose: per run, iteration and reason: how many samples a policy kept or dropped, with one to look at
-- parameter: policy text next the policy whose newest version decides
-- parameter: run text '' only this run; empty takes all runs and recorded samples
SELECT coalesce(r.name, '') AS run, coalesce(i.number, s.given_iteration) AS iteration, s.purpose, d.keep, d.reason,
       count(*) AS samples, count(DISTINCT s.task_id) AS tasks, min(s.id) AS example_sample
FROM v_decision d
JOIN sample s ON s.id = d.sample_id
LEFT JOIN iteration i ON i.id = s.iteration_id
LEFT JOIN run r ON r.id = i.run_id
WHERE d.policy = :policy AND (:run = '' OR r.name = :run)
GROUP BY r.name, iteration, s.purpose, d.keep, d.reason
ORDER BY r.name, iteration, s.purpose, d.keep DESC, samples DESC, d.reason

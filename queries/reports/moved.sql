-- name: moved
-- purpose: what two policies decide differently: samples by the reasons of both, with one to look at
-- parameter: a text paper the first policy, in its newest version
-- parameter: b text next the second policy, in its newest version
-- parameter: run text '' only this run; empty takes all runs and recorded samples
WITH first AS (SELECT d.sample_id, d.reason FROM v_decision d WHERE d.policy = :a),
     second AS (SELECT d.sample_id, d.reason FROM v_decision d WHERE d.policy = :b),
     both AS (
  SELECT s.id, coalesce(f.reason, 'undecided') AS reason_a, coalesce(g.reason, 'undecided') AS reason_b
  FROM sample s
  LEFT JOIN first f ON f.sample_id = s.id
  LEFT JOIN second g ON g.sample_id = s.id
  LEFT JOIN iteration i ON i.id = s.iteration_id
  LEFT JOIN run r ON r.id = i.run_id
  WHERE :run = '' OR r.name = :run)
SELECT reason_a, reason_b, count(*) AS samples, min(id) AS example_sample
FROM both
WHERE reason_a <> reason_b
GROUP BY reason_a, reason_b
ORDER BY samples DESC, reason_a, reason_b

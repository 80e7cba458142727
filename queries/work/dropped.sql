-- name: dropped
-- purpose: samples that a selection left out for being worse: of the same task, run and iteration as a selected one, with a judged fix, and dropped by the policy or, without one, failing their tests
-- parameter: selected text '[]' ids of the selected samples, as a JSON array
-- parameter: policy text '' the policy whose newest version decides; empty goes by the tests
WITH place AS (
  SELECT DISTINCT s.task_id, s.iteration_id, s.given_iteration, s.purpose
  FROM json_each(:selected) j CROSS JOIN sample s ON s.id = j.value
)
SELECT s.id AS sample_id
FROM place g
CROSS JOIN sample s ON s.task_id = g.task_id AND s.purpose = g.purpose
  AND s.iteration_id IS g.iteration_id AND s.given_iteration IS g.given_iteration
JOIN task t ON t.id = s.task_id
JOIN model m ON m.id = s.model_id
LEFT JOIN iteration i ON i.id = s.iteration_id
LEFT JOIN run r ON r.id = i.run_id
JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w
                               WHERE w.program_id = s.fix_id AND w.task_id = s.task_id AND w.verdict <> 'infra')
LEFT JOIN policy p ON p.name = :policy AND p.version = (SELECT max(q.version) FROM policy q WHERE q.name = :policy)
LEFT JOIN decision d ON d.sample_id = s.id AND d.policy_id = p.id
WHERE s.id NOT IN (SELECT j.value FROM json_each(:selected) j)
  -- What was dropped for there being enough of it, or for nobody knowing, is not worse.
  AND CASE WHEN :policy = '' THEN v.verdict NOT IN ('pass', 'flaky')
           ELSE d.keep = 0 AND d.reason NOT IN ('duplicate', 'cap', 'easy', 'tier') END
ORDER BY t.task_id, m.name, r.name, coalesce(i.number, s.given_iteration), s.sha256

-- name: unaudited-samples
-- purpose: the samples of a task that a version of a policy has not decided though they can be, in the order in which duplicates yield
-- parameter: policy integer 0 id of the version of the policy
-- parameter: task integer 0 id of the task
-- parameter: run text '' only samples of this run; empty takes all runs and recorded samples
SELECT s.id, s.purpose || '/' || coalesce(s.iteration_id, '') || '/' || coalesce(s.evaluation_id, '') || '/' || coalesce(s.given_iteration, '') AS pool,
       s.rationale, s.parse, s.parse_detail, coalesce(p.source, '') AS fix, coalesce(v.verdict, '') AS verdict, coalesce(v.tier, '') AS tier,
       coalesce(v.tests_passed || ' of ' || v.tests_total || ' tests passed'
                || coalesce((SELECT '; test ' || c.position || ': ' || CASE o.detail WHEN '' THEN o.verdict ELSE o.detail END
                             FROM outcome o JOIN test_case c ON c.id = o.test_case_id
                             WHERE o.verification_id = v.id AND o.verdict <> 'pass' ORDER BY c.position LIMIT 1), ''), '') AS tests,
       EXISTS (SELECT 1 FROM hard_task h WHERE h.run_id = r.id AND h.task_id = s.task_id) AS hard,
       coalesce((SELECT max(x.id) FROM trace x JOIN test_case c ON c.id = x.test_case_id AND c.task_id = s.task_id
                 JOIN task t ON t.id = s.task_id
                 WHERE x.program_id = s.fix_id AND x.program_id <> t.buggy_id
                   AND c.position = (SELECT min(d.position) FROM outcome o JOIN test_case d ON d.id = o.test_case_id
                                     WHERE o.verdict NOT IN ('pass', 'infra')
                                       AND o.verification_id = (SELECT max(w.id) FROM verification w
                                                                WHERE w.program_id = t.buggy_id AND w.task_id = t.id AND w.verdict <> 'infra'))), 0) AS fix_trace
FROM sample s
JOIN model m ON m.id = s.model_id
LEFT JOIN iteration i ON i.id = s.iteration_id
LEFT JOIN run r ON r.id = i.run_id
LEFT JOIN program p ON p.id = s.fix_id
LEFT JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w
                                    WHERE w.program_id = s.fix_id AND w.task_id = s.task_id AND w.verdict <> 'infra')
WHERE s.task_id = :task
  AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.sample_id = s.id AND d.policy_id = :policy)
  AND (:run = '' OR r.name = :run)
  AND (s.fix_id IS NULL OR v.id IS NOT NULL)
ORDER BY pool, m.name, s.idx, s.sha256

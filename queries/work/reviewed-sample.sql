-- name: reviewed-sample
-- purpose: what a reviewer sees of a sample
-- parameter: sample integer 0 id of the sample
-- parameter: policy text next the policy whose newest version decides
SELECT t.task_id, m.name, s.rationale, coalesce(p.source, '') AS fix, d.keep, d.reason, d.detail,
       coalesce(v.verdict, '') AS verdict, coalesce(v.tests_passed, 0) AS passed, (SELECT count(*) FROM test_case c WHERE c.task_id = t.id) AS total,
       coalesce((SELECT r.text FROM trace x JOIN test_case c ON c.id = x.test_case_id AND c.task_id = t.id
                 JOIN trace_rendering r ON r.trace_id = x.id AND r.renderer LIKE 'inline/%'
                 WHERE x.program_id = t.buggy_id ORDER BY x.id DESC LIMIT 1), b.source, '') AS inline
FROM sample s
JOIN task t ON t.id = s.task_id
JOIN model m ON m.id = s.model_id
JOIN v_decision d ON d.sample_id = s.id AND d.policy = :policy
LEFT JOIN program p ON p.id = s.fix_id
LEFT JOIN program b ON b.id = t.buggy_id
LEFT JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w WHERE w.program_id = s.fix_id AND w.task_id = t.id AND w.verdict <> 'infra')
WHERE s.id = :sample

-- name: audited-kept
-- purpose: the samples of a task that a version of a policy keeps, which later duplicates yield to
-- parameter: policy integer 0 id of the version of the policy
-- parameter: task integer 0 id of the task
SELECT s.id, s.purpose || '/' || coalesce(s.iteration_id, '') || '/' || coalesce(s.evaluation_id, '') || '/' || coalesce(s.given_iteration, '') AS pool,
       s.rationale, coalesce(p.source, '') AS fix
FROM sample s
JOIN decision d ON d.sample_id = s.id AND d.policy_id = :policy AND d.keep = 1
LEFT JOIN program p ON p.id = s.fix_id
WHERE s.task_id = :task
ORDER BY s.id

-- name: verification-agrees
-- purpose: verifications whose verdict or counts are not those of their outcomes
SELECT v.id AS verification_id, v.verdict, v.tests_passed, v.complete
FROM verification v
WHERE v.tests_passed <> (SELECT count(*) FROM outcome o WHERE o.verification_id = v.id AND o.verdict = 'pass')
   OR v.tests_total <> (SELECT count(*) FROM test_case c WHERE c.task_id = v.task_id)
   OR v.complete <> (v.tests_total = (SELECT count(*) FROM outcome o WHERE o.verification_id = v.id))
   OR (v.complete = 1 OR v.verdict <> 'infra')
      AND v.verdict <> coalesce((SELECT o.verdict FROM outcome o JOIN test_case c ON c.id = o.test_case_id
                                 WHERE o.verification_id = v.id AND o.verdict <> 'pass' ORDER BY c.position LIMIT 1), 'pass')

-- name: agreement
-- purpose: recorded samples whose recorded outcome (metadata key fix_passes) is not our verdict
SELECT s.sample_id, s.task_id, s.model, s.idx, s.verdict, s.tier, s.tests_passed, s.tests_total,
       json_extract(b.metadata, '$.fix_passes') AS recorded, json_extract(b.metadata, '$.fix_status') AS recorded_status,
       (SELECT o.detail FROM v_outcome o WHERE o.program_sha256 = s.fix_sha256 AND o.task_id = s.task_id AND o.verdict <> 'pass'
        ORDER BY o.test_index LIMIT 1) AS detail
FROM v_sample s
JOIN sample b ON b.id = s.sample_id
WHERE s.purpose = 'recorded' AND s.verdict IS NOT NULL
  AND json_extract(b.metadata, '$.fix_passes') IS NOT NULL
  AND (s.verdict = 'pass') <> json_extract(b.metadata, '$.fix_passes')
ORDER BY s.task_id, s.model, s.idx

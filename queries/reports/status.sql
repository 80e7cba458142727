-- name: status
-- purpose: what there is and what is left to do, station by station
SELECT 'tasks' AS what, (SELECT count(*) FROM task) AS there,
       NULL AS "left"
UNION ALL SELECT 'programs judged', (SELECT count(*) FROM v_verification),
       (SELECT count(*) FROM (SELECT buggy_id AS p, id AS t FROM task WHERE buggy_id IS NOT NULL
                              UNION SELECT reference_id, id FROM task WHERE reference_id IS NOT NULL
                              UNION SELECT fix_id, task_id FROM sample WHERE fix_id IS NOT NULL)
        WHERE NOT EXISTS (SELECT 1 FROM verification v WHERE v.program_id = p AND v.task_id = t AND v.verdict <> 'infra'))
UNION ALL SELECT 'buggy programs traced', (SELECT count(DISTINCT t.id) FROM trace x JOIN test_case c ON c.id = x.test_case_id
                                     JOIN task t ON t.id = c.task_id AND t.buggy_id = x.program_id),
       (SELECT count(*) FROM task t
        WHERE EXISTS (SELECT 1 FROM v_verification v WHERE v.program_id = t.buggy_id AND v.task_id = t.id AND v.verdict <> 'pass')
          AND NOT EXISTS (SELECT 1 FROM trace x JOIN test_case c ON c.id = x.test_case_id
                          WHERE x.program_id = t.buggy_id AND c.task_id = t.id))
UNION ALL SELECT 'prompts', (SELECT count(*) FROM prompt), NULL
UNION ALL SELECT 'generations', (SELECT count(*) FROM generation), NULL
UNION ALL SELECT 'samples', (SELECT count(*) FROM sample),
       NULL
UNION ALL SELECT 'samples decided under ' || p.name || '@' || p.version, count(d.id),
       (SELECT count(*) FROM sample) - count(d.id)
       FROM policy p LEFT JOIN decision d ON d.policy_id = p.id GROUP BY p.id
UNION ALL SELECT 'exports', (SELECT count(*) FROM export), NULL
UNION ALL SELECT 'models', (SELECT count(*) FROM model), NULL

-- name: sealed
-- purpose: tables that are not append-only: a trigger that refuses UPDATE or DELETE is missing
SELECT m.name AS "table", verb.name AS verb
FROM sqlite_schema m
JOIN (SELECT 'update' AS name UNION ALL SELECT 'delete') verb
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
  AND NOT EXISTS (SELECT 1 FROM sqlite_schema g
                  WHERE g.type = 'trigger' AND g.tbl_name = m.name AND g.name = m.name || '_no_' || verb.name
                    AND g.sql LIKE '%raise(ABORT%')

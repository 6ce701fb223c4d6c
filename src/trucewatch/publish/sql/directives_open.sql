-- step: directives_open
-- grain: one row per directive
-- key: directive_id
-- reads: directive_now
-- yields: directive_id, scenario, step, addressee, says, due_utc, due_latest_utc, basis_id, precondition, state, author
-- law: a directive advises; it names the finding or warning it follows from
SELECT
    d.directive_id, d.scenario, d.step, d.addressee, left(d.says, 2000) AS says,
    d.due_utc, d.due_latest_utc, d.basis_id, d.precondition, d.state, d.author
FROM directive_now AS d
LEFT JOIN listed_basis AS l ON l.basis_id = d.basis_id
WHERE l.basis_id IS NOT NULL
   OR (d.due_utc > $from_utc AND d.due_utc <= $to_utc)
ORDER BY d.due_utc NULLS LAST, d.scenario, d.step, d.addressee, d.directive_id
LIMIT $row_limit

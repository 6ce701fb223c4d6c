-- step: findings_in_window
-- grain: one row per finding
-- key: finding_id
-- reads: finding_now, provision_now, agreement_now
-- yields: finding_id, agreement, agreement_title, provision_id, article, provision_kind, says, reference, ambiguity, status, reading, party, zone, window_start_utc, window_end_utc, outcome, probability, severity, pattern, missed_upper, incidents, trace
-- law: none seen is told apart from undetermined, and carries its power
SELECT
    f.finding_id, a.name AS agreement, a.title AS agreement_title, f.provision_id, p.article,
    p.kind AS provision_kind, p.says, p.reference, p.ambiguity, p.status,
    f.reading, f.party, f.zone, f.window_start_utc, f.window_end_utc,
    f.outcome, f.probability, f.severity, f.pattern, f.missed_upper, f.incidents,
    left(f.trace, 20000) AS trace
FROM finding_now AS f
LEFT JOIN provision_now AS p
    ON p.provision_id = f.provision_id AND p.agreement_id = f.agreement_id
LEFT JOIN agreement_now AS a ON a.agreement_id = f.agreement_id
WHERE f.window_start_utc < $to_utc
  AND f.window_end_utc > $from_utc
ORDER BY
    CASE f.outcome WHEN 'breach' THEN 0 WHEN 'undetermined' THEN 1 ELSE 2 END,
    f.severity DESC NULLS LAST, f.provision_id, f.zone, f.party, f.window_start_utc,
    f.reading, f.finding_id
LIMIT $row_limit

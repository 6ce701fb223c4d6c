-- step: tallies_in_window
-- grain: one row per kind and source
-- key: kind, source_id
-- reads: observation_now
-- yields: kind, source_id, accounts, roots, null_accounts
-- law: an account is counted once, in the period that holds the middle of its time
SELECT
    kind, source_id,
    count(*) FILTER (WHERE NOT is_null) AS accounts,
    count(DISTINCT root_id) FILTER (WHERE NOT is_null) AS roots,
    count(*) FILTER (WHERE is_null) AS null_accounts
FROM observation_now
WHERE start_utc <= $to_utc
  AND end_utc >= $from_utc
  AND end_utc - start_utc <= INTERVAL 72 HOUR
  AND start_utc + (end_utc - start_utc) / 2 > $from_utc
  AND start_utc + (end_utc - start_utc) / 2 <= $to_utc
GROUP BY kind, source_id
ORDER BY kind, source_id

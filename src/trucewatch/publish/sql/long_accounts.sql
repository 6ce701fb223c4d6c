-- step: long_accounts
-- grain: one row per kind
-- key: kind
-- reads: observation_now
-- yields: kind, accounts
-- law: an account dated only to a longer span is named beside the day, never counted into it
SELECT kind, count(*) AS accounts
FROM observation_now
WHERE start_utc < $to_utc
  AND end_utc > $from_utc
  AND end_utc - start_utc > INTERVAL 72 HOUR
  AND kind NOT IN (SELECT kind FROM counted_kind)
GROUP BY kind
ORDER BY kind

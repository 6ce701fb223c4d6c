-- step: horizon
-- grain: one row
-- reads: observation_now
-- yields: last_utc
-- law: last_utc is the middle of the latest account that ended by the instant asked for
SELECT max(start_utc + (end_utc - start_utc) / 2) AS last_utc
FROM observation_now
WHERE end_utc <= $before_utc
  AND end_utc - start_utc <= INTERVAL 36 HOUR
  AND kind NOT IN (SELECT kind FROM standing_kind)

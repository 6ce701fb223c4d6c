-- step: horizon
-- grain: one row
-- reads: observation_now
-- yields: last_us
-- law: microseconds since 1970 of the middle of the latest account that ended by the instant
--   asked for; counted in whole numbers, since calendar arithmetic over every row takes ten
--   times as long
SELECT max((epoch_us(start_utc) + epoch_us(end_utc)) // 2) AS last_us
FROM observation_now
WHERE end_utc <= $before_utc
  AND epoch_us(end_utc) - epoch_us(start_utc) <= 259200000000
  AND kind NOT IN (SELECT kind FROM standing_kind)

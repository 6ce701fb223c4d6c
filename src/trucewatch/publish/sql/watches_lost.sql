-- step: watches_lost
-- grain: one row per watch that could not see
-- key: watch_id
-- reads: watch_now
-- yields: watch_id, source_id, observer, means, status, start_utc, end_utc, lon, lat
-- law: outages, denials and jamming are listed, for every instrument alike
SELECT watch_id, source_id, observer, means, status, start_utc, end_utc, lon, lat
FROM watch_now
WHERE status <> 'working'
  AND start_utc < $to_utc
  AND end_utc > $from_utc
ORDER BY status, observer, start_utc, watch_id
LIMIT $row_limit

-- step: coverage_in_window
-- grain: one row per zone, kind and window
-- key: coverage_id
-- reads: coverage_now
-- yields: coverage_id, zone, kind, window_start_utc, window_end_utc, watches, watched_share, outage_share, detection_probability, missed_upper
-- law: a zone that nobody watched stands in the table with a share of 0
SELECT
    coverage_id, zone, kind, window_start_utc, window_end_utc, watches,
    watched_share, outage_share, detection_probability, missed_upper
FROM coverage_now
WHERE window_start_utc < $to_utc
  AND window_end_utc > $from_utc
ORDER BY zone, kind, window_start_utc, coverage_id
LIMIT $row_limit

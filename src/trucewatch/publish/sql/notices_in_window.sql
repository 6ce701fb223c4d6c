-- step: notices_in_window
-- grain: one row per deconfliction notice
-- key: notice_id
-- reads: notice_now
-- yields: notice_id, source_id, party, topic, start_utc, end_utc, lon, lat, radius_km, says
-- law: a notice that ends on the evening still stands in that evening's report
SELECT
    notice_id, source_id, party, topic, start_utc, end_utc, lon, lat, radius_km,
    left(says, 1000) AS says
FROM notice_now
WHERE start_utc < $to_utc
  AND end_utc > $from_utc
ORDER BY start_utc, topic, party, notice_id
LIMIT $row_limit

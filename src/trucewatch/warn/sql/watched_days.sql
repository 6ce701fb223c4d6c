-- step: watched_days
-- grain: one row per zone and reporting day
-- key: zone, day
-- reads: coverage_now
-- yields: zone, day, watched_share
-- law: windows of up to two days alone; a day without coverage on record yields no row
-- holds: watched_share BETWEEN 0 AND 1
SELECT zone,
       CAST(timezone($time_zone, window_start_utc
            + (window_end_utc - window_start_utc) / 2) - $evening - INTERVAL 1 MICROSECOND AS DATE) + 1
           AS day,
       least(1.0, avg(watched_share)) AS watched_share
FROM coverage_now
WHERE window_end_utc - window_start_utc <= INTERVAL 2 DAY
GROUP BY zone, day
ORDER BY zone, day

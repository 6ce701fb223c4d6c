-- step: watched_days
-- grain: one row per zone and reporting day
-- key: zone, day
-- reads: coverage_now
-- yields: zone, day, watched_share
-- law: windows of up to two days count for the day they end in; longer ones, and days without, are left out
-- holds: watched_share BETWEEN 0 AND 1
WITH ended AS (
    SELECT zone, watched_share,
           CAST(timezone($time_zone, window_end_utc) - $evening - INTERVAL 1 MICROSECOND AS DATE) + 1 AS day
    FROM coverage_now
    WHERE window_end_utc <= window_start_utc + INTERVAL 2 DAY
)
SELECT zone, day, least(1.0, avg(watched_share)) AS watched_share
FROM ended
GROUP BY zone, day
ORDER BY zone, day

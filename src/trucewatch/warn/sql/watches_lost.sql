-- step: watches_lost
-- grain: one row per reporting day
-- key: day
-- reads: watch_now
-- yields: day, watches, lost
-- law: a day without any watch on record yields no row: nothing is known of it
-- holds: lost <= watches
SELECT
    CAST(timezone($time_zone, start_utc) - $evening - INTERVAL 1 MICROSECOND AS DATE) + 1 AS day,
    count(*) AS watches,
    count(*) FILTER (status <> 'working') AS lost
FROM watch_now
WHERE start_utc >= $since
GROUP BY day
ORDER BY day

-- step: watches_lost
-- grain: one row per reporting day and day of knowledge
-- key: day, known_day
-- reads: watch_now
-- yields: day, known_day, watches, lost
-- law: a day without any watch on record yields no row: nothing is known of it
-- holds: lost <= watches
SELECT
    CAST(timezone($time_zone, start_utc) - $evening - INTERVAL 1 MICROSECOND AS DATE) + 1 AS day,
    CAST(timezone($time_zone, known_from_utc) - $evening - INTERVAL 1 MICROSECOND AS DATE) + 1
        AS known_day,
    count(*) AS watches,
    count(*) FILTER (status <> 'working') AS lost
FROM watch_now
WHERE start_utc >= $since
GROUP BY day, known_day
ORDER BY day, known_day

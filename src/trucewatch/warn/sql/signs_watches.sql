-- step: signs_watches
-- grain: one row per zone, reporting day and day of knowledge
-- key: zone, day, known_day
-- reads: watch_now, mission_zone
-- yields: zone, day, known_day, watches, lost, denied, jammed, out
-- law: a watch without a place, or in no zone, has no zone; a day without any watch yields no row
-- holds: lost = denied + jammed + out AND lost <= watches
WITH met AS (
    SELECT w.watch_id, w.status, w.start_utc, w.known_from_utc, z.zone,
           row_number() OVER (
               PARTITION BY w.watch_id
               ORDER BY (z.lat - w.lat) ** 2 + ((z.lon - w.lon) * cos(radians(w.lat))) ** 2
           ) AS nearness
    FROM watch_now w
    LEFT JOIN mission_zone z
        ON 111.2 * sqrt((z.lat - w.lat) ** 2 + ((z.lon - w.lon) * cos(radians(w.lat))) ** 2)
           <= z.radius_km
    WHERE w.start_utc >= $since
), placed AS (
    SELECT zone, status,
           CAST(timezone($time_zone, start_utc) - $evening - INTERVAL 1 MICROSECOND AS DATE) + 1 AS day,
           CAST(timezone($time_zone, known_from_utc) - $evening - INTERVAL 1 MICROSECOND AS DATE) + 1
               AS known_day
    FROM met
    -- Where zones overlap, the nearest one keeps the watch.
    WHERE nearness = 1
)
SELECT
    zone, day, known_day, count(*) AS watches,
    count(*) FILTER (status <> 'working') AS lost,
    count(*) FILTER (status = 'denied') AS denied,
    count(*) FILTER (status = 'jammed') AS jammed,
    count(*) FILTER (status NOT IN ('working', 'denied', 'jammed')) AS out
FROM placed
GROUP BY zone, day, known_day
ORDER BY zone, day, known_day

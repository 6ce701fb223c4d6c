-- step: signs
-- grain: one row per zone, reporting day, day of knowledge and sign
-- key: zone, day, known_day, sign
-- reads: observation_now, mission_zone
-- yields: zone, day, known_day, sign, n
-- law: every observation of a zone counts as 'any', null observations too; the rest by what it is
-- holds: n >= 0
WITH met AS (
    SELECT o.kind, o.is_null, o.calibre_mm, o.count_best, o.lon, o.lat, o.start_utc, o.known_from_utc,
           own.zone AS own_zone, near.zone AS near_zone,
           row_number() OVER (
               PARTITION BY o.observation_id
               ORDER BY (near.lat - o.lat) ** 2 + ((near.lon - o.lon) * cos(radians(o.lat))) ** 2
           ) AS nearness
    FROM observation_now o
    LEFT JOIN mission_zone own ON own.zone = o.place_id
    LEFT JOIN mission_zone near ON own.zone IS NULL
         AND 111.2 * sqrt((near.lat - o.lat) ** 2 + ((near.lon - o.lon) * cos(radians(o.lat))) ** 2)
             <= near.radius_km
    WHERE start_utc >= $since
), placed AS (
    SELECT *, coalesce(own_zone, near_zone) AS zone,
           CAST(timezone($time_zone, start_utc) - $evening - INTERVAL 1 MICROSECOND AS DATE) + 1 AS day,
           CAST(timezone($time_zone, known_from_utc) - $evening - INTERVAL 1 MICROSECOND AS DATE) + 1
               AS known_day
    FROM met
    -- Where zones overlap, the nearest one keeps the observation.
    WHERE own_zone IS NOT NULL OR near_zone IS NULL OR nearness = 1
), named AS (
    SELECT *, list_contains($breaches, kind) AND NOT is_null AS is_fire,
           CAST(round(lat * 10) AS BIGINT) * 10000 + CAST(round(lon * 10) AS BIGINT) AS cell
    FROM placed WHERE zone IS NOT NULL
), fresh AS (
    SELECT DISTINCT zone, cell, day, min(known_day) OVER (PARTITION BY zone, cell, day) AS known_day
    FROM named WHERE is_fire AND lat IS NOT NULL
), new_place AS (
    SELECT *, lag(day) OVER (PARTITION BY zone, cell ORDER BY day) AS before FROM fresh
)
SELECT zone, day, known_day, 'any' AS sign, CAST(count(*) AS DOUBLE) AS n
FROM named GROUP BY zone, day, known_day
UNION ALL
SELECT zone, day, known_day, 'fire_heard', CAST(count(*) AS DOUBLE)
FROM named WHERE is_fire GROUP BY zone, day, known_day
UNION ALL
SELECT zone, day, known_day, 'heavy', CAST(count(*) AS DOUBLE)
FROM named WHERE is_fire AND calibre_mm >= 100 GROUP BY zone, day, known_day
UNION ALL
SELECT zone, day, known_day, 'calibre_named', CAST(count(*) AS DOUBLE)
FROM named WHERE is_fire AND calibre_mm IS NOT NULL GROUP BY zone, day, known_day
UNION ALL
SELECT zone, day, known_day, kind, sum(CASE WHEN kind = 'count_claimed' THEN count_best ELSE 1 END)
FROM named WHERE list_contains($kinds, kind) AND NOT is_null GROUP BY zone, day, known_day, kind
UNION ALL
SELECT zone, day, known_day, 'new_place', CAST(count(*) AS DOUBLE)
FROM new_place WHERE before IS NULL OR date_diff('day', before, day) > 56 GROUP BY zone, day, known_day
ORDER BY zone, day, known_day, sign

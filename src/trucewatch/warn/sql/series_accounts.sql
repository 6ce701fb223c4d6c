-- step: series_accounts
-- grain: one row per zone, kind of happening, claimed party, step of six hours and day of knowledge
-- key: zone, kind, party, day, quarter, known_day
-- reads: observation_now, mission_zone
-- yields: zone, kind, party, day, quarter, known_day, n
-- law: an account with no place or time is left out; quarter is -1 where six hours cannot be told
-- holds: n > 0 AND quarter BETWEEN -1 AND 3
WITH met AS (
    SELECT o.kind, o.claimed_actor, o.when_precision, o.start_utc, o.end_utc, o.known_from_utc,
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
    WHERE o.start_utc >= $since AND list_contains($breaches, o.kind) AND NOT o.is_null
), placed AS (
    SELECT coalesce(own_zone, near_zone) AS zone, kind, coalesce(claimed_actor, '') AS party,
           timezone($time_zone, start_utc) - $evening - INTERVAL 1 MICROSECOND AS start_local,
           CAST(timezone($time_zone, known_from_utc) - $evening - INTERVAL 1 MICROSECOND AS DATE) + 1
               AS known_day,
           when_precision IN ('instant', 'minute', 'hour')
               AND end_utc <= start_utc + INTERVAL 6 HOUR AS is_timed
    FROM met
    -- Where zones overlap, the nearest one keeps the account.
    WHERE own_zone IS NOT NULL OR (near_zone IS NOT NULL AND nearness = 1)
), stepped AS (
    SELECT zone, kind, party, known_day, CAST(start_local AS DATE) + 1 AS day,
           CASE WHEN is_timed THEN CAST(floor(hour(start_local) / 6) AS INTEGER) ELSE -1 END AS quarter
    FROM placed
)
SELECT zone, kind, party, day, quarter, known_day, count(*) AS n
FROM stepped
GROUP BY zone, kind, party, day, quarter, known_day
ORDER BY zone, kind, party, day, quarter, known_day

-- step: series_accounts
-- grain: one row per zone, kind of happening, claimed party, step of six hours and day of knowledge
-- key: zone, kind, party, day, quarter, known_day
-- reads: observation_now, mission_zone
-- yields: zone, kind, party, day, quarter, known_day, n
-- law: an account with no place or time is left out; quarter is -1 where six hours cannot be told
-- holds: n > 0 AND quarter BETWEEN -1 AND 3
WITH placed AS (
    SELECT o.kind, coalesce(o.claimed_actor, '') AS party, o.when_precision,
           coalesce(own.zone, near.zone) AS zone,
           epoch(o.end_utc) - epoch(o.start_utc) AS lasts_s,
           timezone($time_zone, o.start_utc) - $evening - INTERVAL 1 MICROSECOND AS start_local,
           CAST(timezone($time_zone, o.known_from_utc) - $evening - INTERVAL 1 MICROSECOND AS DATE)
               + 1 AS known_day
    FROM observation_now o
    LEFT JOIN mission_zone own ON own.zone = o.place_id
    LEFT JOIN mission_zone near ON own.zone IS NULL
         AND 111.2 * sqrt((near.lat - o.lat) ** 2 + ((near.lon - o.lon) * cos(radians(o.lat))) ** 2)
             <= near.radius_km
    WHERE o.start_utc >= $since AND list_contains($breaches, o.kind) AND NOT o.is_null
    -- Where zones overlap, the nearest one keeps the account.
    QUALIFY own.zone IS NOT NULL OR near.zone IS NULL OR row_number() OVER (
        PARTITION BY o.observation_id
        ORDER BY (near.lat - o.lat) ** 2 + ((near.lon - o.lon) * cos(radians(o.lat))) ** 2) = 1
)
SELECT zone, kind, party, CAST(start_local AS DATE) + 1 AS day,
       CASE WHEN when_precision IN ('instant', 'minute', 'hour') AND lasts_s <= 21600
            THEN CAST(hour(start_local) // 6 AS INTEGER) ELSE -1 END AS quarter,
       known_day, count(*) AS n
FROM placed
WHERE zone IS NOT NULL
GROUP BY ALL
ORDER BY ALL

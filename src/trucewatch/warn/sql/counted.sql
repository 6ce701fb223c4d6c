-- step: counted
-- grain: one row per stated count of a zone, of any kind of count, with who is claimed to have done it
-- key: observation_id
-- reads: observation_now, mission_zone
-- yields: observation_id, kind, party, zone, first_day, last_day, count, known_day
-- law: a count without its period or its zone is left out, never placed by guess
-- holds: first_day <= last_day AND count >= 0
WITH dated AS (
    SELECT observation_id, kind, claimed_actor AS party, place_id, lon, lat, count_best, known_from_utc,
           timezone($time_zone, start_utc) - $evening AS start_local,
           timezone($time_zone, end_utc) - $evening AS end_local,
           timezone($time_zone, known_from_utc) - $evening AS known_local
    FROM observation_now
    WHERE kind IN ('count_violations', 'count_explosions', 'count_events', 'count_claimed')
      AND count_best >= 0 AND start_utc IS NOT NULL AND end_utc IS NOT NULL
      AND when_precision <> 'unknown' AND isfinite(count_best)
), placed AS (
    SELECT dated.*, coalesce(
        (SELECT zone FROM mission_zone WHERE zone = place_id),
        (SELECT arg_min(zone, apart) FROM (
            SELECT zone, radius_km, 111.2 * sqrt((z.lat - dated.lat) ** 2
                   + ((z.lon - dated.lon) * cos(radians(dated.lat))) ** 2) AS apart
            FROM mission_zone z) WHERE apart <= radius_km)) AS zone
    FROM dated
)
SELECT
    observation_id, kind, party, zone,
    -- Shifted by the evening, a reporting day is (midnight, midnight] of the day before.
    least(CAST(start_local AS DATE), CAST(end_local - INTERVAL 1 MICROSECOND AS DATE)) + 1 AS first_day,
    CAST(end_local - INTERVAL 1 MICROSECOND AS DATE) + 1 AS last_day,
    count_best AS count,
    CAST(known_local - INTERVAL 1 MICROSECOND AS DATE) + 1 AS known_day
FROM placed
WHERE zone IS NOT NULL
ORDER BY known_day, observation_id

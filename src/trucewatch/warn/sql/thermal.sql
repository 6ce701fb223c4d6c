-- step: thermal
-- grain: one row per fire seen from space
-- key: observation_id
-- reads: observation_now
-- yields: observation_id, lon, lat, day, known_day
-- law: the recent past and the years of peace alone; a fire without place or time is left out
-- holds: day IS NOT NULL AND lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90
SELECT
    observation_id, lon, lat,
    CAST(timezone('UTC', start_utc) AS DATE) AS day,
    CAST(timezone($time_zone, known_from_utc) - $evening - INTERVAL 1 MICROSECOND AS DATE) + 1
        AS known_day
FROM observation_now
WHERE kind = 'fire' AND means = 'thermal' AND NOT is_null AND start_utc IS NOT NULL
  AND lon BETWEEN $west AND $east AND lat BETWEEN $south AND $north
  AND (start_utc >= $since OR year(timezone('UTC', start_utc)) BETWEEN $peace_from AND $peace_to)

-- step: count_conflicts
-- grain: one row per two accounts of one count (kind, place and window) that give different figures
-- key: conflict_id
-- reads: observation_now
-- yields: conflict_id, incident_id, attribute, left_observation_id, right_observation_id, left_value, right_value, grounds
-- law: two figures are compared only where kind, place, unit, claimant and window are the same
-- holds: left_observation_id < right_observation_id AND incident_id IS NULL
WITH counted AS (
    SELECT
        observation_id, kind, start_utc, end_utc, claimant, unit, claimed_actor,
        coalesce(place_id, lower(place_name), printf('%.3f,%.3f', lon, lat)) AS place,
        coalesce(count_best, quantity) AS figure, count_low, count_high
    FROM observation_now
    WHERE kind LIKE 'count_%' AND start_utc IS NOT NULL
)
SELECT
    'cnf-' || substr(sha256(concat_ws(
        chr(31), '', 'count', l.observation_id, r.observation_id
    )), 1, 24) AS conflict_id,
    NULL::VARCHAR AS incident_id,
    'count' AS attribute,
    l.observation_id AS left_observation_id,
    r.observation_id AS right_observation_id,
    printf('%g', l.figure) AS left_value,
    printf('%g', r.figure) AS right_value,
    'two accounts of ' || l.kind || ' for one place and window give different figures' AS grounds
FROM counted l
JOIN counted r
    ON l.kind = r.kind AND l.place = r.place
    AND l.start_utc = r.start_utc AND l.end_utc = r.end_utc
    AND l.observation_id < r.observation_id
WHERE l.figure IS NOT NULL AND r.figure IS NOT NULL AND l.figure <> r.figure
    AND l.claimant IS NOT DISTINCT FROM r.claimant
    AND l.claimed_actor IS NOT DISTINCT FROM r.claimed_actor
    AND l.unit IS NOT DISTINCT FROM r.unit
    AND NOT (coalesce(l.count_high, l.figure) >= coalesce(r.count_low, r.figure)
        AND coalesce(r.count_high, r.figure) >= coalesce(l.count_low, l.figure))
ORDER BY conflict_id

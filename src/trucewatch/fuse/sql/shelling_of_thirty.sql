-- step: shelling_of_thirty
-- grain: one row per zone and shelling, in the counting where $rounds rounds make a shelling and a
--     silence of more than $gap_h hours ends it
-- key: zone, start_utc
-- reads: incident_now
-- yields: zone, start_utc, end_utc, rounds, incidents, is_shelling
-- law: every incident with a time belongs to one span of fire of its zone; flares are not counted
-- holds: start_utc <= end_utc AND rounds >= incidents
WITH fire AS (
    SELECT
        coalesce(place_id, place_name, '') AS zone, start_utc, end_utc,
        coalesce(count_best, count_low, 1) AS rounds, incident_id
    FROM incident_now
    WHERE start_utc IS NOT NULL AND verification_status <> 'rejected' AND kind <> 'flare'
        AND kind IN (SELECT unnest($kinds::VARCHAR[]))
),
before AS (
    SELECT *, max(end_utc) OVER (
        PARTITION BY zone ORDER BY start_utc, incident_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS silent_from
    FROM fire
),
spans AS (
    SELECT *, count(*) FILTER (
        WHERE silent_from IS NULL OR date_diff('second', silent_from, start_utc) > $gap_h * 3600
    ) OVER (PARTITION BY zone ORDER BY start_utc, incident_id ROWS UNBOUNDED PRECEDING) AS span
    FROM before
)
SELECT
    zone, min(start_utc) AS start_utc, max(end_utc) AS end_utc, sum(rounds) AS rounds,
    count(*) AS incidents, sum(rounds) >= $rounds AS is_shelling
FROM spans
GROUP BY zone, span
ORDER BY zone, start_utc

-- step: acts
-- grain: one row per incident of a wanted kind
-- key: incident_id
-- reads: incident_now, member_now, observation_now, review_now
-- yields: incident_id, kind, start_utc, end_utc, lon, lat, radius_km, place_name, count_best, weapon, calibre_mm, direction_deg, control_side, attributed_party, probability_occurred, verification_status, outgoing, impacts, claims
-- law: a side holds the ground only where every account that names one names the same; only a person's review attributes, and the newest that stands
-- holds: incident_id IS NOT NULL
WITH
chosen AS (
    SELECT * FROM incident_now
    WHERE list_contains($kinds, kind) AND start_utc < $until_utc
),
told AS (
    SELECT
        m.incident_id,
        CASE WHEN count(DISTINCT o.control_side) = 1 THEN any_value(o.control_side) END AS control_side,
        count(*) FILTER (WHERE o.description ILIKE '%outgoing%') AS outgoing,
        count(*) FILTER (WHERE o.description ILIKE '%impact%' OR o.description ILIKE '%incoming%') AS impacts,
        nullif(array_to_string(list(DISTINCT coalesce(o.claimant, '') || '|' || o.claimed_actor
            ORDER BY coalesce(o.claimant, '') || '|' || o.claimed_actor), chr(10)), '') AS claims
    FROM member_now m
    JOIN chosen c USING (incident_id)
    JOIN observation_now o USING (observation_id)
    GROUP BY m.incident_id
),
decided AS (
    SELECT subject_id, decision, party,
        row_number() OVER (PARTITION BY subject_id ORDER BY known_from_utc DESC, review_id DESC) AS newest
    FROM review_now
    WHERE decision IN ('attributed', 'not_attributed')
)
SELECT
    c.incident_id, c.kind, c.start_utc, c.end_utc, c.lon, c.lat, c.radius_km, c.place_name,
    coalesce(c.count_best, c.count_low) AS count_best, c.weapon, c.calibre_mm, c.direction_deg,
    t.control_side,
    CASE WHEN d.decision = 'attributed' THEN d.party END AS attributed_party,
    c.probability_occurred, c.verification_status,
    coalesce(t.outgoing, 0) AS outgoing, coalesce(t.impacts, 0) AS impacts,
    t.claims
FROM chosen c
LEFT JOIN told t USING (incident_id)
LEFT JOIN decided d ON d.subject_id = c.incident_id AND d.newest = 1
ORDER BY c.start_utc, c.incident_id

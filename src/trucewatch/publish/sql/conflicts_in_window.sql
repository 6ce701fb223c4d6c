-- step: conflicts_in_window
-- grain: one row per conflict between two accounts
-- key: conflict_id
-- reads: conflict_now, observation_now
-- yields: conflict_id, incident_id, attribute, left_value, right_value, grounds, left_observation_id, right_observation_id, left_source_id, right_source_id, left_record, right_record, left_attributes, right_attributes, place_name, start_utc
-- law: both accounts are shown; neither is dropped
SELECT
    c.conflict_id, c.incident_id, c.attribute, c.left_value, c.right_value,
    left(c.grounds, 1000) AS grounds, c.left_observation_id, c.right_observation_id,
    l.source_id AS left_source_id, r.source_id AS right_source_id,
    l.source_record AS left_record, r.source_record AS right_record,
    left(l.attributes, 4000) AS left_attributes, left(r.attributes, 4000) AS right_attributes,
    coalesce(l.place_name, r.place_name) AS place_name, l.start_utc
FROM conflict_now AS c
JOIN observation_now AS l ON l.observation_id = c.left_observation_id
JOIN observation_now AS r ON r.observation_id = c.right_observation_id
WHERE (
        l.start_utc <= $to_utc AND l.end_utc >= $from_utc
        AND l.start_utc + (l.end_utc - l.start_utc) / 2 > $from_utc
        AND l.start_utc + (l.end_utc - l.start_utc) / 2 <= $to_utc
    )
   OR (
        r.start_utc <= $to_utc AND r.end_utc >= $from_utc
        AND r.start_utc + (r.end_utc - r.start_utc) / 2 > $from_utc
        AND r.start_utc + (r.end_utc - r.start_utc) / 2 <= $to_utc
    )
ORDER BY c.attribute, l.start_utc, c.conflict_id
LIMIT $row_limit

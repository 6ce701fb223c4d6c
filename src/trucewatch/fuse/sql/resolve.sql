-- step: resolve
-- grain: one row per open incident that holds observations of the incident asked for
-- key: incident_id
-- reads: member_history, member_now
-- yields: incident_id, shared, asked
-- law: an id that was ever given leads to every incident that now holds one of its observations
-- holds: shared >= 1 AND shared <= asked
WITH was AS (
    SELECT DISTINCT observation_id FROM member_history WHERE incident_id = $incident_id
)
SELECT
    m.incident_id,
    count(*) AS shared,
    (SELECT count(*) FROM was) AS asked
FROM member_now m
JOIN was ON was.observation_id = m.observation_id
GROUP BY m.incident_id
ORDER BY shared DESC, m.incident_id

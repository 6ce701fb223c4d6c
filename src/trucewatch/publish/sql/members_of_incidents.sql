-- step: members_of_incidents
-- grain: one row per incident and observation
-- key: incident_id, observation_id
-- reads: member_now, observation_now
-- yields: incident_id, observation_id, source_id
-- law: every observation of a listed incident is named
SELECT m.incident_id, m.observation_id, o.source_id
FROM member_now AS m
JOIN listed_incident AS l ON l.incident_id = m.incident_id
JOIN observation_now AS o ON o.observation_id = m.observation_id
ORDER BY m.incident_id, m.observation_id

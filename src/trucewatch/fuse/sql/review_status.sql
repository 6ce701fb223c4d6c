-- step: review_status
-- grain: one row per incident that people verified or rejected, by the ids it has had
-- key: subject_id
-- reads: review_now, member_history
-- yields: subject_id, decision, observation_ids
-- law: only people verify or reject; the last word of a subject is the one that counts
-- holds: decision IN ('verified', 'rejected')
WITH last_word AS (
    SELECT subject_id, decision
    FROM review_now
    WHERE decision IN ('verified', 'rejected') AND subject_id LIKE 'inc-%'
    QUALIFY row_number() OVER (
        PARTITION BY subject_id ORDER BY known_from_utc DESC, review_id DESC
    ) = 1
)
SELECT
    w.subject_id,
    w.decision,
    list(DISTINCT m.observation_id ORDER BY m.observation_id) AS observation_ids
FROM last_word w
JOIN member_history m ON m.incident_id = w.subject_id
GROUP BY ALL
ORDER BY w.subject_id

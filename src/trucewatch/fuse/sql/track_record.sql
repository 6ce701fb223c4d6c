-- step: track_record
-- grain: one row per source
-- key: source_id
-- reads: review_now, member_history, observation_now
-- yields: source_id, reviewed, verified
-- law: only what people verified or rejected counts; the last word of a subject is the one that counts
-- holds: verified <= reviewed
WITH last_word AS (
    SELECT subject_id, decision
    FROM review_now
    WHERE decision IN ('verified', 'rejected') AND subject_id LIKE 'inc-%'
    QUALIFY row_number() OVER (
        PARTITION BY subject_id ORDER BY known_from_utc DESC, review_id DESC
    ) = 1
),
judged AS (
    SELECT DISTINCT o.source_id, w.subject_id, w.decision
    FROM last_word w
    JOIN member_history m ON m.incident_id = w.subject_id
    JOIN observation_now o ON o.observation_id = m.observation_id
)
SELECT
    source_id,
    count(*) AS reviewed,
    count(*) FILTER (WHERE decision = 'verified') AS verified
FROM judged
GROUP BY source_id
ORDER BY source_id

-- step: source_record
-- grain: one row per source with an account of something that happened
-- key: source_id
-- reads: observation_now, review_now, member_history, incident_history
-- yields: source_id, accounts, reviewed, verified, stated, brier
-- law: an incident counts for a source as it was stated before people decided; the last word counts
-- holds: verified <= reviewed
WITH last_word AS (
    SELECT subject_id, decision, known_from_utc
    FROM review_now
    WHERE decision IN ('verified', 'rejected') AND subject_id LIKE 'inc-%'
    QUALIFY row_number() OVER (
        PARTITION BY subject_id ORDER BY known_from_utc DESC, review_id DESC
    ) = 1
),
said AS (
    SELECT
        w.subject_id,
        CASE WHEN w.decision = 'verified' THEN 1.0 ELSE 0.0 END AS was,
        i.probability_occurred AS stated
    FROM last_word w
    LEFT JOIN incident_history i
        ON i.incident_id = w.subject_id AND i.known_from_utc <= w.known_from_utc
    QUALIFY row_number() OVER (
        PARTITION BY w.subject_id ORDER BY i.known_from_utc DESC, i.run_id DESC
    ) = 1
),
judged AS (
    SELECT DISTINCT o.source_id, s.subject_id, s.was, s.stated
    FROM said s
    JOIN member_history m ON m.incident_id = s.subject_id
    JOIN observation_now o ON o.observation_id = m.observation_id
),
records AS (
    SELECT
        source_id,
        count(*) AS reviewed,
        sum(was) AS verified,
        avg(stated) AS stated,
        avg((stated - was) * (stated - was)) AS brier
    FROM judged
    GROUP BY source_id
),
told AS (
    SELECT source_id, count(*) AS accounts
    FROM observation_now
    WHERE NOT is_null AND kind IN (SELECT unnest($kinds::VARCHAR[]))
    GROUP BY source_id
)
SELECT
    t.source_id,
    t.accounts,
    coalesce(r.reviewed, 0) AS reviewed,
    CAST(coalesce(r.verified, 0) AS BIGINT) AS verified,
    r.stated,
    r.brier
FROM told t
LEFT JOIN records r ON r.source_id = t.source_id
ORDER BY t.source_id

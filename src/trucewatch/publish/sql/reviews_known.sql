-- step: reviews_known
-- grain: one row per review
-- key: review_id
-- reads: review_now
-- yields: review_id, subject_id, decision, party, who, why
-- law: the decision is a person's
SELECT r.review_id, r.subject_id, r.decision, r.party, r.who, left(r.why, 1000) AS why
FROM review_now AS r
JOIN listed_subject AS l ON l.subject_id = r.subject_id
ORDER BY r.subject_id, r.known_from_utc, r.review_id
LIMIT $row_limit

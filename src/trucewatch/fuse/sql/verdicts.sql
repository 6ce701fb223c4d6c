-- step: verdicts
-- grain: one row per judged pair of ids (observations, or incidents by any id they have had)
-- key: one, two
-- reads: judgement_now, member_history
-- yields: one, two, verdict, one_ids, two_ids
-- law: the last judgement of a pair is the one that counts, whichever way round it was given
-- holds: one <= two
WITH last_word AS (
    SELECT
        least(left_id, right_id) AS one,
        greatest(left_id, right_id) AS two,
        verdict
    FROM judgement_now
    QUALIFY row_number() OVER (
        PARTITION BY least(left_id, right_id), greatest(left_id, right_id)
        ORDER BY known_from_utc DESC, judgement_id DESC
    ) = 1
),
held AS (
    SELECT incident_id, list(DISTINCT observation_id ORDER BY observation_id) AS ids
    FROM member_history
    WHERE incident_id IN (SELECT one FROM last_word UNION SELECT two FROM last_word)
    GROUP BY incident_id
)
SELECT
    w.one,
    w.two,
    w.verdict,
    coalesce(a.ids, [w.one]) AS one_ids,
    coalesce(b.ids, [w.two]) AS two_ids
FROM last_word w
LEFT JOIN held a ON a.incident_id = w.one
LEFT JOIN held b ON b.incident_id = w.two
ORDER BY w.one, w.two

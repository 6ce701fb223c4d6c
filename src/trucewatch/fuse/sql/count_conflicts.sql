-- step: count_conflicts
-- grain: one row per two accounts of one count that give different figures: for one window, or a
--     total over several windows against the single ones that fill it (named by the last of them)
-- key: conflict_id
-- reads: observation_now
-- yields: conflict_id, incident_id, attribute, left_observation_id, right_observation_id, left_value, right_value, grounds
-- law: figures are compared only where kind, place, unit, claimant, accused and window are the same
-- holds: incident_id IS NULL AND left_observation_id <> right_observation_id
WITH counted AS (
    SELECT
        observation_id, start_utc, end_utc,
        concat_ws(chr(31), kind, coalesce(place_id, lower(place_name), printf('%.3f,%.3f', lon, lat)),
            coalesce(claimant, ''), coalesce(claimed_actor, ''), coalesce(unit, '')) AS of_what,
        kind, coalesce(count_best, quantity) AS figure,
        coalesce(count_low, count_best, quantity) AS low,
        coalesce(count_high, count_best, quantity) AS high
    FROM observation_now
    WHERE kind LIKE 'count_%' AND start_utc < end_utc
        AND coalesce(count_best, quantity) IS NOT NULL
),
same_window AS (
    SELECT
        l.observation_id AS left_id, r.observation_id AS right_id,
        l.figure AS left_figure, r.figure AS right_figure,
        'two accounts of ' || l.kind || ' for one place and window give different figures' AS grounds
    FROM counted l
    JOIN counted r
        ON l.of_what = r.of_what AND l.start_utc = r.start_utc AND l.end_utc = r.end_utc
        AND l.observation_id < r.observation_id
    WHERE l.high < r.low OR r.high < l.low
),
single AS (
    -- Where accounts of one window differ, no sum can be told from them: such windows stay out.
    SELECT of_what, start_utc, end_utc, max(observation_id) AS observation_id, max(figure) AS figure
    FROM counted
    GROUP BY of_what, start_utc, end_utc
    HAVING min(figure) = max(figure)
),
total AS (
    SELECT
        t.observation_id AS left_id, any_value(t.figure) AS left_figure, any_value(t.kind) AS kind,
        arg_max(s.observation_id, s.end_utc) AS right_id, sum(s.figure) AS right_figure,
        count(*) AS windows
    FROM counted t
    JOIN single s
        ON s.of_what = t.of_what AND s.start_utc >= t.start_utc AND s.end_utc <= t.end_utc
        AND date_diff('second', s.start_utc, s.end_utc)
            < date_diff('second', t.start_utc, t.end_utc)
    WHERE date_diff('hour', t.start_utc, t.end_utc) <= 24 * 35
    GROUP BY t.observation_id
    HAVING sum(date_diff('second', s.start_utc, s.end_utc))
            = date_diff('second', any_value(t.start_utc), any_value(t.end_utc))
        AND max(t.low) > sum(s.figure) OR max(t.high) < sum(s.figure)
        AND sum(date_diff('second', s.start_utc, s.end_utc))
            = date_diff('second', any_value(t.start_utc), any_value(t.end_utc))
),
found AS (
    SELECT left_id, right_id, left_figure, right_figure, grounds FROM same_window
    UNION ALL
    SELECT
        left_id, right_id, left_figure, right_figure,
        'a total of ' || kind || ' differs from the sum of the ' || windows
            || ' windows that fill it'
    FROM total
)
SELECT
    'cnf-' || substr(sha256(concat_ws(chr(31), '', 'count', left_id, right_id)), 1, 24)
        AS conflict_id,
    NULL::VARCHAR AS incident_id,
    'count' AS attribute,
    left_id AS left_observation_id,
    right_id AS right_observation_id,
    printf('%g', left_figure) AS left_value,
    printf('%g', right_figure) AS right_value,
    grounds
FROM found
ORDER BY conflict_id

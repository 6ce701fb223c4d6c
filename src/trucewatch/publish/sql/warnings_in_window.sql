-- step: warnings_in_window
-- grain: one row per warning, the latest of its zone, outcome and horizon in the window
-- key: zone, outcome, horizon_h
-- reads: warning_now
-- yields: warning_id, issued_utc, zone, outcome, horizon_h, probability, probability_low, probability_high, threshold, is_raised, false_alarms_per_year, indicators
-- law: a warning stands with what its threshold costs in false alarms
SELECT
    warning_id, issued_utc, zone, outcome, horizon_h, probability, probability_low,
    probability_high, threshold, is_raised, false_alarms_per_year,
    left(indicators, 8000) AS indicators
FROM warning_now
WHERE issued_utc > $from_utc
  AND issued_utc <= $to_utc
QUALIFY row_number() OVER (
    PARTITION BY zone, outcome, horizon_h ORDER BY issued_utc DESC, warning_id
) = 1
ORDER BY is_raised DESC, probability DESC, zone, outcome, horizon_h, warning_id
LIMIT $row_limit

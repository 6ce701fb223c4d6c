-- step: warnings_in_window
-- grain: one row per warning, one per zone, outcome and horizon
-- key: zone, outcome, horizon_h
-- reads: warning_now
-- yields: warning_id, issued_utc, zone, outcome, horizon_h, probability, probability_low, probability_high, threshold, is_raised, false_alarms_per_year, lead_h, indicators
-- law: the last warning of the period stands; only where there is none, the first one made after it
SELECT
    warning_id, issued_utc, zone, outcome, horizon_h, probability, probability_low,
    probability_high, threshold, is_raised, false_alarms_per_year, lead_h,
    left(indicators, 8000) AS indicators
FROM warning_now
WHERE issued_utc > $from_utc
  AND issued_utc <= $latest_utc
QUALIFY row_number() OVER (
    PARTITION BY zone, outcome, horizon_h
    ORDER BY
        issued_utc > $to_utc,
        abs(epoch_us(issued_utc) - epoch_us($to_utc)),
        warning_id
) = 1
ORDER BY is_raised DESC, zone, outcome, horizon_h, warning_id
LIMIT $row_limit

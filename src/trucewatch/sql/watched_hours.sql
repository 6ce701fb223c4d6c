-- step: watched_hours
-- grain: one row per side that holds the ground
-- reads: watch_now
-- yields: control_side, area_hours
-- law: only working watches with a region count; outages and denials add nothing
-- key: control_side
SELECT
    control_side,
    sum(pi() * radius_km ** 2 * coalesce(field_of_view_deg, 360) / 360
        * (epoch(end_utc) - epoch(start_utc)) / 3600) AS area_hours
FROM watch_now
WHERE status = 'working' AND control_side IS NOT NULL AND radius_km IS NOT NULL
GROUP BY control_side
ORDER BY control_side

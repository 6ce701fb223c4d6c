-- step: hypotheses_of_findings
-- grain: one row per hypothesis
-- key: hypothesis_id
-- reads: hypothesis_now
-- yields: hypothesis_id, finding_id, incident_id, party, likelihood, threshold, grounds
-- law: likelihoods are offered; only a review by a person attributes
SELECT
    h.hypothesis_id, h.finding_id, h.incident_id, h.party, h.likelihood, h.threshold,
    left(h.grounds, 4000) AS grounds
FROM hypothesis_now AS h
JOIN listed_finding AS l ON l.finding_id = h.finding_id
ORDER BY h.finding_id, h.incident_id, h.likelihood DESC, h.party, h.hypothesis_id
LIMIT $row_limit

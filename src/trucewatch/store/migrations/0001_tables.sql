-- 0001_tables: the nouns of the house.
-- Law: tables are append-only. A row is never changed; `retired` holds what closed it, and each
-- view `<table>_now` shows the rows still open. Time is TIMESTAMPTZ in UTC. Missing is NULL.
-- Every row: its id, run_id, known_from_utc (when the mission knew it), and the ids it came from.

CREATE TABLE capture (
    capture_id VARCHAR NOT NULL,          -- cap-, from the SHA-256 of the bytes and the source
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    sha256 VARCHAR NOT NULL,
    size_bytes BIGINT NOT NULL,
    media_type VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,              -- where the bytes came from: path below the mission, or URL
    received_utc TIMESTAMPTZ NOT NULL,
    source_id VARCHAR NOT NULL,
    licence VARCHAR
);

CREATE TABLE observation (
    observation_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    source_id VARCHAR NOT NULL,
    capture_id VARCHAR NOT NULL,
    record_no BIGINT,                     -- 1-based record of a table, or page or message of a document
    source_record VARCHAR,                -- the id the source itself gives the record, if any
    char_start BIGINT, char_end BIGINT,   -- offsets of the quote in the capture's text
    kind VARCHAR NOT NULL,                -- vocabulary/kinds.yaml
    start_utc TIMESTAMPTZ, end_utc TIMESTAMPTZ, when_precision VARCHAR NOT NULL, local_time VARCHAR,
    published_utc TIMESTAMPTZ,
    lon DOUBLE, lat DOUBLE, radius_km DOUBLE, polygon_wkt VARCHAR, where_precision VARCHAR NOT NULL,
    place_id VARCHAR, place_name VARCHAR,
    count_low DOUBLE, count_best DOUBLE, count_high DOUBLE, count_qualifier VARCHAR,
    means VARCHAR, description VARCHAR, weapon VARCHAR, calibre_mm DOUBLE,
    direction_deg DOUBLE,                 -- direction of flight or fire, degrees from north
    observer VARCHAR, observer_lon DOUBLE, observer_lat DOUBLE,
    range_low_km DOUBLE, range_high_km DOUBLE, bearing_deg DOUBLE,
    claimed_actor VARCHAR, claimant VARCHAR, control_side VARCHAR,
    quantity DOUBLE, unit VARCHAR,        -- a level, a sum of money, a radiative power
    is_null BOOLEAN NOT NULL,             -- looked and saw nothing
    root_id VARCHAR NOT NULL,             -- independence root: copies and quotes share one
    quote VARCHAR,
    attributes VARCHAR                    -- JSON: the source's further fields, by their own names
);

CREATE TABLE watch (
    watch_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    source_id VARCHAR NOT NULL,
    capture_id VARCHAR NOT NULL,
    record_no BIGINT,
    observer VARCHAR NOT NULL,
    means VARCHAR NOT NULL,               -- vocabulary/means.yaml
    start_utc TIMESTAMPTZ NOT NULL, end_utc TIMESTAMPTZ NOT NULL,
    lon DOUBLE, lat DOUBLE, radius_km DOUBLE, polygon_wkt VARCHAR,
    bearing_deg DOUBLE, field_of_view_deg DOUBLE,   -- NULL: all round
    status VARCHAR NOT NULL,              -- working, outage, denied, jammed
    detection VARCHAR,                    -- JSON: the detection function, by kind
    control_side VARCHAR,
    attributes VARCHAR
);

CREATE TABLE claim (
    claim_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    capture_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    char_start BIGINT NOT NULL, char_end BIGINT NOT NULL,
    quote VARCHAR NOT NULL,
    speaker VARCHAR, via VARCHAR,         -- via: JSON list, document -> newspaper -> official
    subject VARCHAR, predicate VARCHAR NOT NULL,
    value_text VARCHAR, value_low DOUBLE, value_high DOUBLE, unit VARCHAR,
    modality VARCHAR NOT NULL,            -- asserted, denied, proposed, conditional, reported
    start_utc TIMESTAMPTZ, end_utc TIMESTAMPTZ,
    root_id VARCHAR NOT NULL
);

CREATE TABLE quarantine (
    quarantine_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    source_id VARCHAR NOT NULL,
    capture_id VARCHAR NOT NULL,
    record_no BIGINT,
    field VARCHAR, found VARCHAR, expected VARCHAR NOT NULL, mend VARCHAR NOT NULL,
    record VARCHAR                        -- the record as it stood, at most 2,000 characters
);

CREATE TABLE reading (                    -- one row per capture read: what became of its records
    capture_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    source_id VARCHAR NOT NULL,
    source_version VARCHAR NOT NULL,      -- SHA-256 of the source folder that read it
    records BIGINT NOT NULL, observations BIGINT NOT NULL, watches BIGINT NOT NULL,
    claims BIGINT NOT NULL, quarantined BIGINT NOT NULL, repeats BIGINT NOT NULL
);

CREATE TABLE pair (
    left_observation_id VARCHAR NOT NULL,
    right_observation_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    distance_km DOUBLE, gap_h DOUBLE,
    place_bits DOUBLE, time_bits DOUBLE, kind_bits DOUBLE, weapon_bits DOUBLE, count_bits DOUBLE,
    geometry_bits DOUBLE, actor_bits DOUBLE, words_bits DOUBLE,
    weight_bits DOUBLE NOT NULL, probability DOUBLE NOT NULL,
    decision VARCHAR NOT NULL             -- joined, apart, blocked (by a law or a judgement)
);

CREATE TABLE incident (
    incident_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    kind VARCHAR NOT NULL,
    start_utc TIMESTAMPTZ, end_utc TIMESTAMPTZ,
    lon DOUBLE, lat DOUBLE, radius_km DOUBLE,
    place_id VARCHAR, place_name VARCHAR,
    count_low DOUBLE, count_best DOUBLE, count_high DOUBLE,
    weapon VARCHAR, calibre_mm DOUBLE, direction_deg DOUBLE, claimed_actor VARCHAR,
    observations BIGINT NOT NULL, roots BIGINT NOT NULL,
    extent_km DOUBLE NOT NULL, duration_h DOUBLE NOT NULL,
    probability_occurred DOUBLE,
    verification_status VARCHAR NOT NULL, -- reported, corroborated; verified, rejected: people only
    preferred VARCHAR                     -- JSON: attribute -> the observation it was taken from
);

CREATE TABLE member (
    incident_id VARCHAR NOT NULL,
    observation_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL
);

CREATE TABLE conflict (
    conflict_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    incident_id VARCHAR,                  -- NULL: two accounts of one count, outside any incident
    attribute VARCHAR NOT NULL,
    left_observation_id VARCHAR NOT NULL, right_observation_id VARCHAR NOT NULL,
    left_value VARCHAR, right_value VARCHAR,
    grounds VARCHAR NOT NULL
);

CREATE TABLE judgement (
    judgement_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    left_id VARCHAR NOT NULL, right_id VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,             -- same, different, unsure
    who VARCHAR NOT NULL, why VARCHAR NOT NULL,
    supersedes VARCHAR
);

CREATE TABLE review (
    review_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    subject_id VARCHAR NOT NULL,          -- inc-, fnd-, hyp-, dir-
    decision VARCHAR NOT NULL,            -- verified, rejected, attributed, not_attributed, acknowledged, done, dissent
    party VARCHAR,
    who VARCHAR NOT NULL, why VARCHAR NOT NULL,
    supersedes VARCHAR
);

CREATE TABLE agreement (
    agreement_id VARCHAR NOT NULL,        -- agr-, from the hash of the file: a new text is a new row
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    name VARCHAR NOT NULL, title VARCHAR NOT NULL, version_sha256 VARCHAR NOT NULL,
    signed DATE, in_force_from_utc TIMESTAMPTZ, in_force_to_utc TIMESTAMPTZ,
    text VARCHAR NOT NULL                 -- the whole agreement as JSON, so that a past finding can be explained
);

CREATE TABLE provision (
    provision_id VARCHAR NOT NULL,        -- <agreement name>/<article id>, as people cite it
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    agreement_id VARCHAR NOT NULL,
    article VARCHAR NOT NULL, kind VARCHAR NOT NULL, party VARCHAR NOT NULL,
    says VARCHAR NOT NULL, parameters VARCHAR NOT NULL,
    in_force_from_utc TIMESTAMPTZ, in_force_to_utc TIMESTAMPTZ,
    status VARCHAR NOT NULL,              -- agreed, open, rejected
    reference VARCHAR, ambiguity VARCHAR
);

CREATE TABLE coverage (
    coverage_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    zone VARCHAR NOT NULL, kind VARCHAR NOT NULL,
    window_start_utc TIMESTAMPTZ NOT NULL, window_end_utc TIMESTAMPTZ NOT NULL,
    watches BIGINT NOT NULL,
    watched_share DOUBLE NOT NULL,        -- of the zone's area-hours, 0..1
    outage_share DOUBLE NOT NULL,
    detection_probability DOUBLE,         -- NULL where nothing watched
    missed_upper DOUBLE,                  -- 95% upper bound of what happened unseen; NULL: unbounded
    watch_ids VARCHAR                     -- JSON list
);

CREATE TABLE finding (
    finding_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    agreement_id VARCHAR NOT NULL, provision_id VARCHAR NOT NULL, reading VARCHAR NOT NULL,
    party VARCHAR NOT NULL, zone VARCHAR NOT NULL,
    window_start_utc TIMESTAMPTZ NOT NULL, window_end_utc TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL,             -- breach, none_seen, undetermined
    probability DOUBLE,                   -- that a breach happened, where a number can be stated
    severity DOUBLE, pattern VARCHAR,     -- accident, local, systemic
    missed_upper DOUBLE,                  -- power of 'none seen': 95% upper bound of what was missed
    incidents BIGINT NOT NULL,
    trace VARCHAR NOT NULL                -- JSON tree: article, incidents, watches, figures, reasons
);

CREATE TABLE hypothesis (
    hypothesis_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    finding_id VARCHAR, incident_id VARCHAR NOT NULL,
    party VARCHAR NOT NULL,               -- or 'could not be attributed'
    likelihood DOUBLE NOT NULL, threshold DOUBLE NOT NULL,
    grounds VARCHAR NOT NULL              -- JSON list
);

CREATE TABLE warning (
    warning_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    issued_utc TIMESTAMPTZ NOT NULL,
    zone VARCHAR NOT NULL, outcome VARCHAR NOT NULL, horizon_h DOUBLE NOT NULL,
    probability DOUBLE NOT NULL, probability_low DOUBLE, probability_high DOUBLE,
    threshold DOUBLE NOT NULL, is_raised BOOLEAN NOT NULL, false_alarms_per_year DOUBLE,
    indicators VARCHAR NOT NULL,          -- JSON list: name, value, weight, grounds
    lead_h DOUBLE
);

CREATE TABLE directive (
    directive_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    scenario VARCHAR NOT NULL, step VARCHAR NOT NULL, addressee VARCHAR NOT NULL,
    says VARCHAR NOT NULL, due_utc TIMESTAMPTZ, due_latest_utc TIMESTAMPTZ,
    basis_id VARCHAR NOT NULL,            -- the finding or warning it follows from
    precondition VARCHAR, state VARCHAR NOT NULL, author VARCHAR NOT NULL
);

CREATE TABLE notice (
    notice_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    source_id VARCHAR NOT NULL, capture_id VARCHAR NOT NULL, record_no BIGINT,
    party VARCHAR, topic VARCHAR NOT NULL,          -- demining, repair, training, exercise, local_truce
    start_utc TIMESTAMPTZ NOT NULL, end_utc TIMESTAMPTZ NOT NULL,
    lon DOUBLE, lat DOUBLE, radius_km DOUBLE,
    says VARCHAR
);

CREATE TABLE commitment (
    commitment_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    provision_id VARCHAR NOT NULL, party VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,               -- pledged, in_law, appropriated, allocated, delivered
    amount DOUBLE, unit VARCHAR, stage_utc TIMESTAMPTZ, deadline_utc TIMESTAMPTZ,
    observation_id VARCHAR
);

CREATE TABLE run (
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    room VARCHAR NOT NULL,
    inputs VARCHAR NOT NULL,              -- JSON: what it read, by fingerprint
    code_version VARCHAR NOT NULL, parameters VARCHAR NOT NULL,
    seconds DOUBLE NOT NULL, rows BIGINT NOT NULL
);

CREATE TABLE retired (
    table_name VARCHAR NOT NULL,
    row_id VARCHAR NOT NULL,
    row_run_id VARCHAR NOT NULL,          -- with row_id names the version that is closed
    known_to_utc TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL,
    reason VARCHAR NOT NULL
);

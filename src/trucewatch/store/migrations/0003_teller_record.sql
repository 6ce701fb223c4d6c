-- What each teller's record is held to be, learnt from where others watched.

CREATE TABLE teller_record (              -- one row per source, way of knowing and teller
    source_id VARCHAR NOT NULL,
    mode VARCHAR NOT NULL,                -- direct, remote, reported, declared
    teller VARCHAR NOT NULL,              -- outlet or office; '' for a source on the spot
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    accounts BIGINT NOT NULL,
    watched BIGINT NOT NULL,              -- those that others on the spot could have noticed
    expected DOUBLE NOT NULL,             -- how many of these they would tell too, were all right
    confirmed BIGINT NOT NULL,            -- how many of these they do tell too
    prior_share DOUBLE NOT NULL,          -- by letter and reviews, before anything is learnt
    right_share DOUBLE NOT NULL,          -- share of its accounts held to be right
    noticing DOUBLE NOT NULL              -- worth of a watcher's silence; one figure for all rows
);

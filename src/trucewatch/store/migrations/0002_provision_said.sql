-- What captured documents say about the provisions of the mission's agreements.

CREATE TABLE provision_claim (            -- one row per claim about a provision
    provision_id VARCHAR NOT NULL,
    claim_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    status VARCHAR,                       -- agreed, open, rejected; NULL: speaks of it, no more
    who VARCHAR,                          -- whose stance or deed it is, as the document names it
    document_id VARCHAR NOT NULL, root_id VARCHAR NOT NULL,
    grounds VARCHAR NOT NULL              -- the agreement's words that stand in the sentence
);

CREATE TABLE provision_said (             -- one row per provision that any claim takes a stand on
    provision_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    known_from_utc TIMESTAMPTZ NOT NULL,
    status VARCHAR NOT NULL,              -- agreed, open, rejected, contested: as documents say
    stated VARCHAR NOT NULL,              -- the status that the agreement's file gives
    differs BOOLEAN NOT NULL,             -- a notice for people: the file is never changed
    says VARCHAR NOT NULL                 -- JSON list: status, who, roots, documents with claims
);

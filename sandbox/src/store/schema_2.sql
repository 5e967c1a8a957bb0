-- Organizations of the backend operations: their keys as SHA-256 alone, what is open to them, for how long and how often, and
-- what they asked for.
CREATE TABLE organization (
    organization_id TEXT PRIMARY KEY,
    key_hash        BLOB NOT NULL UNIQUE,
    created_ms      INTEGER NOT NULL
) STRICT;

CREATE TABLE technology_access (
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    technology      TEXT NOT NULL,
    PRIMARY KEY (organization_id, technology)
) STRICT;

CREATE TABLE subscription (
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    technology      TEXT NOT NULL,
    starts_ms       INTEGER NOT NULL,
    ends_ms         INTEGER NOT NULL,
    max_attempts    INTEGER NOT NULL,
    PRIMARY KEY (organization_id, technology, starts_ms)
) STRICT;

CREATE TABLE backend_session (
    backend_session_id TEXT PRIMARY KEY,
    organization_id    TEXT NOT NULL REFERENCES organization (organization_id),
    technology         TEXT NOT NULL,
    status             TEXT NOT NULL,
    failure_reason     TEXT,
    created_ms         INTEGER NOT NULL
) STRICT;
CREATE INDEX backend_session_of ON backend_session (organization_id, technology, created_ms);

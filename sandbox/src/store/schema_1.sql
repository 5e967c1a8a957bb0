-- Times are milliseconds since 1970 in UTC. Secrets and tokens are stored as SHA-256 alone.
CREATE TABLE client (
    client_id   TEXT PRIMARY KEY,
    secret_hash BLOB NOT NULL,
    created_ms  INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    session_id    TEXT PRIMARY KEY,
    client_id     TEXT NOT NULL REFERENCES client (client_id),
    liveness_mode TEXT NOT NULL,
    webhook_url   TEXT,
    metadata      TEXT NOT NULL,
    settings      TEXT NOT NULL,
    sdk_metadata  TEXT NOT NULL,
    document_type TEXT NOT NULL,
    created_ms    INTEGER NOT NULL,
    expires_ms    INTEGER NOT NULL,
    consented_ms  INTEGER,
    completed_ms  INTEGER,
    -- What finalization found, as JSON.
    outcome       TEXT
) STRICT;

CREATE TABLE token (
    token_hash BLOB PRIMARY KEY,
    client_id  TEXT NOT NULL REFERENCES client (client_id),
    session_id TEXT REFERENCES session (session_id),
    expires_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX token_expires ON token (expires_ms);

CREATE TABLE image (
    session_id  TEXT NOT NULL REFERENCES session (session_id),
    kind        TEXT NOT NULL CHECK (kind IN ('front', 'back', 'liveness')),
    position    INTEGER NOT NULL,
    bytes       BLOB NOT NULL,
    sha256      BLOB NOT NULL,
    latitude    TEXT NOT NULL,
    longitude   TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (session_id, kind, position)
) STRICT;
CREATE INDEX image_sha256 ON image (sha256);

CREATE TABLE history (
    history_id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES session (session_id),
    at_ms      INTEGER NOT NULL,
    event      TEXT NOT NULL
) STRICT;
CREATE INDEX history_session ON history (session_id);

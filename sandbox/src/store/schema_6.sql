-- Identities: what the verified sessions of one person have in common (session.identity_id). The person's data
-- are in those sessions and are deleted with them.
CREATE TABLE identity (
    identity_id   TEXT PRIMARY KEY,
    client_id     TEXT NOT NULL REFERENCES client (client_id),
    created_ms    INTEGER NOT NULL,
    anonymized_ms INTEGER
) STRICT;
CREATE INDEX identity_client ON identity (client_id, created_ms);
CREATE INDEX session_identity ON session (identity_id);

-- By what a person who comes again is recognised.
CREATE TABLE identity_key (
    session_id   TEXT PRIMARY KEY REFERENCES session (session_id) ON DELETE CASCADE,
    document_key TEXT,
    name_key     TEXT
) STRICT;
CREATE INDEX identity_key_document ON identity_key (document_key);
CREATE INDEX identity_key_name ON identity_key (name_key);

-- Sessions that authenticate a known identity.
CREATE TABLE ida_session (
    session_id    TEXT PRIMARY KEY,
    client_id     TEXT NOT NULL REFERENCES client (client_id),
    identity_id   TEXT NOT NULL REFERENCES identity (identity_id) ON DELETE CASCADE,
    user_id       TEXT,
    liveness_mode TEXT NOT NULL,
    webhook_url   TEXT,
    metadata      TEXT NOT NULL,
    settings      TEXT NOT NULL,
    sdk_metadata  TEXT NOT NULL,
    created_ms    INTEGER NOT NULL,
    expires_ms    INTEGER NOT NULL,
    -- When it was noticed, once, that its life was over.
    expired_ms    INTEGER,
    completed_ms  INTEGER,
    -- The version of the weights that decided it.
    weights_id    TEXT,
    -- What finalization found, as JSON.
    outcome       TEXT
) STRICT;
CREATE INDEX ida_session_client ON ida_session (client_id, created_ms);
CREATE INDEX ida_session_identity ON ida_session (identity_id);
CREATE INDEX ida_session_open ON ida_session (expires_ms) WHERE completed_ms IS NULL AND expired_ms IS NULL;

CREATE TABLE ida_image (
    session_id  TEXT NOT NULL REFERENCES ida_session (session_id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    blob_id     TEXT NOT NULL,
    sha256      BLOB NOT NULL,
    latitude    TEXT NOT NULL,
    longitude   TEXT NOT NULL,
    -- The address that the image came from.
    address     TEXT,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (session_id, position)
) STRICT;
CREATE INDEX ida_image_sha256 ON ida_image (sha256);

CREATE TABLE ida_history (
    history_id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES ida_session (session_id) ON DELETE CASCADE,
    at_ms      INTEGER NOT NULL,
    event      TEXT NOT NULL
) STRICT;
CREATE INDEX ida_history_session ON ida_history (session_id);

-- A token is bound to a session of either kind, or to none.
ALTER TABLE token ADD COLUMN ida_session_id TEXT REFERENCES ida_session (session_id) ON DELETE CASCADE;

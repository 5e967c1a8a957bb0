-- Binary content in a table of its own, named by id, so that the bytes may stand elsewhere; and what belongs to a session
-- goes with it.
CREATE TABLE blob (
    blob_id TEXT PRIMARY KEY,
    size    INTEGER NOT NULL,
    -- Absent where the bytes stand outside of the database, under the same id.
    bytes   BLOB
) STRICT;

-- Bytes outside of the database whose row is gone: written in the transaction that removed the row, and taken out once the
-- bytes are gone too.
CREATE TABLE blob_removal (
    blob_id TEXT PRIMARY KEY
) STRICT;

INSERT INTO blob (blob_id, size, bytes)
    SELECT session_id || '.' || kind || '.' || position, length(bytes), bytes FROM image;
INSERT INTO blob (blob_id, size, bytes)
    SELECT session_id || '.rectified.' || side, length(bytes), bytes FROM rectified;

CREATE TABLE image_4 (
    session_id  TEXT NOT NULL REFERENCES session (session_id) ON DELETE CASCADE,
    kind        TEXT NOT NULL CHECK (kind IN ('front', 'back', 'liveness')),
    position    INTEGER NOT NULL,
    blob_id     TEXT NOT NULL,
    sha256      BLOB NOT NULL,
    latitude    TEXT NOT NULL,
    longitude   TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (session_id, kind, position)
) STRICT;
INSERT INTO image_4 (session_id, kind, position, blob_id, sha256, latitude, longitude, received_ms)
    SELECT session_id, kind, position, session_id || '.' || kind || '.' || position, sha256, latitude, longitude,
           received_ms
    FROM image;
DROP TABLE image;
ALTER TABLE image_4 RENAME TO image;
CREATE INDEX image_sha256 ON image (sha256);

CREATE TABLE rectified_4 (
    session_id TEXT NOT NULL REFERENCES session (session_id) ON DELETE CASCADE,
    side       TEXT NOT NULL CHECK (side IN ('front', 'back')),
    blob_id    TEXT NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    dpi        REAL NOT NULL,
    PRIMARY KEY (session_id, side)
) STRICT;
INSERT INTO rectified_4 (session_id, side, blob_id, width, height, dpi)
    SELECT session_id, side, session_id || '.rectified.' || side, width, height, dpi FROM rectified;
DROP TABLE rectified;
ALTER TABLE rectified_4 RENAME TO rectified;

CREATE TABLE history_4 (
    history_id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES session (session_id) ON DELETE CASCADE,
    at_ms      INTEGER NOT NULL,
    event      TEXT NOT NULL
) STRICT;
INSERT INTO history_4 (session_id, at_ms, event) SELECT session_id, at_ms, event FROM history ORDER BY history_id;
DROP TABLE history;
ALTER TABLE history_4 RENAME TO history;
CREATE INDEX history_session ON history (session_id);

CREATE TABLE token_4 (
    token_hash BLOB PRIMARY KEY,
    client_id  TEXT NOT NULL REFERENCES client (client_id),
    session_id TEXT REFERENCES session (session_id) ON DELETE CASCADE,
    expires_ms INTEGER NOT NULL
) STRICT;
INSERT INTO token_4 (token_hash, client_id, session_id, expires_ms)
    SELECT token_hash, client_id, session_id, expires_ms FROM token;
DROP TABLE token;
ALTER TABLE token_4 RENAME TO token;
CREATE INDEX token_expires ON token (expires_ms);

-- Who changed something, by which operation, of which ids. Nothing of a person.
CREATE TABLE audit (
    audit_id INTEGER PRIMARY KEY,
    at_ms    INTEGER NOT NULL,
    who      TEXT,
    action   TEXT NOT NULL,
    subject  TEXT NOT NULL
) STRICT;

-- Origins whose pages may call in a client's name.
CREATE TABLE client_origin (
    client_id TEXT NOT NULL REFERENCES client (client_id) ON DELETE CASCADE,
    origin    TEXT NOT NULL,
    PRIMARY KEY (client_id, origin)
) STRICT;
CREATE INDEX client_origin_origin ON client_origin (origin);

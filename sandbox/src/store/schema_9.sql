-- What a liveness session asks for: its token as SHA-256, and the movements in the order of each draw as JSON, none where liveness is
-- passive. One for each session of IDV or IDA, the newest.
CREATE TABLE liveness_challenge (
    session_id TEXT PRIMARY KEY,
    token_hash BLOB NOT NULL,
    draws      TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;

-- The document that finalization crops from the images, upright. The images themselves stay unchanged.
CREATE TABLE rectified (
    session_id TEXT NOT NULL REFERENCES session (session_id) ON DELETE CASCADE,
    side       TEXT NOT NULL CHECK (side IN ('front', 'back')),
    bytes      BLOB NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    dpi        REAL NOT NULL,
    PRIMARY KEY (session_id, side)
) STRICT;

-- Persons of an organization, their aliases (unique in the organization by value alone) and photos, of which one is the default.
CREATE TABLE person (
    person_id       TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    is_verified     INTEGER NOT NULL,
    created_ms      INTEGER NOT NULL,
    updated_ms      INTEGER NOT NULL
) STRICT;
CREATE INDEX person_of ON person (organization_id, created_ms);

CREATE TABLE person_alias (
    alias_id        TEXT PRIMARY KEY,
    person_id       TEXT NOT NULL REFERENCES person (person_id) ON DELETE CASCADE,
    organization_id TEXT NOT NULL,
    position        INTEGER NOT NULL,
    kind            TEXT NOT NULL,
    value           TEXT NOT NULL,
    UNIQUE (organization_id, value),
    UNIQUE (person_id, position)
) STRICT;

CREATE TABLE person_photo (
    photo_id   TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL REFERENCES person (person_id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    is_default INTEGER NOT NULL,
    blob_id    TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    UNIQUE (person_id, position)
) STRICT;

-- Sessions from which a Face2Face session takes its faces, and the Face2Face sessions. Made by the sandbox's own operations:
-- the documents of those technologies are not part of this server.
CREATE TABLE gbdfl_source (
    session_id      TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    technology      TEXT NOT NULL,
    status          TEXT NOT NULL,
    created_ms      INTEGER NOT NULL,
    updated_ms      INTEGER NOT NULL
) STRICT;

CREATE TABLE gbdfl_face2face (
    session_id      TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (organization_id),
    prediction      REAL,
    source_1        TEXT REFERENCES gbdfl_source (session_id),
    source_2        TEXT REFERENCES gbdfl_source (session_id),
    created_ms      INTEGER NOT NULL
) STRICT;

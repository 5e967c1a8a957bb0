-- IDnGO: app tokens, levels, applicants and what belongs to them.
CREATE TABLE idngo_app (
    app_token   TEXT PRIMARY KEY,
    client_id   TEXT NOT NULL,
    client_key  TEXT NOT NULL,
    -- SHA-256 of the secret key, which has more than 64 characters: HMAC uses this hash for such keys (RFC 2104 section 2).
    secret_hash BLOB NOT NULL,
    created_ms  INTEGER NOT NULL
) STRICT;

CREATE TABLE idngo_level (
    client_id   TEXT NOT NULL,
    name        TEXT NOT NULL,
    position    INTEGER NOT NULL,
    -- As it is answered, in JSON.
    level       TEXT NOT NULL,
    -- Whether a person decides.
    manual      INTEGER NOT NULL,
    PRIMARY KEY (client_id, name)
) STRICT;

CREATE TABLE idngo_applicant (
    applicant_id     TEXT PRIMARY KEY,
    client_id        TEXT NOT NULL,
    inspection_id    TEXT NOT NULL,
    external_user_id TEXT NOT NULL,
    level_name       TEXT NOT NULL,
    type             TEXT NOT NULL,
    platform         TEXT NOT NULL,
    email            TEXT,
    lang             TEXT NOT NULL,
    info             TEXT NOT NULL,
    review           TEXT NOT NULL,
    deleted          INTEGER NOT NULL,
    blacklisted      INTEGER NOT NULL,
    created_ms       INTEGER NOT NULL,
    UNIQUE (client_id, external_user_id)
) STRICT;

-- What applicants are found by: a kind of datum and its comparable form.
CREATE TABLE idngo_key (
    applicant_id TEXT NOT NULL REFERENCES idngo_applicant (applicant_id) ON DELETE CASCADE,
    client_id    TEXT NOT NULL,
    value        TEXT NOT NULL,
    PRIMARY KEY (applicant_id, value)
) STRICT;
CREATE INDEX idngo_key_value ON idngo_key (client_id, value);

CREATE TABLE idngo_face (
    applicant_id TEXT PRIMARY KEY REFERENCES idngo_applicant (applicant_id) ON DELETE CASCADE,
    client_id    TEXT NOT NULL,
    encoding     BLOB NOT NULL
) STRICT;
CREATE INDEX idngo_face_client ON idngo_face (client_id);

CREATE TABLE idngo_media (
    image_id     TEXT NOT NULL,
    applicant_id TEXT NOT NULL REFERENCES idngo_applicant (applicant_id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    id_doc_type  TEXT NOT NULL,
    sub_type     TEXT,
    country      TEXT,
    media_type   TEXT NOT NULL,
    blob_id      TEXT NOT NULL,
    -- The liveness check that it was given for.
    check_id     TEXT,
    PRIMARY KEY (applicant_id, image_id)
) STRICT;

CREATE TABLE idngo_check (
    check_id     TEXT PRIMARY KEY,
    applicant_id TEXT NOT NULL REFERENCES idngo_applicant (applicant_id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    type         TEXT NOT NULL,
    answer       TEXT NOT NULL,
    -- What was found, in JSON.
    found        TEXT NOT NULL,
    created_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX idngo_check_latest ON idngo_check (applicant_id, type, position);

CREATE TABLE idngo_event (
    applicant_id TEXT NOT NULL REFERENCES idngo_applicant (applicant_id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    at_ms        INTEGER NOT NULL,
    item         TEXT NOT NULL,
    PRIMARY KEY (applicant_id, position)
) STRICT;

CREATE TABLE idngo_link (
    link_hash   BLOB PRIMARY KEY,
    client_id   TEXT NOT NULL,
    applicant_id TEXT NOT NULL REFERENCES idngo_applicant (applicant_id) ON DELETE CASCADE,
    action_id   TEXT,
    level_name  TEXT NOT NULL,
    locale      TEXT,
    created_ms  INTEGER NOT NULL,
    expires_ms  INTEGER NOT NULL,
    -- The session that its page began, from where, and when what came of it was taken over.
    session_id  TEXT,
    tracking    TEXT,
    settled_ms  INTEGER
) STRICT;
CREATE INDEX idngo_link_applicant ON idngo_link (applicant_id);

CREATE TABLE idngo_mail (
    mail_id      TEXT PRIMARY KEY,
    client_id    TEXT NOT NULL,
    applicant_id TEXT NOT NULL REFERENCES idngo_applicant (applicant_id) ON DELETE CASCADE,
    recipient    TEXT NOT NULL,
    message      TEXT NOT NULL,
    created_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX idngo_mail_client ON idngo_mail (client_id, created_ms);

-- Requests of the last seconds, for the limits per client that hold over all instances.
CREATE TABLE idngo_request (
    request_id TEXT PRIMARY KEY,
    client_id  TEXT NOT NULL,
    operation  TEXT NOT NULL,
    at_ms      INTEGER NOT NULL
) STRICT;
CREATE INDEX idngo_request_recent ON idngo_request (client_id, operation, at_ms);

-- What a backend looks after: finding sessions, removing what names a person, requirements, weights, webhooks.
ALTER TABLE session ADD COLUMN user_id TEXT;
ALTER TABLE session ADD COLUMN identity_id TEXT;
-- The version of the weights that decided it.
ALTER TABLE session ADD COLUMN weights_id TEXT;
-- Names and numbers of the document in lower case, for the search.
ALTER TABLE session ADD COLUMN search_text TEXT;
-- When it was noticed, once, that its life was over.
ALTER TABLE session ADD COLUMN expired_ms INTEGER;
ALTER TABLE session ADD COLUMN anonymized_ms INTEGER;
CREATE INDEX session_client ON session (client_id, created_ms);
CREATE INDEX session_open ON session (expires_ms) WHERE completed_ms IS NULL AND expired_ms IS NULL;

-- The address that the image came from, and, where it is known, which stored file it is (storage_file_type_e).
ALTER TABLE image ADD COLUMN address TEXT;
ALTER TABLE image ADD COLUMN file_type TEXT;

-- An empty user is every user of the client.
CREATE TABLE requirement (
    client_id   TEXT NOT NULL REFERENCES client (client_id),
    user_id     TEXT NOT NULL,
    type_e      TEXT NOT NULL,
    data_source TEXT NOT NULL,
    -- Names of the required fields, with commas between them.
    fields      TEXT NOT NULL,
    updated_ms  INTEGER NOT NULL,
    PRIMARY KEY (client_id, user_id, type_e, data_source)
) STRICT;

-- Versions are added, never changed.
CREATE TABLE weights (
    weights_id TEXT PRIMARY KEY,
    client_id  TEXT NOT NULL REFERENCES client (client_id),
    user_id    TEXT NOT NULL,
    version    INTEGER NOT NULL,
    -- The numbers by their names, as JSON.
    numbers    TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX weights_of ON weights (client_id, user_id, version);

CREATE TABLE webhook (
    webhook_id TEXT PRIMARY KEY,
    client_id  TEXT NOT NULL REFERENCES client (client_id),
    name       TEXT NOT NULL,
    url        TEXT NOT NULL,
    -- A key to sign with cannot be kept as a hash.
    secret     TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_client ON webhook (client_id, created_ms);

-- Signs what goes to the webhook_url of sessions.
CREATE TABLE webhook_client_secret (
    client_id TEXT PRIMARY KEY REFERENCES client (client_id),
    secret    TEXT NOT NULL
) STRICT;

-- The outbox: written in the transaction of the event. It outlives its session and its webhook, and names no person.
CREATE TABLE delivery (
    delivery_id  TEXT PRIMARY KEY,
    client_id    TEXT NOT NULL REFERENCES client (client_id),
    webhook_id   TEXT,
    url          TEXT NOT NULL,
    session_id   TEXT NOT NULL,
    body         TEXT NOT NULL,
    created_ms   INTEGER NOT NULL,
    next_ms      INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    -- Until then the instance that took it is at work on it.
    leased_ms    INTEGER,
    delivered_ms INTEGER,
    failed_ms    INTEGER,
    last_error   TEXT
) STRICT;
CREATE INDEX delivery_due ON delivery (next_ms) WHERE delivered_ms IS NULL AND failed_ms IS NULL;
CREATE INDEX delivery_of ON delivery (client_id, webhook_id);

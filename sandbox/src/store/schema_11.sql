-- Deliveries wait in queues, one for each client and receiver. A receiver is the SHA-256 of the origin of an address (RFC 6454).
ALTER TABLE delivery ADD COLUMN receiver TEXT NOT NULL DEFAULT '';
CREATE INDEX delivery_queue ON delivery (client_id, receiver, next_ms) WHERE delivered_ms IS NULL AND failed_ms IS NULL;
CREATE INDEX delivery_leased ON delivery (leased_ms) WHERE leased_ms IS NOT NULL;

-- The circuit breakers: receivers of a client whose last attempt failed.
CREATE TABLE webhook_receiver (
    client_id  TEXT NOT NULL REFERENCES client (client_id),
    receiver   TEXT NOT NULL,
    -- Consecutive failed attempts.
    failures   INTEGER NOT NULL,
    -- Until then nothing is sent to it.
    paused_ms  INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    PRIMARY KEY (client_id, receiver)
) STRICT;

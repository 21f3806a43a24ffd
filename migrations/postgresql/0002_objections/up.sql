-- Objections, their later events, and what hangs on them.

CREATE TABLE objections (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    id BYTEA NOT NULL UNIQUE CHECK (octet_length(id) = 16),
    client TEXT NOT NULL,
    actor TEXT,
    source TEXT NOT NULL,
    right_used TEXT NOT NULL,
    channels INTEGER NOT NULL,
    binding TEXT NOT NULL,
    objected_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    reference_tag BYTEA,
    content_digest BYTEA NOT NULL,
    warnings TEXT NOT NULL,
    details TEXT NOT NULL,
    purpose TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    UNIQUE (client, reference_tag)
);
CREATE TRIGGER objections_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON objections
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE objections ENABLE ALWAYS TRIGGER objections_append_only;

CREATE TABLE objection_events (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    id BYTEA NOT NULL UNIQUE CHECK (octet_length(id) = 16),
    objection BIGINT NOT NULL REFERENCES objections (position),
    kind TEXT NOT NULL,
    client TEXT NOT NULL,
    actor TEXT,
    channels INTEGER NOT NULL,
    binding TEXT NOT NULL,
    reason TEXT,
    received_at BIGINT NOT NULL,
    warnings TEXT NOT NULL
);
CREATE INDEX objection_events_objection ON objection_events (objection);
CREATE TRIGGER objection_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON objection_events
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE objection_events ENABLE ALWAYS TRIGGER objection_events_append_only;

-- No foreign keys: PostgreSQL would lock (and log) the row that each tag refers
-- to. No index but the key: see "Tags" in migrations/README.md.
CREATE TABLE tags (
    position BIGINT NOT NULL,
    ordinal INTEGER NOT NULL,
    objection BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    grade SMALLINT NOT NULL,
    tag BYTEA NOT NULL CHECK (octet_length(tag) = 32),
    key_version INTEGER NOT NULL,
    normaliser_version INTEGER NOT NULL,
    PRIMARY KEY (position, ordinal)
);
CREATE TRIGGER tags_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tags
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE tags ENABLE ALWAYS TRIGGER tags_append_only;

CREATE TABLE originals (
    position BIGINT NOT NULL REFERENCES entries (position),
    ordinal INTEGER NOT NULL,
    field TEXT NOT NULL,
    key_purpose SMALLINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (position, ordinal)
);
CREATE TRIGGER originals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON originals
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE originals ENABLE ALWAYS TRIGGER originals_append_only;

-- The one thing that shredding deletes.
CREATE TABLE record_keys (
    position BIGINT NOT NULL REFERENCES entries (position),
    purpose SMALLINT NOT NULL,
    data_key_version INTEGER NOT NULL,
    wrapped BYTEA NOT NULL,
    PRIMARY KEY (position, purpose)
);
CREATE TRIGGER record_keys_never_changes BEFORE UPDATE OR TRUNCATE ON record_keys
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_never_changes();
ALTER TABLE record_keys ENABLE ALWAYS TRIGGER record_keys_never_changes;

-- One original can hold several values that could not be read.
CREATE TABLE review_items (
    position BIGINT NOT NULL REFERENCES entries (position),
    ordinal INTEGER NOT NULL,
    id BYTEA PRIMARY KEY CHECK (octet_length(id) = 16),
    objection BIGINT NOT NULL REFERENCES objections (position),
    pointer TEXT NOT NULL,
    code TEXT NOT NULL
);
CREATE INDEX review_items_place ON review_items (position, ordinal);
CREATE TRIGGER review_items_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON review_items
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE review_items ENABLE ALWAYS TRIGGER review_items_append_only;

CREATE TABLE review_clearances (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    item BYTEA NOT NULL UNIQUE REFERENCES review_items (id),
    outcome TEXT NOT NULL
);
CREATE TRIGGER review_clearances_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON review_clearances
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE review_clearances ENABLE ALWAYS TRIGGER review_clearances_append_only;

-- What the service itself needs.

-- One row, whatever its id.
CREATE TABLE instance (
    only_one SMALLINT PRIMARY KEY DEFAULT 1 CHECK (only_one = 1),
    id BYTEA NOT NULL CHECK (octet_length(id) = 16),
    root_key_id TEXT NOT NULL,
    origin TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TRIGGER instance_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON instance
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE instance ENABLE ALWAYS TRIGGER instance_append_only;

CREATE TABLE keys (
    purpose TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    wrapped BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (purpose, version)
);
CREATE TRIGGER keys_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON keys
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE keys ENABLE ALWAYS TRIGGER keys_append_only;

CREATE TABLE usage (
    id BYTEA PRIMARY KEY CHECK (octet_length(id) = 16),
    client TEXT NOT NULL,
    operation TEXT NOT NULL,
    hour BIGINT NOT NULL,
    requests BIGINT NOT NULL,
    identifiers BIGINT NOT NULL
);
CREATE INDEX usage_hour ON usage (hour);
CREATE TRIGGER usage_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON usage
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE usage ENABLE ALWAYS TRIGGER usage_append_only;

-- Answers go after 30 days; until then they stay what they were.
CREATE TABLE idempotency_keys (
    client TEXT NOT NULL,
    key_tag BYTEA NOT NULL,
    content_digest BYTEA NOT NULL,
    position BIGINT NOT NULL,
    time BIGINT NOT NULL,
    answer BYTEA NOT NULL,
    PRIMARY KEY (client, key_tag)
);
CREATE INDEX idempotency_keys_time ON idempotency_keys (time);
CREATE TRIGGER idempotency_keys_never_changes BEFORE UPDATE OR TRUNCATE ON idempotency_keys
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_never_changes();
ALTER TABLE idempotency_keys ENABLE ALWAYS TRIGGER idempotency_keys_never_changes;

-- They go once they have expired.
CREATE TABLE used_assertions (
    client TEXT NOT NULL,
    jti_tag BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (client, jti_tag)
);
CREATE INDEX used_assertions_expires_at ON used_assertions (expires_at);
CREATE TRIGGER used_assertions_never_changes BEFORE UPDATE OR TRUNCATE ON used_assertions
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_never_changes();
ALTER TABLE used_assertions ENABLE ALWAYS TRIGGER used_assertions_never_changes;

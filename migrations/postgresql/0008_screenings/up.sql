-- Certificates of screened files: what was counted and decided, nothing of what was in them.
CREATE TABLE screenings (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    id BYTEA NOT NULL UNIQUE CHECK (octet_length(id) = 16),
    channel TEXT NOT NULL,
    keep TEXT NOT NULL,
    changed_since BIGINT,
    controllers TEXT NOT NULL,
    columns_used TEXT NOT NULL,
    as_of_position BIGINT NOT NULL,
    as_of_time BIGINT NOT NULL,
    begun_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    clear_count BIGINT NOT NULL,
    blocked_count BIGINT NOT NULL,
    undecidable_count BIGINT NOT NULL,
    kept_count BIGINT NOT NULL,
    received_bytes BIGINT NOT NULL,
    sent_bytes BIGINT NOT NULL,
    received_digest BYTEA CHECK (octet_length(received_digest) = 32),
    sent_digest BYTEA CHECK (octet_length(sent_digest) = 32),
    failure TEXT,
    failure_line BIGINT,
    CHECK (clear_count + blocked_count + undecidable_count = row_count)
);
CREATE TRIGGER screenings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON screenings
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE screenings ENABLE ALWAYS TRIGGER screenings_append_only;

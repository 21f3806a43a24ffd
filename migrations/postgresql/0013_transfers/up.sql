-- Imports and exports: what was counted, nothing of what was in the files.
CREATE TABLE transfers (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    id BYTEA NOT NULL UNIQUE CHECK (octet_length(id) = 16),
    way TEXT NOT NULL CHECK (way IN ('import', 'export')),
    format TEXT NOT NULL,
    binding TEXT NOT NULL,
    channels INTEGER NOT NULL,
    as_of_position BIGINT NOT NULL,
    as_of_time BIGINT NOT NULL,
    begun_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    recorded_count BIGINT NOT NULL,
    known_count BIGINT NOT NULL,
    skipped_count BIGINT NOT NULL,
    refused_count BIGINT NOT NULL,
    byte_count BIGINT NOT NULL,
    salt BYTEA NOT NULL CHECK (octet_length(salt) = 32),
    digest BYTEA CHECK (octet_length(digest) = 32),
    failure TEXT,
    failure_line BIGINT,
    CHECK (recorded_count + known_count + skipped_count + refused_count = row_count)
);
CREATE TRIGGER transfers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transfers
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE transfers ENABLE ALWAYS TRIGGER transfers_append_only;

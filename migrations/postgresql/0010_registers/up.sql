-- National opt-out registers: what there is, which version came when, and whom it binds.
CREATE TABLE registers (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    id BYTEA NOT NULL UNIQUE CHECK (octet_length(id) = 16),
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    rules TEXT NOT NULL
);
CREATE TRIGGER registers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON registers
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE registers ENABLE ALWAYS TRIGGER registers_append_only;

-- The newest of a register is in force. Digests of the file are keyed.
CREATE TABLE register_versions (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    id BYTEA NOT NULL UNIQUE CHECK (octet_length(id) = 16),
    register BYTEA NOT NULL REFERENCES registers (id),
    version_date TEXT NOT NULL CHECK (length(version_date) = 10),
    key_version INTEGER NOT NULL,
    normaliser_version INTEGER NOT NULL,
    row_count BIGINT NOT NULL,
    tag_count BIGINT NOT NULL,
    piece_count BIGINT NOT NULL,
    received_bytes BIGINT NOT NULL,
    file_digest BYTEA NOT NULL CHECK (octet_length(file_digest) = 32),
    rows_digest BYTEA NOT NULL CHECK (octet_length(rows_digest) = 32),
    columns_used TEXT NOT NULL
);
CREATE INDEX register_versions_of ON register_versions (register, position);
CREATE TRIGGER register_versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON register_versions
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE register_versions ENABLE ALWAYS TRIGGER register_versions_append_only;

CREATE TABLE register_bindings (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    id BYTEA NOT NULL UNIQUE CHECK (octet_length(id) = 16),
    register BYTEA NOT NULL REFERENCES registers (id),
    binding TEXT NOT NULL,
    channels INTEGER NOT NULL
);
CREATE TRIGGER register_bindings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON register_bindings
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE register_bindings ENABLE ALWAYS TRIGGER register_bindings_append_only;

CREATE TABLE register_endings (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    binding BYTEA NOT NULL UNIQUE REFERENCES register_bindings (id)
);
CREATE TRIGGER register_endings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON register_endings
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE register_endings ENABLE ALWAYS TRIGGER register_endings_append_only;

-- The tags of a version, many in a row. They are written before the version is in the
-- ledger, and count from when it is; then none comes to it and none goes from it, until
-- a later version has replaced it.
CREATE TABLE register_rows (
    version BYTEA NOT NULL CHECK (octet_length(version) = 16),
    ordinal BIGINT NOT NULL,
    kinds BYTEA NOT NULL,
    tags BYTEA NOT NULL CHECK (octet_length(tags) = 32 * octet_length(kinds)),
    PRIMARY KEY (version, ordinal)
);
CREATE TRIGGER register_rows_never_changes BEFORE UPDATE OR TRUNCATE ON register_rows
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_never_changes();
ALTER TABLE register_rows ENABLE ALWAYS TRIGGER register_rows_never_changes;

CREATE FUNCTION nejtack_register_rows_come() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM register_versions WHERE id IN (SELECT DISTINCT version FROM come)) THEN
        RAISE EXCEPTION 'nejtack: refused: register_rows come before their version does'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER register_rows_come AFTER INSERT ON register_rows REFERENCING NEW TABLE AS come
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_register_rows_come();
ALTER TABLE register_rows ENABLE ALWAYS TRIGGER register_rows_come;

CREATE FUNCTION nejtack_register_rows_go() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM register_versions AS own
        WHERE own.id IN (SELECT DISTINCT version FROM gone) AND NOT EXISTS
            (SELECT 1 FROM register_versions AS later
             WHERE later.register = own.register AND later.position > own.position)
    ) THEN
        RAISE EXCEPTION 'nejtack: refused: register_rows go when their version was replaced'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER register_rows_go AFTER DELETE ON register_rows REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_register_rows_go();
ALTER TABLE register_rows ENABLE ALWAYS TRIGGER register_rows_go;

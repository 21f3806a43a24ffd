-- The ledger itself.

CREATE TABLE entries (
    position BIGINT PRIMARY KEY CHECK (position > 0),
    time BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject BYTEA,
    client TEXT NOT NULL,
    actor TEXT,
    body TEXT NOT NULL
);
CREATE INDEX entries_time ON entries (time, position);

CREATE TABLE entry_salts (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    leaf BYTEA NOT NULL CHECK (octet_length(leaf) = 32),
    submission BYTEA NOT NULL CHECK (octet_length(submission) = 32)
);

-- Updated with every group: room on its page keeps the old versions off the index.
CREATE TABLE head (
    id SMALLINT PRIMARY KEY CHECK (id = 1),
    position BIGINT NOT NULL,
    time BIGINT NOT NULL
) WITH (fillfactor = 10);
INSERT INTO head (id, position, time) VALUES (1, 0, 0);

-- Triggers a statement, not a row: they fire for ON CONFLICT DO UPDATE too, and
-- where no row is hit. ALWAYS: session_replication_role does not turn them off.
CREATE FUNCTION nejtack_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'nejtack: refused: % is append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION nejtack_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'nejtack: refused: rows of % never change', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- Positions have no gaps and times never fall, whoever writes. A position that
-- is taken is left to the primary key, which calls it a duplicate.
CREATE FUNCTION nejtack_entry_follows() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
DECLARE
    last_position BIGINT;
    last_time BIGINT;
BEGIN
    SELECT position, time INTO last_position, last_time
    FROM entries ORDER BY position DESC LIMIT 1;
    IF NEW.position < 1 OR NEW.position > COALESCE(last_position, 0) + 1 THEN
        RAISE EXCEPTION 'nejtack: refused: positions of entries are consecutive'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.position > last_position AND NEW.time < last_time THEN
        RAISE EXCEPTION 'nejtack: refused: an entry is not older than the one ahead of it'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION nejtack_head_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.position < OLD.position OR NEW.time < OLD.time THEN
        RAISE EXCEPTION 'nejtack: refused: the head never goes back'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER entries_insert BEFORE INSERT ON entries
FOR EACH ROW EXECUTE FUNCTION nejtack_entry_follows();
ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_insert;
CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_append_only;

-- Salts may be dropped, never changed.
CREATE TRIGGER entry_salts_never_changes BEFORE UPDATE OR TRUNCATE ON entry_salts
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_never_changes();
ALTER TABLE entry_salts ENABLE ALWAYS TRIGGER entry_salts_never_changes;

-- One row, which only moves forward.
CREATE TRIGGER head_forward BEFORE UPDATE ON head
FOR EACH ROW EXECUTE FUNCTION nejtack_head_forward();
ALTER TABLE head ENABLE ALWAYS TRIGGER head_forward;
CREATE TRIGGER head_stays BEFORE DELETE OR TRUNCATE ON head
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE head ENABLE ALWAYS TRIGGER head_stays;

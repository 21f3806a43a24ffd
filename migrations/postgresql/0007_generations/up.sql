-- Generations of tags: a rotation of the tag key writes the next one beside the one
-- in use, and an entry makes it the one in use.

-- The entry that brought the key; 0: it came with the instance.
ALTER TABLE keys ADD COLUMN position BIGINT NOT NULL DEFAULT 0;

-- Those that entries made the ones in use; the first is in no row.
CREATE TABLE tag_generations (
    version INTEGER PRIMARY KEY CHECK (version > 1),
    position BIGINT NOT NULL UNIQUE REFERENCES entries (position),
    from_version INTEGER NOT NULL CHECK (from_version < version),
    entries BIGINT NOT NULL,
    tags BIGINT NOT NULL,
    from_digest BYTEA NOT NULL CHECK (octet_length(from_digest) = 32),
    digest BYTEA NOT NULL CHECK (octet_length(digest) = 32)
);
CREATE TRIGGER tag_generations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tag_generations
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE tag_generations ENABLE ALWAYS TRIGGER tag_generations_append_only;

-- Of each entry whose tags were wrapped into a generation: their digest.
CREATE TABLE tag_digests (
    version INTEGER NOT NULL,
    position BIGINT NOT NULL,
    digest BYTEA NOT NULL CHECK (octet_length(digest) = 32),
    PRIMARY KEY (version, position)
);

-- What a rotation has replaced may go, and nothing newer.
CREATE FUNCTION nejtack_behind_a_rotation() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
DECLARE
    newest INTEGER;
    in_use INTEGER;
BEGIN
    SELECT MAX(version) INTO in_use FROM tag_generations;
    IF TG_TABLE_NAME = 'tags' THEN
        SELECT MAX(key_version) INTO newest FROM gone;
    ELSE
        SELECT MAX(version) INTO newest FROM gone;
    END IF;
    IF newest >= COALESCE(in_use, 0) THEN
        RAISE EXCEPTION 'nejtack: refused: rows of % go behind a rotation alone', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER tag_digests_never_changes BEFORE UPDATE OR TRUNCATE ON tag_digests
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_never_changes();
ALTER TABLE tag_digests ENABLE ALWAYS TRIGGER tag_digests_never_changes;
CREATE TRIGGER tag_digests_go AFTER DELETE ON tag_digests REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_behind_a_rotation();
ALTER TABLE tag_digests ENABLE ALWAYS TRIGGER tag_digests_go;

-- The key begins with the generation: each is read, and goes, in one piece.
ALTER TABLE tags DROP CONSTRAINT tags_pkey;
ALTER TABLE tags ADD PRIMARY KEY (key_version, position, ordinal);
DROP TRIGGER tags_append_only ON tags;
CREATE TRIGGER tags_never_changes BEFORE UPDATE OR TRUNCATE ON tags
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_never_changes();
ALTER TABLE tags ENABLE ALWAYS TRIGGER tags_never_changes;
CREATE TRIGGER tags_go AFTER DELETE ON tags REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_behind_a_rotation();
ALTER TABLE tags ENABLE ALWAYS TRIGGER tags_go;

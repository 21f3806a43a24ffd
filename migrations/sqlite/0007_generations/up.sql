-- Generations of tags: a rotation of the tag key writes the next one beside the one
-- in use, and an entry makes it the one in use.

-- The entry that brought the key; 0: it came with the instance.
ALTER TABLE keys ADD COLUMN position INTEGER NOT NULL DEFAULT 0;

-- Those that entries made the ones in use; the first is in no row.
CREATE TABLE tag_generations (
    version INTEGER NOT NULL PRIMARY KEY CHECK (version > 1),
    position INTEGER NOT NULL UNIQUE REFERENCES entries (position),
    from_version INTEGER NOT NULL CHECK (from_version < version),
    entries INTEGER NOT NULL,
    tags INTEGER NOT NULL,
    from_digest BLOB NOT NULL CHECK (length(from_digest) = 32),
    digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;
CREATE TRIGGER tag_generations_insert BEFORE INSERT ON tag_generations
WHEN EXISTS (SELECT 1 FROM tag_generations WHERE version = NEW.version)
    OR EXISTS (SELECT 1 FROM tag_generations WHERE position = NEW.position) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: tag_generations');
END;
CREATE TRIGGER tag_generations_update BEFORE UPDATE ON tag_generations BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: tag_generations is append-only');
END;
CREATE TRIGGER tag_generations_delete BEFORE DELETE ON tag_generations BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: tag_generations is append-only');
END;

-- Of each entry whose tags were wrapped into a generation: their digest.
CREATE TABLE tag_digests (
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (version, position)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER tag_digests_insert BEFORE INSERT ON tag_digests
WHEN EXISTS (SELECT 1 FROM tag_digests WHERE version = NEW.version AND position = NEW.position) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: tag_digests');
END;
CREATE TRIGGER tag_digests_update BEFORE UPDATE ON tag_digests BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: rows of tag_digests never change');
END;
CREATE TRIGGER tag_digests_delete BEFORE DELETE ON tag_digests
WHEN NOT EXISTS (SELECT 1 FROM tag_generations WHERE version > OLD.version) BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: rows of tag_digests go behind a rotation alone');
END;

-- The key begins with the generation: each is read, and goes, in one piece.
CREATE TABLE tags_by_generation (
    key_version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    objection INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    grade INTEGER NOT NULL,
    tag BLOB NOT NULL CHECK (length(tag) = 32),
    normaliser_version INTEGER NOT NULL,
    PRIMARY KEY (key_version, position, ordinal)
) STRICT, WITHOUT ROWID;
INSERT INTO tags_by_generation
    (key_version, position, ordinal, objection, kind, grade, tag, normaliser_version)
    SELECT key_version, position, ordinal, objection, kind, grade, tag, normaliser_version
    FROM tags ORDER BY key_version, position, ordinal;
DROP TABLE tags;
ALTER TABLE tags_by_generation RENAME TO tags;
CREATE TRIGGER tags_insert BEFORE INSERT ON tags
WHEN EXISTS (SELECT 1 FROM tags WHERE key_version = NEW.key_version AND position = NEW.position AND ordinal = NEW.ordinal) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: tags');
END;
CREATE TRIGGER tags_update BEFORE UPDATE ON tags BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: rows of tags never change');
END;
CREATE TRIGGER tags_delete BEFORE DELETE ON tags
WHEN NOT EXISTS (SELECT 1 FROM tag_generations WHERE version > OLD.key_version) BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: rows of tags go behind a rotation alone');
END;

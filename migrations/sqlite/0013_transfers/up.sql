-- Imports and exports: what was counted, nothing of what was in the files.
CREATE TABLE transfers (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    way TEXT NOT NULL CHECK (way IN ('import', 'export')),
    format TEXT NOT NULL,
    binding TEXT NOT NULL,
    channels INTEGER NOT NULL,
    as_of_position INTEGER NOT NULL,
    as_of_time INTEGER NOT NULL,
    begun_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    recorded_count INTEGER NOT NULL,
    known_count INTEGER NOT NULL,
    skipped_count INTEGER NOT NULL,
    refused_count INTEGER NOT NULL,
    byte_count INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 32),
    digest BLOB CHECK (length(digest) = 32),
    failure TEXT,
    failure_line INTEGER,
    CHECK (recorded_count + known_count + skipped_count + refused_count = row_count)
) STRICT;
CREATE TRIGGER transfers_insert BEFORE INSERT ON transfers
WHEN EXISTS (SELECT 1 FROM transfers WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM transfers WHERE id = NEW.id) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: transfers');
END;
CREATE TRIGGER transfers_update BEFORE UPDATE ON transfers BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: transfers is append-only');
END;
CREATE TRIGGER transfers_delete BEFORE DELETE ON transfers BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: transfers is append-only');
END;

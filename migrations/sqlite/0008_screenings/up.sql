-- Certificates of screened files: what was counted and decided, nothing of what was in them.
CREATE TABLE screenings (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    channel TEXT NOT NULL,
    keep TEXT NOT NULL,
    changed_since INTEGER,
    controllers TEXT NOT NULL,
    columns_used TEXT NOT NULL,
    as_of_position INTEGER NOT NULL,
    as_of_time INTEGER NOT NULL,
    begun_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    clear_count INTEGER NOT NULL,
    blocked_count INTEGER NOT NULL,
    undecidable_count INTEGER NOT NULL,
    kept_count INTEGER NOT NULL,
    received_bytes INTEGER NOT NULL,
    sent_bytes INTEGER NOT NULL,
    received_digest BLOB CHECK (length(received_digest) = 32),
    sent_digest BLOB CHECK (length(sent_digest) = 32),
    failure TEXT,
    failure_line INTEGER,
    CHECK (clear_count + blocked_count + undecidable_count = row_count)
) STRICT;
CREATE TRIGGER screenings_insert BEFORE INSERT ON screenings
WHEN EXISTS (SELECT 1 FROM screenings WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM screenings WHERE id = NEW.id) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: screenings');
END;
CREATE TRIGGER screenings_update BEFORE UPDATE ON screenings BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: screenings is append-only');
END;
CREATE TRIGGER screenings_delete BEFORE DELETE ON screenings BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: screenings is append-only');
END;

-- The ledger itself. Tables without a rowid wherever the key is not an integer:
-- a hidden rowid would be one more key that INSERT OR REPLACE could hit.

CREATE TABLE entries (
    position INTEGER NOT NULL PRIMARY KEY CHECK (position > 0),
    time INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject BLOB,
    client TEXT NOT NULL,
    actor TEXT,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX entries_time ON entries (time);

CREATE TABLE entry_salts (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    leaf BLOB NOT NULL CHECK (length(leaf) = 32),
    submission BLOB NOT NULL CHECK (length(submission) = 32)
) STRICT;

CREATE TABLE head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL,
    time INTEGER NOT NULL
) STRICT;
INSERT INTO head (id, position, time) VALUES (1, 0, 0);

-- Positions have no gaps and times never fall, whoever writes.
CREATE TRIGGER entries_insert BEFORE INSERT ON entries BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: entries')
    WHERE EXISTS (SELECT 1 FROM entries WHERE position = NEW.position);
    SELECT RAISE(ABORT, 'nejtack: refused: positions of entries are consecutive')
    WHERE NEW.position <> 1 + COALESCE((SELECT MAX(position) FROM entries), 0);
    SELECT RAISE(ABORT, 'nejtack: refused: an entry is not older than the one ahead of it')
    WHERE NEW.time < (SELECT time FROM entries WHERE position = NEW.position - 1);
END;
CREATE TRIGGER entries_update BEFORE UPDATE ON entries BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: entries is append-only');
END;
CREATE TRIGGER entries_delete BEFORE DELETE ON entries BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: entries is append-only');
END;

-- Salts may be dropped, never changed.
CREATE TRIGGER entry_salts_insert BEFORE INSERT ON entry_salts
WHEN EXISTS (SELECT 1 FROM entry_salts WHERE position = NEW.position) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: entry_salts');
END;
CREATE TRIGGER entry_salts_update BEFORE UPDATE ON entry_salts BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: rows of entry_salts never change');
END;

-- One row, which only moves forward.
CREATE TRIGGER head_insert BEFORE INSERT ON head BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: head');
END;
CREATE TRIGGER head_update BEFORE UPDATE ON head
WHEN NEW.position < OLD.position OR NEW.time < OLD.time BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: the head never goes back');
END;
CREATE TRIGGER head_delete BEFORE DELETE ON head BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: the head stays');
END;

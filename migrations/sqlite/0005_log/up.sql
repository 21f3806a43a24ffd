-- The log: a leaf for each entry, and the signed heads of its tree.

-- `hashes`: those of all subtrees that the leaf completes, itself first.
CREATE TABLE leaves (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    salt BLOB NOT NULL CHECK (length(salt) = 32),
    hashes BLOB NOT NULL CHECK (length(hashes) > 0 AND length(hashes) % 32 = 0)
) STRICT;
CREATE TRIGGER leaves_insert BEFORE INSERT ON leaves
WHEN EXISTS (SELECT 1 FROM leaves WHERE position = NEW.position) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: leaves');
END;
CREATE TRIGGER leaves_update BEFORE UPDATE ON leaves BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: leaves is append-only');
END;
CREATE TRIGGER leaves_delete BEFORE DELETE ON leaves BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: leaves is append-only');
END;

CREATE TABLE checkpoints (
    size INTEGER NOT NULL PRIMARY KEY CHECK (size >= 0),
    note TEXT NOT NULL
) STRICT;
CREATE TRIGGER checkpoints_insert BEFORE INSERT ON checkpoints
WHEN EXISTS (SELECT 1 FROM checkpoints WHERE size = NEW.size) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: checkpoints');
END;
CREATE TRIGGER checkpoints_update BEFORE UPDATE ON checkpoints BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: checkpoints is append-only');
END;
CREATE TRIGGER checkpoints_delete BEFORE DELETE ON checkpoints BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: checkpoints is append-only');
END;

-- The leaf's salt proves the entry and stays; what was submitted can be guessed
-- by whoever has the other one, so that goes with the originals.
CREATE TABLE submission_salts (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    salt BLOB NOT NULL CHECK (length(salt) = 32)
) STRICT;
INSERT INTO submission_salts (position, salt) SELECT position, submission FROM entry_salts;
CREATE TRIGGER submission_salts_insert BEFORE INSERT ON submission_salts
WHEN EXISTS (SELECT 1 FROM submission_salts WHERE position = NEW.position) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: submission_salts');
END;
CREATE TRIGGER submission_salts_update BEFORE UPDATE ON submission_salts BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: rows of submission_salts never change');
END;
DROP TABLE entry_salts;

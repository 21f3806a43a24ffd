-- What was shredded: keys of one purpose, of a range of entries. An entry may name
-- several ranges.
CREATE TABLE shreddings (
    position INTEGER NOT NULL REFERENCES entries (position),
    purpose INTEGER NOT NULL,
    first_position INTEGER NOT NULL CHECK (first_position > 0),
    last_position INTEGER NOT NULL CHECK (last_position >= first_position),
    PRIMARY KEY (position, purpose, first_position)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER shreddings_insert BEFORE INSERT ON shreddings
WHEN EXISTS (SELECT 1 FROM shreddings WHERE position = NEW.position AND purpose = NEW.purpose AND first_position = NEW.first_position) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: shreddings');
END;
CREATE TRIGGER shreddings_update BEFORE UPDATE ON shreddings BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: shreddings is append-only');
END;
CREATE TRIGGER shreddings_delete BEFORE DELETE ON shreddings BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: shreddings is append-only');
END;

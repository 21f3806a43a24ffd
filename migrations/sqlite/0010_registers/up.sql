-- National opt-out registers: what there is, which version came when, and whom it binds.
CREATE TABLE registers (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    rules TEXT NOT NULL
) STRICT;
CREATE TRIGGER registers_insert BEFORE INSERT ON registers
WHEN EXISTS (SELECT 1 FROM registers WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM registers WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM registers WHERE slug = NEW.slug)
    OR EXISTS (SELECT 1 FROM registers WHERE name = NEW.name) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: registers');
END;
CREATE TRIGGER registers_update BEFORE UPDATE ON registers BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: registers is append-only');
END;
CREATE TRIGGER registers_delete BEFORE DELETE ON registers BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: registers is append-only');
END;

-- The newest of a register is in force. Digests of the file are keyed.
CREATE TABLE register_versions (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    register BLOB NOT NULL REFERENCES registers (id),
    version_date TEXT NOT NULL CHECK (length(version_date) = 10),
    key_version INTEGER NOT NULL,
    normaliser_version INTEGER NOT NULL,
    row_count INTEGER NOT NULL,
    tag_count INTEGER NOT NULL,
    piece_count INTEGER NOT NULL,
    received_bytes INTEGER NOT NULL,
    file_digest BLOB NOT NULL CHECK (length(file_digest) = 32),
    rows_digest BLOB NOT NULL CHECK (length(rows_digest) = 32),
    columns_used TEXT NOT NULL
) STRICT;
CREATE INDEX register_versions_of ON register_versions (register, position);
CREATE TRIGGER register_versions_insert BEFORE INSERT ON register_versions
WHEN EXISTS (SELECT 1 FROM register_versions WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM register_versions WHERE id = NEW.id) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: register_versions');
END;
CREATE TRIGGER register_versions_update BEFORE UPDATE ON register_versions BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: register_versions is append-only');
END;
CREATE TRIGGER register_versions_delete BEFORE DELETE ON register_versions BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: register_versions is append-only');
END;

CREATE TABLE register_bindings (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    register BLOB NOT NULL REFERENCES registers (id),
    binding TEXT NOT NULL,
    channels INTEGER NOT NULL
) STRICT;
CREATE TRIGGER register_bindings_insert BEFORE INSERT ON register_bindings
WHEN EXISTS (SELECT 1 FROM register_bindings WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM register_bindings WHERE id = NEW.id) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: register_bindings');
END;
CREATE TRIGGER register_bindings_update BEFORE UPDATE ON register_bindings BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: register_bindings is append-only');
END;
CREATE TRIGGER register_bindings_delete BEFORE DELETE ON register_bindings BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: register_bindings is append-only');
END;

CREATE TABLE register_endings (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    binding BLOB NOT NULL UNIQUE REFERENCES register_bindings (id)
) STRICT;
CREATE TRIGGER register_endings_insert BEFORE INSERT ON register_endings
WHEN EXISTS (SELECT 1 FROM register_endings WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM register_endings WHERE binding = NEW.binding) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: register_endings');
END;
CREATE TRIGGER register_endings_update BEFORE UPDATE ON register_endings BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: register_endings is append-only');
END;
CREATE TRIGGER register_endings_delete BEFORE DELETE ON register_endings BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: register_endings is append-only');
END;

-- The tags of a version, many in a row. They are written before the version is in the
-- ledger, and count from when it is; then none comes to it and none goes from it, until
-- a later version has replaced it.
CREATE TABLE register_rows (
    version BLOB NOT NULL CHECK (length(version) = 16),
    ordinal INTEGER NOT NULL,
    kinds BLOB NOT NULL,
    tags BLOB NOT NULL CHECK (length(tags) = 32 * length(kinds)),
    PRIMARY KEY (version, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER register_rows_insert BEFORE INSERT ON register_rows
WHEN EXISTS (SELECT 1 FROM register_rows WHERE version = NEW.version AND ordinal = NEW.ordinal) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: register_rows');
END;
CREATE TRIGGER register_rows_late BEFORE INSERT ON register_rows
WHEN EXISTS (SELECT 1 FROM register_versions WHERE id = NEW.version) BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: register_rows come before their version does');
END;
CREATE TRIGGER register_rows_update BEFORE UPDATE ON register_rows BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: rows of register_rows never change');
END;
CREATE TRIGGER register_rows_delete BEFORE DELETE ON register_rows
WHEN EXISTS (SELECT 1 FROM register_versions AS own WHERE own.id = OLD.version AND NOT EXISTS
    (SELECT 1 FROM register_versions AS later
     WHERE later.register = own.register AND later.position > own.position)) BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: register_rows go when their version was replaced');
END;

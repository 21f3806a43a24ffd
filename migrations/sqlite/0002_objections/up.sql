-- Objections, their later events, and what hangs on them.

CREATE TABLE objections (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    client TEXT NOT NULL,
    actor TEXT,
    source TEXT NOT NULL,
    right_used TEXT NOT NULL,
    channels INTEGER NOT NULL,
    binding TEXT NOT NULL,
    objected_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    reference_tag BLOB,
    content_digest BLOB NOT NULL,
    warnings TEXT NOT NULL,
    details TEXT NOT NULL,
    purpose TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    UNIQUE (client, reference_tag)
) STRICT;
CREATE TRIGGER objections_insert BEFORE INSERT ON objections
WHEN EXISTS (SELECT 1 FROM objections WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM objections WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM objections WHERE client = NEW.client AND reference_tag = NEW.reference_tag) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: objections');
END;
CREATE TRIGGER objections_update BEFORE UPDATE ON objections BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: objections is append-only');
END;
CREATE TRIGGER objections_delete BEFORE DELETE ON objections BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: objections is append-only');
END;

CREATE TABLE objection_events (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    objection INTEGER NOT NULL REFERENCES objections (position),
    kind TEXT NOT NULL,
    client TEXT NOT NULL,
    actor TEXT,
    channels INTEGER NOT NULL,
    binding TEXT NOT NULL,
    reason TEXT,
    received_at INTEGER NOT NULL,
    warnings TEXT NOT NULL
) STRICT;
CREATE INDEX objection_events_objection ON objection_events (objection);
CREATE TRIGGER objection_events_insert BEFORE INSERT ON objection_events
WHEN EXISTS (SELECT 1 FROM objection_events WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM objection_events WHERE id = NEW.id) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: objection_events');
END;
CREATE TRIGGER objection_events_update BEFORE UPDATE ON objection_events BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: objection_events is append-only');
END;
CREATE TRIGGER objection_events_delete BEFORE DELETE ON objection_events BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: objection_events is append-only');
END;

-- No foreign keys: PostgreSQL would lock (and log) the row that each tag refers
-- to. No index but the key: see "Tags" in migrations/README.md.
CREATE TABLE tags (
    position INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    objection INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    grade INTEGER NOT NULL,
    tag BLOB NOT NULL CHECK (length(tag) = 32),
    key_version INTEGER NOT NULL,
    normaliser_version INTEGER NOT NULL,
    PRIMARY KEY (position, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER tags_insert BEFORE INSERT ON tags
WHEN EXISTS (SELECT 1 FROM tags WHERE position = NEW.position AND ordinal = NEW.ordinal) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: tags');
END;
CREATE TRIGGER tags_update BEFORE UPDATE ON tags BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: tags is append-only');
END;
CREATE TRIGGER tags_delete BEFORE DELETE ON tags BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: tags is append-only');
END;

CREATE TABLE originals (
    position INTEGER NOT NULL REFERENCES entries (position),
    ordinal INTEGER NOT NULL,
    field TEXT NOT NULL,
    key_purpose INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (position, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER originals_insert BEFORE INSERT ON originals
WHEN EXISTS (SELECT 1 FROM originals WHERE position = NEW.position AND ordinal = NEW.ordinal) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: originals');
END;
CREATE TRIGGER originals_update BEFORE UPDATE ON originals BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: originals is append-only');
END;
CREATE TRIGGER originals_delete BEFORE DELETE ON originals BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: originals is append-only');
END;

-- The one thing that shredding deletes.
CREATE TABLE record_keys (
    position INTEGER NOT NULL REFERENCES entries (position),
    purpose INTEGER NOT NULL,
    data_key_version INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (position, purpose)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER record_keys_insert BEFORE INSERT ON record_keys
WHEN EXISTS (SELECT 1 FROM record_keys WHERE position = NEW.position AND purpose = NEW.purpose) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: record_keys');
END;
CREATE TRIGGER record_keys_update BEFORE UPDATE ON record_keys BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: rows of record_keys never change');
END;

-- One original can hold several values that could not be read.
CREATE TABLE review_items (
    position INTEGER NOT NULL REFERENCES entries (position),
    ordinal INTEGER NOT NULL,
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    objection INTEGER NOT NULL REFERENCES objections (position),
    pointer TEXT NOT NULL,
    code TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX review_items_place ON review_items (position, ordinal);
CREATE TRIGGER review_items_insert BEFORE INSERT ON review_items
WHEN EXISTS (SELECT 1 FROM review_items WHERE id = NEW.id) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: review_items');
END;
CREATE TRIGGER review_items_update BEFORE UPDATE ON review_items BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: review_items is append-only');
END;
CREATE TRIGGER review_items_delete BEFORE DELETE ON review_items BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: review_items is append-only');
END;

CREATE TABLE review_clearances (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    item BLOB NOT NULL UNIQUE REFERENCES review_items (id),
    outcome TEXT NOT NULL
) STRICT;
CREATE TRIGGER review_clearances_insert BEFORE INSERT ON review_clearances
WHEN EXISTS (SELECT 1 FROM review_clearances WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM review_clearances WHERE item = NEW.item) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: review_clearances');
END;
CREATE TRIGGER review_clearances_update BEFORE UPDATE ON review_clearances BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: review_clearances is append-only');
END;
CREATE TRIGGER review_clearances_delete BEFORE DELETE ON review_clearances BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: review_clearances is append-only');
END;

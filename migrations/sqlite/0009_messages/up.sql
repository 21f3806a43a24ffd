-- Messages that people sent to a gateway and that need somebody to look at them, and
-- what staff made of them. What was written is sealed, among the originals.
CREATE TABLE messages (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    client TEXT NOT NULL,
    form TEXT NOT NULL,
    code TEXT NOT NULL,
    binding TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    reference_tag BLOB UNIQUE CHECK (length(reference_tag) = 32),
    content_digest BLOB NOT NULL CHECK (length(content_digest) = 32)
) STRICT;
CREATE TRIGGER messages_insert BEFORE INSERT ON messages
WHEN EXISTS (SELECT 1 FROM messages WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM messages WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM messages WHERE reference_tag = NEW.reference_tag) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: messages');
END;
CREATE TRIGGER messages_update BEFORE UPDATE ON messages BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: messages is append-only');
END;
CREATE TRIGGER messages_delete BEFORE DELETE ON messages BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: messages is append-only');
END;

CREATE TABLE message_clearances (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    message BLOB NOT NULL UNIQUE REFERENCES messages (id),
    outcome TEXT NOT NULL,
    objection BLOB CHECK (length(objection) = 16)
) STRICT;
CREATE TRIGGER message_clearances_insert BEFORE INSERT ON message_clearances
WHEN EXISTS (SELECT 1 FROM message_clearances WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM message_clearances WHERE message = NEW.message) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: message_clearances');
END;
CREATE TRIGGER message_clearances_update BEFORE UPDATE ON message_clearances BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: message_clearances is append-only');
END;
CREATE TRIGGER message_clearances_delete BEFORE DELETE ON message_clearances BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: message_clearances is append-only');
END;

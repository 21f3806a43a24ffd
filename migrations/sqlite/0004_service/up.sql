-- What the service itself needs.

-- One row, whatever its id.
CREATE TABLE instance (
    only_one INTEGER NOT NULL PRIMARY KEY DEFAULT 1 CHECK (only_one = 1),
    id BLOB NOT NULL CHECK (length(id) = 16),
    root_key_id TEXT NOT NULL,
    origin TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER instance_insert BEFORE INSERT ON instance
WHEN EXISTS (SELECT 1 FROM instance) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: instance');
END;
CREATE TRIGGER instance_update BEFORE UPDATE ON instance BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: instance is append-only');
END;
CREATE TRIGGER instance_delete BEFORE DELETE ON instance BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: instance is append-only');
END;

CREATE TABLE keys (
    purpose TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (purpose, version)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER keys_insert BEFORE INSERT ON keys
WHEN EXISTS (SELECT 1 FROM keys WHERE purpose = NEW.purpose AND version = NEW.version) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: keys');
END;
CREATE TRIGGER keys_update BEFORE UPDATE ON keys BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: keys is append-only');
END;
CREATE TRIGGER keys_delete BEFORE DELETE ON keys BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: keys is append-only');
END;

CREATE TABLE usage (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    client TEXT NOT NULL,
    operation TEXT NOT NULL,
    hour INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    identifiers INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_hour ON usage (hour);
CREATE TRIGGER usage_insert BEFORE INSERT ON usage
WHEN EXISTS (SELECT 1 FROM usage WHERE id = NEW.id) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: usage');
END;
CREATE TRIGGER usage_update BEFORE UPDATE ON usage BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: usage is append-only');
END;
CREATE TRIGGER usage_delete BEFORE DELETE ON usage BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: usage is append-only');
END;

-- Answers go after 30 days; until then they stay what they were.
CREATE TABLE idempotency_keys (
    client TEXT NOT NULL,
    key_tag BLOB NOT NULL,
    content_digest BLOB NOT NULL,
    position INTEGER NOT NULL,
    time INTEGER NOT NULL,
    answer BLOB NOT NULL,
    PRIMARY KEY (client, key_tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_time ON idempotency_keys (time);
CREATE TRIGGER idempotency_keys_insert BEFORE INSERT ON idempotency_keys
WHEN EXISTS (SELECT 1 FROM idempotency_keys WHERE client = NEW.client AND key_tag = NEW.key_tag) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: idempotency_keys');
END;
CREATE TRIGGER idempotency_keys_update BEFORE UPDATE ON idempotency_keys BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: rows of idempotency_keys never change');
END;

-- They go once they have expired.
CREATE TABLE used_assertions (
    client TEXT NOT NULL,
    jti_tag BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (client, jti_tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX used_assertions_expires_at ON used_assertions (expires_at);
CREATE TRIGGER used_assertions_insert BEFORE INSERT ON used_assertions
WHEN EXISTS (SELECT 1 FROM used_assertions WHERE client = NEW.client AND jti_tag = NEW.jti_tag) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: used_assertions');
END;
CREATE TRIGGER used_assertions_update BEFORE UPDATE ON used_assertions BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: rows of used_assertions never change');
END;

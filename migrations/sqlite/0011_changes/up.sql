-- How far each consumer of the change feed has applied it, as it said itself.
CREATE TABLE acknowledgements (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    client TEXT NOT NULL,
    acknowledged INTEGER NOT NULL CHECK (acknowledged > 0 AND acknowledged < position),
    received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX acknowledgements_client ON acknowledgements (client, acknowledged);
CREATE TRIGGER acknowledgements_insert BEFORE INSERT ON acknowledgements
WHEN EXISTS (SELECT 1 FROM acknowledgements WHERE position = NEW.position) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: acknowledgements');
END;
CREATE TRIGGER acknowledgements_update BEFORE UPDATE ON acknowledgements BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: acknowledgements is append-only');
END;
CREATE TRIGGER acknowledgements_delete BEFORE DELETE ON acknowledgements BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: acknowledgements is append-only');
END;

-- Endpoints of webhooks, version by version; URL and keys are sealed in the state.
CREATE TABLE webhook_versions (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    webhook BLOB NOT NULL CHECK (length(webhook) = 16),
    state TEXT NOT NULL
) STRICT;
CREATE INDEX webhook_versions_webhook ON webhook_versions (webhook, position);
CREATE TRIGGER webhook_versions_insert BEFORE INSERT ON webhook_versions
WHEN EXISTS (SELECT 1 FROM webhook_versions WHERE position = NEW.position) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: webhook_versions');
END;
CREATE TRIGGER webhook_versions_update BEFORE UPDATE ON webhook_versions BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: webhook_versions is append-only');
END;
CREATE TRIGGER webhook_versions_delete BEFORE DELETE ON webhook_versions BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: webhook_versions is append-only');
END;

-- Up to which entry deliveries have been made for an endpoint: only ever forward.
CREATE TABLE webhook_cursors (
    webhook BLOB NOT NULL PRIMARY KEY CHECK (length(webhook) = 16),
    position INTEGER NOT NULL CHECK (position >= 0)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER webhook_cursors_insert BEFORE INSERT ON webhook_cursors
WHEN EXISTS (SELECT 1 FROM webhook_cursors WHERE webhook = NEW.webhook) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: webhook_cursors');
END;
CREATE TRIGGER webhook_cursors_update BEFORE UPDATE ON webhook_cursors
WHEN NEW.webhook <> OLD.webhook OR NEW.position < OLD.position BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: webhook_cursors only moves forward');
END;
CREATE TRIGGER webhook_cursors_delete BEFORE DELETE ON webhook_cursors BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: webhook_cursors only moves forward');
END;

-- What is to be sent, and what became of it. Derived from entries, which are the outbox.
CREATE TABLE webhook_deliveries (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    webhook BLOB NOT NULL CHECK (length(webhook) = 16),
    position INTEGER NOT NULL REFERENCES entries (position),
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'given_up')),
    attempts INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    leased_until INTEGER NOT NULL,
    attempted_at INTEGER,
    answered INTEGER,
    failure TEXT,
    ended_at INTEGER,
    UNIQUE (webhook, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, due_at) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX webhook_deliveries_given_up ON webhook_deliveries (webhook) WHERE status = 'given_up';
CREATE TRIGGER webhook_deliveries_insert BEFORE INSERT ON webhook_deliveries
WHEN EXISTS (SELECT 1 FROM webhook_deliveries WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM webhook_deliveries WHERE webhook = NEW.webhook AND position = NEW.position) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: webhook_deliveries');
END;
CREATE TRIGGER webhook_deliveries_update BEFORE UPDATE ON webhook_deliveries
WHEN NEW.id <> OLD.id OR NEW.webhook <> OLD.webhook OR NEW.position <> OLD.position
    OR NEW.kind <> OLD.kind OR NEW.body <> OLD.body OR NEW.created_at <> OLD.created_at BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: what webhook_deliveries sends never changes');
END;
CREATE TRIGGER webhook_deliveries_delete BEFORE DELETE ON webhook_deliveries
WHEN OLD.ended_at IS NULL BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: webhook_deliveries go when they have ended');
END;

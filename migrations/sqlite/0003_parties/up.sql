-- Controllers and groups, and clients: a change is a new row.

CREATE TABLE controllers (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    organisation_number TEXT,
    region TEXT NOT NULL
) STRICT;
CREATE TRIGGER controllers_insert BEFORE INSERT ON controllers
WHEN EXISTS (SELECT 1 FROM controllers WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM controllers WHERE id = NEW.id) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: controllers');
END;
CREATE TRIGGER controllers_update BEFORE UPDATE ON controllers BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: controllers is append-only');
END;
CREATE TRIGGER controllers_delete BEFORE DELETE ON controllers BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: controllers is append-only');
END;

CREATE TABLE groups (
    position INTEGER NOT NULL PRIMARY KEY REFERENCES entries (position),
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16)
) STRICT;
CREATE TRIGGER groups_insert BEFORE INSERT ON groups
WHEN EXISTS (SELECT 1 FROM groups WHERE position = NEW.position)
    OR EXISTS (SELECT 1 FROM groups WHERE id = NEW.id) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: groups');
END;
CREATE TRIGGER groups_update BEFORE UPDATE ON groups BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: groups is append-only');
END;
CREATE TRIGGER groups_delete BEFORE DELETE ON groups BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: groups is append-only');
END;

CREATE TABLE party_names (
    position INTEGER NOT NULL REFERENCES entries (position),
    party BLOB NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (position, party)
) STRICT, WITHOUT ROWID;
CREATE INDEX party_names_slug ON party_names (slug);
CREATE INDEX party_names_name ON party_names (name);
CREATE TRIGGER party_names_insert BEFORE INSERT ON party_names
WHEN EXISTS (SELECT 1 FROM party_names WHERE position = NEW.position AND party = NEW.party) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: party_names');
END;
CREATE TRIGGER party_names_update BEFORE UPDATE ON party_names BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: party_names is append-only');
END;
CREATE TRIGGER party_names_delete BEFORE DELETE ON party_names BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: party_names is append-only');
END;

CREATE TABLE membership_events (
    position INTEGER NOT NULL REFERENCES entries (position),
    group_id BLOB NOT NULL REFERENCES groups (id),
    controller_id BLOB NOT NULL REFERENCES controllers (id),
    began INTEGER NOT NULL CHECK (began IN (0, 1)),
    PRIMARY KEY (position, group_id, controller_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER membership_events_insert BEFORE INSERT ON membership_events
WHEN EXISTS (SELECT 1 FROM membership_events WHERE position = NEW.position AND group_id = NEW.group_id AND controller_id = NEW.controller_id) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: membership_events');
END;
CREATE TRIGGER membership_events_update BEFORE UPDATE ON membership_events BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: membership_events is append-only');
END;
CREATE TRIGGER membership_events_delete BEFORE DELETE ON membership_events BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: membership_events is append-only');
END;

CREATE TABLE client_versions (
    position INTEGER NOT NULL REFERENCES entries (position),
    client TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (position, client)
) STRICT, WITHOUT ROWID;
CREATE INDEX client_versions_client ON client_versions (client, position);
CREATE TRIGGER client_versions_insert BEFORE INSERT ON client_versions
WHEN EXISTS (SELECT 1 FROM client_versions WHERE position = NEW.position AND client = NEW.client) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: client_versions');
END;
CREATE TRIGGER client_versions_update BEFORE UPDATE ON client_versions BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: client_versions is append-only');
END;
CREATE TRIGGER client_versions_delete BEFORE DELETE ON client_versions BEGIN
    SELECT RAISE(ABORT, 'nejtack: refused: client_versions is append-only');
END;

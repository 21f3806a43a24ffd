-- Controllers and groups, and clients: a change is a new row.

CREATE TABLE controllers (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    id BYTEA NOT NULL UNIQUE CHECK (octet_length(id) = 16),
    organisation_number TEXT,
    region TEXT NOT NULL
);
CREATE TRIGGER controllers_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON controllers
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE controllers ENABLE ALWAYS TRIGGER controllers_append_only;

CREATE TABLE groups (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    id BYTEA NOT NULL UNIQUE CHECK (octet_length(id) = 16)
);
CREATE TRIGGER groups_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON groups
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE groups ENABLE ALWAYS TRIGGER groups_append_only;

CREATE TABLE party_names (
    position BIGINT NOT NULL REFERENCES entries (position),
    party BYTEA NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (position, party)
);
CREATE INDEX party_names_slug ON party_names (slug);
CREATE INDEX party_names_name ON party_names (name);
CREATE TRIGGER party_names_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON party_names
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE party_names ENABLE ALWAYS TRIGGER party_names_append_only;

CREATE TABLE membership_events (
    position BIGINT NOT NULL REFERENCES entries (position),
    group_id BYTEA NOT NULL REFERENCES groups (id),
    controller_id BYTEA NOT NULL REFERENCES controllers (id),
    began BOOLEAN NOT NULL,
    PRIMARY KEY (position, group_id, controller_id)
);
CREATE TRIGGER membership_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON membership_events
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE membership_events ENABLE ALWAYS TRIGGER membership_events_append_only;

CREATE TABLE client_versions (
    position BIGINT NOT NULL REFERENCES entries (position),
    client TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (position, client)
);
CREATE INDEX client_versions_client ON client_versions (client, position);
CREATE TRIGGER client_versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON client_versions
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE client_versions ENABLE ALWAYS TRIGGER client_versions_append_only;

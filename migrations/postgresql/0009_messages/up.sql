-- Messages that people sent to a gateway and that need somebody to look at them, and
-- what staff made of them. What was written is sealed, among the originals.
CREATE TABLE messages (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    id BYTEA NOT NULL UNIQUE CHECK (octet_length(id) = 16),
    client TEXT NOT NULL,
    form TEXT NOT NULL,
    code TEXT NOT NULL,
    binding TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    reference_tag BYTEA UNIQUE CHECK (octet_length(reference_tag) = 32),
    content_digest BYTEA NOT NULL CHECK (octet_length(content_digest) = 32)
);
CREATE TRIGGER messages_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON messages
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE messages ENABLE ALWAYS TRIGGER messages_append_only;

CREATE TABLE message_clearances (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    message BYTEA NOT NULL UNIQUE REFERENCES messages (id),
    outcome TEXT NOT NULL,
    objection BYTEA CHECK (octet_length(objection) = 16)
);
CREATE TRIGGER message_clearances_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON message_clearances
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE message_clearances ENABLE ALWAYS TRIGGER message_clearances_append_only;

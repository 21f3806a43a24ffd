-- The log: a leaf for each entry, and the signed heads of its tree.

-- `hashes`: those of all subtrees that the leaf completes, itself first.
CREATE TABLE leaves (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    salt BYTEA NOT NULL CHECK (octet_length(salt) = 32),
    hashes BYTEA NOT NULL CHECK (octet_length(hashes) > 0 AND octet_length(hashes) % 32 = 0)
);
CREATE TRIGGER leaves_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON leaves
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE leaves ENABLE ALWAYS TRIGGER leaves_append_only;

CREATE TABLE checkpoints (
    size BIGINT PRIMARY KEY CHECK (size >= 0),
    note TEXT NOT NULL
);
CREATE TRIGGER checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE checkpoints ENABLE ALWAYS TRIGGER checkpoints_append_only;

-- The leaf's salt proves the entry and stays; what was submitted can be guessed
-- by whoever has the other one, so that goes with the originals.
CREATE TABLE submission_salts (
    position BIGINT PRIMARY KEY REFERENCES entries (position),
    salt BYTEA NOT NULL CHECK (octet_length(salt) = 32)
);
INSERT INTO submission_salts (position, salt) SELECT position, submission FROM entry_salts;
CREATE TRIGGER submission_salts_never_changes BEFORE UPDATE OR TRUNCATE ON submission_salts
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_never_changes();
ALTER TABLE submission_salts ENABLE ALWAYS TRIGGER submission_salts_never_changes;
DROP TABLE entry_salts;

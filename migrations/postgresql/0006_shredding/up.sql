-- What was shredded: keys of one purpose, of a range of entries. An entry may name
-- several ranges.
CREATE TABLE shreddings (
    position BIGINT NOT NULL REFERENCES entries (position),
    purpose SMALLINT NOT NULL,
    first_position BIGINT NOT NULL CHECK (first_position > 0),
    last_position BIGINT NOT NULL CHECK (last_position >= first_position),
    PRIMARY KEY (position, purpose, first_position)
);
CREATE TRIGGER shreddings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON shreddings
FOR EACH STATEMENT EXECUTE FUNCTION nejtack_append_only();
ALTER TABLE shreddings ENABLE ALWAYS TRIGGER shreddings_append_only;

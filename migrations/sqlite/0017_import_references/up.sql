-- A row of a list is known again whoever imports it: two administrators who import the
-- same list at once record it once.
CREATE UNIQUE INDEX objections_imported ON objections (reference_tag) WHERE source = 'import';
CREATE TRIGGER objections_imported_insert BEFORE INSERT ON objections
WHEN NEW.source = 'import'
    AND EXISTS (SELECT 1 FROM objections WHERE source = 'import' AND reference_tag = NEW.reference_tag) BEGIN
    SELECT RAISE(ABORT, 'nejtack: duplicate: objections');
END;

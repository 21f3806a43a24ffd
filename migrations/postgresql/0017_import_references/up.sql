-- A row of a list is known again whoever imports it: two administrators who import the
-- same list at once record it once.
CREATE UNIQUE INDEX objections_imported ON objections (reference_tag) WHERE source = 'import';

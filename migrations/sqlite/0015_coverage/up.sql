-- What every row of a version has, and what it can therefore be asked by: JSON. None of
-- the versions before this said so.
ALTER TABLE register_versions ADD COLUMN coverage TEXT;
-- Which versions of which registers counted: JSON. Nor did screenings say so.
ALTER TABLE screenings ADD COLUMN registers TEXT;

-- The parts of a planned way where there is no street, between door and street, so
-- that maps show them as such. Routes of before have none marked.
ALTER TABLE rounds.routes ADD COLUMN off_road public.geometry(MultiLineString, 4326) NOT NULL
    DEFAULT public.ST_GeomFromText('MULTILINESTRING EMPTY', 4326);

-- Heights of the ground for hill shading: pictures of the web map's tiles, made of files of
-- elevation by rounds import elevation. They are the base map's, and for everybody signed in.
CREATE TABLE rounds.height_tiles (
    zoom smallint NOT NULL,
    x integer NOT NULL,
    y integer NOT NULL,
    picture bytea NOT NULL CHECK (octet_length(picture) BETWEEN 1 AND 1000000),
    PRIMARY KEY (zoom, x, y)
);
-- A PNG is packed already.
ALTER TABLE rounds.height_tiles ALTER COLUMN picture SET STORAGE EXTERNAL;
ALTER TABLE rounds.height_tiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.height_tiles FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON rounds.height_tiles TO rounds_app;
CREATE POLICY read ON rounds.height_tiles FOR SELECT TO rounds_app USING ((SELECT rounds.principal_role()) <> 'nobody');
CREATE POLICY write ON rounds.height_tiles TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:import') WITH CHECK ((SELECT rounds.principal_role()) = 'service:import');

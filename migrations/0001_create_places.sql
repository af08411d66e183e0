-- Places: the tree of areas, households, and what the base map draws. No table
-- here holds a person; what each column is for stands in the data dictionary.

CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Logins belong to the server: another database of it may have made them, even
-- at this moment.
DO $$
DECLARE
    login text;
BEGIN
    FOREACH login IN ARRAY ARRAY['rounds_app', 'rounds_stats'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', login);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
END
$$;

CREATE SCHEMA rounds;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public, rounds TO rounds_app, rounds_stats;

-- Closed lists are types: the application's login cannot add to them.
CREATE TYPE rounds.area_level AS ENUM ('county', 'town', 'village', 'grid');
CREATE TYPE rounds.role AS ENUM ('worker', 'supervisor', 'case_handler', 'analyst', 'dpo', 'administrator');
CREATE TYPE rounds.purpose AS ENUM ('fire_safety', 'welfare_after_event', 'service_information', 'census_follow_up', 'requested_follow_up');
CREATE TYPE rounds.building_type AS ENUM ('house', 'apartments', 'farm', 'institution', 'other');
CREATE TYPE rounds.map_class AS ENUM ('street', 'building', 'water', 'green', 'rail', 'boundary', 'place');

-- Every other text is of a class with a length and a pattern, so that no column
-- can take a note about people. None takes control characters or nine digits in
-- a row: identity, phone and household-register numbers have more or as many. A
-- source key may (cadastres do); the import refuses those numbers by checksum.
CREATE DOMAIN rounds.source_key AS text CHECK (VALUE ~ '^[^[:cntrl:]]{1,64}$');
CREATE DOMAIN rounds.area_name AS text CHECK (VALUE ~ '^[^[:cntrl:]]{1,120}$' AND VALUE !~ '[0-9]{9}');
CREATE DOMAIN rounds.address_part AS text CHECK (VALUE ~ '^[^[:cntrl:]]{1,120}$' AND VALUE !~ '[0-9]{9}');
CREATE DOMAIN rounds.address_number AS text CHECK (VALUE ~ '^[^[:cntrl:]]{1,24}$' AND VALUE !~ '[0-9]{9}');
CREATE DOMAIN rounds.extract_file AS text CHECK (VALUE ~ '^[0-9a-f]{64}\.osm(\.pbf|\.bz2|\.gz)?$');
CREATE DOMAIN rounds.map_name AS text CHECK (VALUE ~ '^[^[:cntrl:]]{1,120}$');
CREATE DOMAIN rounds.map_kind AS text CHECK (VALUE ~ '^[a-z0-9_:;/. -]{1,40}$');

-- Who is asking, set for one transaction by the one helper that may query.
-- After a commit a local setting is '' and not NULL, hence nullif.
CREATE FUNCTION rounds.principal_account() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('rounds.account', true), '')::uuid $$;

-- A role of the closed list, or the name of a service of the server itself:
-- service:login, service:import, service:planning, service:tiles, service:operator.
CREATE FUNCTION rounds.principal_role() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(nullif(current_setting('rounds.role', true), ''), 'nobody') $$;

CREATE TABLE rounds.areas (
    id          uuid PRIMARY KEY,
    parent_id   uuid REFERENCES rounds.areas,
    level       rounds.area_level NOT NULL,
    source_key  rounds.source_key NOT NULL UNIQUE,
    name        rounds.area_name NOT NULL,
    name_zh     rounds.area_name,
    dwellings   integer NOT NULL DEFAULT 0 CHECK (dwellings >= 0), -- doors, as they stand now
    outline     geometry(MultiPolygon, 4326) NOT NULL,
    CHECK (parent_id <> id)
);
CREATE INDEX areas_parent_id ON rounds.areas (parent_id);
CREATE INDEX areas_outline ON rounds.areas USING gist (outline);

-- Every area with each of its ancestors and itself: what a grant covers is one
-- look-up, not a walk down the tree.
CREATE TABLE rounds.area_paths (
    area_id     uuid NOT NULL REFERENCES rounds.areas ON DELETE CASCADE,
    ancestor_id uuid NOT NULL REFERENCES rounds.areas ON DELETE CASCADE,
    PRIMARY KEY (ancestor_id, area_id)
);
CREATE INDEX area_paths_area_id ON rounds.area_paths (area_id);

CREATE FUNCTION rounds.refresh_area_paths() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    DELETE FROM rounds.area_paths;
    INSERT INTO rounds.area_paths (area_id, ancestor_id)
    WITH RECURSIVE up (area_id, ancestor_id) AS (
        SELECT id, id FROM rounds.areas
        UNION
        SELECT up.area_id, a.parent_id FROM up JOIN rounds.areas a ON a.id = up.ancestor_id WHERE a.parent_id IS NOT NULL
    )
    SELECT area_id, ancestor_id FROM up;
    RETURN NULL;
END
$$;
CREATE TRIGGER areas_paths AFTER INSERT OR DELETE OR UPDATE OF parent_id ON rounds.areas
    FOR EACH STATEMENT EXECUTE FUNCTION rounds.refresh_area_paths();

-- A place to visit. id is an HMAC of the source key, so that a place that is not
-- there leaves no gap in a sequence. cell is the H3 leaf (resolution 10).
CREATE TABLE rounds.households (
    id            uuid PRIMARY KEY,
    area_id       uuid NOT NULL REFERENCES rounds.areas,
    source_key    rounds.source_key NOT NULL UNIQUE,
    street        rounds.address_part,
    house_number  rounds.address_number,
    unit          rounds.address_number,
    postcode      rounds.address_number,
    place         rounds.address_part,
    doors         smallint NOT NULL CHECK (doors BETWEEN 1 AND 2000),
    building      rounds.building_type NOT NULL DEFAULT 'other',
    window_opens  time,
    window_closes time,
    cell          bigint NOT NULL,
    at            geometry(Point, 4326) NOT NULL,
    CHECK ((window_opens IS NULL) = (window_closes IS NULL)),
    CHECK (window_opens < window_closes)
);
-- Row-level security turns the GiST index off (&& is not leakproof), so a
-- viewport is filtered by cells first.
CREATE INDEX households_cell ON rounds.households (cell, area_id);
CREATE INDEX households_area_id ON rounds.households (area_id);
CREATE INDEX households_at ON rounds.households USING gist (at);

-- A place that asked never to be visited: HMACs of its address and building are
-- all that stays. The key lies outside the database.
CREATE TABLE rounds.refusals (
    address_hmac bytea PRIMARY KEY CHECK (length(address_hmac) = 32)
);

-- Groups of at least 20 dwellings, made of whole leaf cells of one grid and
-- frozen: what everybody above the own supervisor sees. dwellings is the number
-- now, so that a place which refuses leaves no trace in it.
CREATE TABLE rounds.dwelling_groups (
    id        uuid PRIMARY KEY,
    area_id   uuid NOT NULL REFERENCES rounds.areas,
    dwellings integer NOT NULL CHECK (dwellings >= 0)
);
CREATE INDEX dwelling_groups_area_id ON rounds.dwelling_groups (area_id);
CREATE FUNCTION rounds.check_group() RETURNS trigger
    LANGUAGE plpgsql SET search_path = rounds, pg_temp AS $$
BEGIN
    IF NEW.dwellings < 20 THEN
        RAISE EXCEPTION 'a group needs at least 20 dwellings' USING ERRCODE = 'check_violation', CONSTRAINT = 'dwelling_groups_twenty';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER dwelling_groups_cut BEFORE INSERT ON rounds.dwelling_groups FOR EACH ROW EXECUTE FUNCTION rounds.check_group();

CREATE TABLE rounds.dwelling_group_cells (
    cell     bigint NOT NULL,
    area_id  uuid NOT NULL REFERENCES rounds.areas,
    group_id uuid NOT NULL REFERENCES rounds.dwelling_groups,
    PRIMARY KEY (cell, area_id)
);

-- The OpenStreetMap extract that streets and base map come from; the file lies
-- in the data folder as extracts/file_name. The name it came with may say
-- anything and is not kept.
CREATE TABLE rounds.extracts (
    sha256      bytea PRIMARY KEY CHECK (length(sha256) = 32),
    file_name   rounds.extract_file NOT NULL,
    bounds      geometry(Polygon, 4326) NOT NULL,
    imported_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE rounds.basemap_features (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    class    rounds.map_class NOT NULL,
    kind     rounds.map_kind NOT NULL,
    name     rounds.map_name,
    name_zh  rounds.map_name,
    min_zoom smallint NOT NULL,
    shape    geometry(Geometry, 3857) NOT NULL
);
CREATE INDEX basemap_features_shape ON rounds.basemap_features USING gist (shape);

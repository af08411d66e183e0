-- Places: the tree of areas, households, and what the base map draws. No table
-- here holds a person; what each column is for stands in the data dictionary.

CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS btree_gist;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rounds_app') THEN
        CREATE ROLE rounds_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rounds_stats') THEN
        CREATE ROLE rounds_stats LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
    END IF;
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
    source_key  text NOT NULL UNIQUE CHECK (length(source_key) BETWEEN 1 AND 64),
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    name_zh     text CHECK (length(name_zh) BETWEEN 1 AND 120),
    dwellings   integer NOT NULL DEFAULT 0 CHECK (dwellings >= 0),
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
    source_key    text NOT NULL UNIQUE CHECK (length(source_key) BETWEEN 1 AND 64),
    street        text CHECK (length(street) BETWEEN 1 AND 120),
    house_number  text CHECK (length(house_number) BETWEEN 1 AND 24),
    unit          text CHECK (length(unit) BETWEEN 1 AND 24),
    postcode      text CHECK (length(postcode) BETWEEN 1 AND 16),
    place         text CHECK (length(place) BETWEEN 1 AND 80),
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

-- A place that asked never to be visited: an HMAC of its address and building is
-- all that stays. The key lies outside the database.
CREATE TABLE rounds.refusals (
    address_hmac bytea PRIMARY KEY CHECK (length(address_hmac) = 32)
);

-- Groups of at least 20 dwellings, made of whole leaf cells and frozen: what
-- everybody above the own supervisor sees.
CREATE TABLE rounds.dwelling_groups (
    id        uuid PRIMARY KEY,
    area_id   uuid NOT NULL REFERENCES rounds.areas,
    dwellings integer NOT NULL CHECK (dwellings >= 20)
);
CREATE INDEX dwelling_groups_area_id ON rounds.dwelling_groups (area_id);
CREATE TABLE rounds.dwelling_group_cells (
    cell     bigint NOT NULL,
    area_id  uuid NOT NULL REFERENCES rounds.areas,
    group_id uuid NOT NULL REFERENCES rounds.dwelling_groups,
    PRIMARY KEY (cell, area_id)
);

-- The OpenStreetMap extract that streets and base map come from; the file lies
-- in the data folder under its digest.
CREATE TABLE rounds.extracts (
    sha256      bytea PRIMARY KEY CHECK (length(sha256) = 32),
    file_name   text NOT NULL CHECK (length(file_name) BETWEEN 1 AND 120),
    bounds      geometry(Polygon, 4326) NOT NULL,
    imported_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE rounds.basemap_features (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    class    text NOT NULL CHECK (class IN ('street', 'building', 'water', 'green', 'rail', 'boundary', 'place')),
    kind     text NOT NULL CHECK (length(kind) <= 40),
    name     text CHECK (length(name) <= 120),
    name_zh  text CHECK (length(name_zh) <= 120),
    min_zoom smallint NOT NULL,
    shape    geometry(Geometry, 3857) NOT NULL
);
CREATE INDEX basemap_features_shape ON rounds.basemap_features USING gist (shape);

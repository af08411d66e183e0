-- A matter at a place. Hazards and service requests; disputes come with cases.
-- There is no text and no reporter: nothing counts who reported what.

CREATE TYPE rounds.incident_kind AS ENUM ('hazard', 'service');
CREATE TYPE rounds.incident_state AS ENUM ('open', 'closed');
CREATE TYPE rounds.incident_source AS ENUM ('doorstep', 'desk', 'import');
CREATE TYPE rounds.import_kind AS ENUM ('osm', 'areas', 'households', 'incidents');
CREATE TYPE rounds.export_layer AS ENUM ('areas', 'cells', 'households', 'routes', 'stops', 'incidents', 'releases', 'basemap');
CREATE TYPE rounds.export_format AS ENUM ('geojson', 'geojsonseq', 'csv', 'xlsx', 'gpkg', 'fgb', 'parquet', 'kml', 'gpx', 'shp');
CREATE DOMAIN rounds.matter_code AS text CHECK (VALUE ~ '^[a-z][a-z_]{2,39}$');
CREATE DOMAIN rounds.export_file AS text CHECK (VALUE ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$' AND VALUE !~ '[0-9]{9}');

CREATE TABLE rounds.matters (
    code     rounds.matter_code PRIMARY KEY,
    kind     rounds.incident_kind NOT NULL,
    due_days smallint NOT NULL CHECK (due_days BETWEEN 0 AND 365),
    UNIQUE (code, kind)
);

-- The shipped list, the same as geo/lists.json (tested); due within these days.
INSERT INTO rounds.matters (code, kind, due_days) VALUES
    ('blocked_escape_route', 'hazard', 3),
    ('gas_smell', 'hazard', 0),
    ('exposed_wiring', 'hazard', 2),
    ('stored_flammables', 'hazard', 7),
    ('charging_in_stairwell', 'hazard', 7),
    ('fire_hydrant_blocked', 'hazard', 3),
    ('damaged_stairs', 'hazard', 14),
    ('missing_handrail', 'hazard', 30),
    ('unlit_path', 'hazard', 14),
    ('road_damage', 'hazard', 30),
    ('pavement_damage', 'hazard', 30),
    ('missing_manhole_cover', 'hazard', 1),
    ('fallen_tree', 'hazard', 3),
    ('leaning_tree', 'hazard', 14),
    ('rockfall', 'hazard', 2),
    ('landslip', 'hazard', 1),
    ('flooding', 'hazard', 1),
    ('blocked_drain', 'hazard', 7),
    ('icy_path', 'hazard', 1),
    ('loose_facade', 'hazard', 2),
    ('unstable_wall', 'hazard', 3),
    ('unsafe_playground', 'hazard', 7),
    ('contaminated_water', 'hazard', 1),
    ('dumped_waste', 'hazard', 14),
    ('street_light_out', 'service', 14),
    ('street_cleaning', 'service', 7),
    ('waste_collection', 'service', 5),
    ('water_supply', 'service', 2),
    ('power_supply', 'service', 1),
    ('heating_supply', 'service', 2),
    ('sewer', 'service', 3),
    ('bus_shelter', 'service', 30),
    ('public_bench', 'service', 60),
    ('public_ramp', 'service', 60),
    ('public_toilet', 'service', 14),
    ('sign_missing', 'service', 30),
    ('footpath_clearing', 'service', 14),
    ('snow_clearing', 'service', 1),
    ('green_space_care', 'service', 30),
    ('letterbox_damaged', 'service', 30),
    ('parking_obstruction', 'service', 3),
    ('information_leaflet', 'service', 7);

CREATE TABLE rounds.incidents (
    id          uuid PRIMARY KEY,
    kind        rounds.incident_kind NOT NULL,
    matter      rounds.matter_code NOT NULL,
    area_id     uuid NOT NULL REFERENCES rounds.areas,
    cell        bigint NOT NULL,
    at          geometry(Point, 4326) NOT NULL,
    state       rounds.incident_state NOT NULL DEFAULT 'open',
    source      rounds.incident_source NOT NULL,
    reported_on date NOT NULL,
    due_on      date NOT NULL,
    closed_on   date,
    FOREIGN KEY (matter, kind) REFERENCES rounds.matters (code, kind),
    CHECK ((state = 'closed') = (closed_on IS NOT NULL)),
    CHECK (due_on >= reported_on)
);
CREATE INDEX incidents_area_state ON rounds.incidents (area_id, state, due_on);
CREATE INDEX incidents_cell ON rounds.incidents (cell, area_id);

CREATE FUNCTION rounds.incident_changed() RETURNS trigger
    LANGUAGE plpgsql SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM pg_notify('rounds_hazards', NEW.cell::text || ' ' || NEW.area_id::text);
    RETURN NULL;
END
$$;
CREATE TRIGGER incidents_changed AFTER INSERT OR UPDATE ON rounds.incidents FOR EACH ROW EXECUTE FUNCTION rounds.incident_changed();

-- A file that came in, by its digest: a file's name may say anything.
CREATE TABLE rounds.imports (
    id          uuid PRIMARY KEY,
    kind        rounds.import_kind NOT NULL,
    sha256      bytea NOT NULL CHECK (length(sha256) = 32),
    imported_at timestamptz NOT NULL DEFAULT now(),
    added       integer NOT NULL,
    changed     integer NOT NULL,
    unchanged   integer NOT NULL,
    gone        integer NOT NULL
);

-- A file that left: who asked, for what, until when its single-use link lives.
CREATE TABLE rounds.exports (
    id           uuid PRIMARY KEY,
    account_id   uuid REFERENCES rounds.accounts,
    layer        rounds.export_layer NOT NULL,
    format       rounds.export_format NOT NULL,
    purpose      rounds.purpose NOT NULL,
    area_id      uuid REFERENCES rounds.areas,
    requested_at timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    fetched_at   timestamptz,
    token_hash   bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    file_name    rounds.export_file NOT NULL
);

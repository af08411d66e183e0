-- Who read what about people: a row for every read, in the reader's own
-- transaction, never changed; sealed each minute so that a change is found.

-- What was read: a set of fields, which docs/dictionary/reads.csv names.
CREATE TYPE rounds.read_kind AS ENUM (
    'day', 'route', 'routes', 'plans', 'workers', 'places', 'place', 'incidents', 'accounts',
    'map_stops', 'map_routes', 'map_territories', 'map_hazards',
    'export_households', 'export_routes', 'export_stops', 'export_incidents',
    'door_notes', 'support_wanted', 'emergency_opening', 'lapsed_timer',
    'reads', 'requests', 'access_report');
-- What for: a purpose of a round, or one of those who lead, keep accounts and audit.
CREATE TYPE rounds.read_purpose AS ENUM (
    'fire_safety', 'welfare_after_event', 'service_information', 'census_follow_up', 'requested_follow_up',
    'provide_services', 'planning', 'incidents', 'safety', 'administration', 'oversight', 'resident_request');
CREATE TYPE rounds.reader AS ENUM ('worker', 'supervisor', 'case_handler', 'analyst', 'dpo', 'administrator', 'operator');

-- place is a pseudonym of a household, a new one each quarter, of reads of one
-- place alone. Areas and accounts are no references: a log outlives both.
CREATE TABLE rounds.reads (
    id         bigint PRIMARY KEY,
    read_at    timestamptz NOT NULL,
    account_id uuid,
    reader     rounds.reader NOT NULL,
    purpose    rounds.read_purpose NOT NULL,
    kind       rounds.read_kind NOT NULL,
    area_id    uuid,
    place      bytea CHECK (length(place) = 32),
    request_id uuid NOT NULL
);
CREATE INDEX reads_account_id ON rounds.reads (account_id, id);
CREATE INDEX reads_area_id ON rounds.reads (area_id, id);
CREATE INDEX reads_place ON rounds.reads (place) WHERE place IS NOT NULL;
CREATE SEQUENCE rounds.read_numbers OWNED BY rounds.reads.id;

-- Who reads and when is for the database to say. Numbers are drawn under a lock
-- that the reader's transaction shares with others; the sealer takes it alone, so
-- that no row can come in behind a number which it has seen.
CREATE FUNCTION rounds.sign_read() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(125823037105154); -- "rounds" and 2
    NEW.id := nextval('rounds.read_numbers');
    NEW.read_at := clock_timestamp();
    NEW.account_id := rounds.principal_account();
    NEW.reader := replace(rounds.principal_role(), 'service:operator', 'operator')::rounds.reader;
    RETURN NEW;
END
$$;
CREATE TRIGGER reads_sign BEFORE INSERT ON rounds.reads FOR EACH ROW EXECUTE FUNCTION rounds.sign_read();

-- A seal covers the rows after the seal before, up to last_id. tree is the Merkle
-- root of these rows, root that of the whole chain (docs/decisions/audit.md).
CREATE TABLE rounds.read_seals (
    number    bigint PRIMARY KEY CHECK (number >= 1),
    last_id   bigint NOT NULL,
    reads     integer NOT NULL CHECK (reads > 0),
    sealed_at timestamptz NOT NULL,
    tree      bytea NOT NULL CHECK (length(tree) = 32),
    root      bytea NOT NULL CHECK (length(root) = 32)
);
CREATE UNIQUE INDEX read_seals_last_id ON rounds.read_seals (last_id);

-- The login of an account that a row names, for who may read the row.
CREATE FUNCTION rounds.login_of(account uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT login::text FROM rounds.accounts
    WHERE id = account AND (rounds.principal_role() IN ('dpo', 'service:operator') OR id = rounds.principal_account())
$$;

ALTER TABLE rounds.reads ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.reads FORCE ROW LEVEL SECURITY;
ALTER TABLE rounds.read_seals ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.read_seals FORCE ROW LEVEL SECURITY;
GRANT SELECT ON rounds.reads, rounds.read_seals TO rounds_app;
GRANT INSERT (kind, purpose, area_id, place, request_id) ON rounds.reads TO rounds_app;
GRANT INSERT ON rounds.read_seals TO rounds_app;
REVOKE EXECUTE ON FUNCTION rounds.sign_read(), rounds.login_of(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.login_of(uuid) TO rounds_app;

CREATE POLICY add ON rounds.reads FOR INSERT TO rounds_app WITH CHECK ((SELECT rounds.principal_role()) <> 'nobody');
-- A read of an area above an officer's was a read of the officer's area too.
CREATE POLICY read ON rounds.reads FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:sealer', 'service:operator')
    OR account_id = (SELECT rounds.principal_account())
    OR ((SELECT rounds.principal_role()) = 'dpo' AND (area_id IS NULL OR area_id IN (SELECT rounds.visible_areas()))));
CREATE POLICY add ON rounds.read_seals FOR INSERT TO rounds_app WITH CHECK ((SELECT rounds.principal_role()) = 'service:sealer');
CREATE POLICY read ON rounds.read_seals FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:sealer', 'service:operator', 'dpo'));

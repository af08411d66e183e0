-- Statistics that are published (docs/privacy.md, "Maps of the work and statistics"):
-- one partition of the installation a year into bins, one value per bin, measure and
-- closed period, never changed. The login rounds_stats serves them and reads nothing
-- else; the service "statistics" makes them, and sees of people only whom to count.

CREATE TYPE rounds.measure AS ENUM ('hazards', 'services', 'reached', 'support_safety', 'support_contact', 'support_help');
CREATE TYPE rounds.shown AS ENUM ('withheld', 'number', '90_percent_or_more');

CREATE TABLE rounds.partitions (
    id     uuid PRIMARY KEY,
    year   smallint NOT NULL,
    -- the least number of dwellings in a bin
    least  integer NOT NULL CHECK (least >= 200),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    UNIQUE (year, least)
);
CREATE TABLE rounds.bins (
    partition_id uuid NOT NULL REFERENCES rounds.partitions,
    bin          integer NOT NULL CHECK (bin >= 0),
    dwellings    integer NOT NULL CHECK (dwellings >= 200),
    PRIMARY KEY (partition_id, bin)
);
CREATE TABLE rounds.bin_cells (
    partition_id uuid NOT NULL,
    cell         bigint NOT NULL,
    bin          integer NOT NULL,
    PRIMARY KEY (partition_id, cell),
    FOREIGN KEY (partition_id, bin) REFERENCES rounds.bins
);
CREATE TABLE rounds.releases (
    id           uuid PRIMARY KEY,
    measure      rounds.measure NOT NULL,
    from_day     date NOT NULL,
    to_day       date NOT NULL,
    frozen_on    date NOT NULL,
    partition_id uuid NOT NULL REFERENCES rounds.partitions,
    digest       bytea NOT NULL CHECK (length(digest) = 32),
    UNIQUE (measure, from_day),
    UNIQUE (id, partition_id),
    CONSTRAINT releases_closed CHECK (to_day > from_day AND frozen_on = to_day + 14)
);
CREATE TABLE rounds.release_values (
    release_id   uuid NOT NULL,
    partition_id uuid NOT NULL,
    bin          integer NOT NULL,
    shown        rounds.shown NOT NULL,
    count        integer,
    PRIMARY KEY (release_id, bin),
    FOREIGN KEY (release_id, partition_id) REFERENCES rounds.releases (id, partition_id),
    FOREIGN KEY (partition_id, bin) REFERENCES rounds.bins,
    CONSTRAINT release_values_number CHECK ((shown = 'number') = (count IS NOT NULL)),
    -- No number below ten, and none but multiples of five, is ever told.
    CONSTRAINT release_values_rounded CHECK (count >= 10 AND count % 5 = 0)
);

-- Who was counted in a stock when the value that is shown was made: the next one is
-- compared with it. Withdrawal and erasure take households away; how many there were
-- stays until the value changes.
CREATE TABLE rounds.release_stock (
    measure      rounds.measure NOT NULL,
    household_id uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    partition_id uuid NOT NULL,
    bin          integer NOT NULL,
    PRIMARY KEY (measure, household_id),
    FOREIGN KEY (partition_id, bin) REFERENCES rounds.bins
);
CREATE INDEX release_stock_household_id ON rounds.release_stock (household_id);
CREATE TABLE rounds.release_stock_counts (
    measure      rounds.measure NOT NULL,
    partition_id uuid NOT NULL,
    bin          integer NOT NULL,
    households   integer NOT NULL CHECK (households >= 0),
    PRIMARY KEY (measure, partition_id, bin),
    FOREIGN KEY (partition_id, bin) REFERENCES rounds.bins
);

-- The group in which a service is published; the three are disjoint.
CREATE FUNCTION rounds.support_measure(service rounds.support_service) RETURNS rounds.measure
    LANGUAGE sql IMMUTABLE SET search_path = rounds, pg_temp AS $$
    SELECT CASE
        WHEN service IN ('smoke_alarm', 'evacuation_help', 'home_repair') THEN 'support_safety'
        WHEN service IN ('outage_contact', 'step_free', 'large_print', 'text_or_sign', 'interpreter', 'welfare_call') THEN 'support_contact'
        ELSE 'support_help' END::rounds.measure
$$;

-- A household that wants nothing of a group any more is forgotten there at once. At the
-- end of the transaction: a renewal takes the place of what it renews.
CREATE FUNCTION rounds.forget_stock() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    DELETE FROM rounds.release_stock r
    WHERE r.household_id = OLD.household_id AND NOT EXISTS (
        SELECT FROM rounds.support_wanted s WHERE s.household_id = r.household_id AND rounds.support_measure(s.service) = r.measure);
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER support_wanted_stock AFTER DELETE ON rounds.support_wanted
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.forget_stock();

-- Whom to count: the leaf and an id of each household, or of the place of an incident.
-- Of outcomes only those that the register still knows: nothing is published of days
-- of which a round was closed.
CREATE FUNCTION rounds.contributors(the_measure rounds.measure, first date, last date) RETURNS TABLE (cell bigint, household uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF rounds.principal_role() <> 'service:statistics' THEN
        RETURN;
    END IF;
    CASE the_measure
    WHEN 'hazards', 'services' THEN
        RETURN QUERY SELECT i.cell, md5(public.ST_AsBinary(i.at))::uuid FROM rounds.incidents i
            WHERE i.kind = CASE the_measure WHEN 'hazards' THEN 'hazard' ELSE 'service' END::rounds.incident_kind
                AND i.reported_on BETWEEN first AND last;
    WHEN 'reached' THEN
        RETURN QUERY SELECT h.cell, h.id FROM rounds.visits v JOIN rounds.households h ON h.id = v.household_id
            WHERE v.outcome = 'done' AND v.visited_on BETWEEN first AND last
                AND NOT EXISTS (SELECT FROM rounds.visit_retractions x WHERE x.visit_id = v.id);
    ELSE
        RETURN QUERY SELECT h.cell, h.id FROM rounds.support_wanted s
                JOIN rounds.consents c ON c.id = s.consent_id JOIN rounds.households h ON h.id = s.household_id
            WHERE rounds.support_measure(s.service) = the_measure AND c.given_on <= last AND s.expires_on >= last
                AND (s.done_on IS NULL OR s.done_on > last);
    END CASE;
END
$$;
-- Whether outcomes of these days are gone.
CREATE FUNCTION rounds.outcomes_gone(first date, last date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT EXISTS (SELECT FROM rounds.rounds r WHERE r.closed_at IS NOT NULL AND r.starts_on <= last AND r.ends_on >= first)
$$;
-- What bins are cut from.
CREATE FUNCTION rounds.leaf_dwellings() RETURNS TABLE (cell bigint, dwellings bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT h.cell, sum(h.doors) FROM rounds.households h WHERE rounds.principal_role() = 'service:statistics' GROUP BY h.cell
$$;
-- The day of the first import: before it there is nothing to publish.
CREATE FUNCTION rounds.began_on() RETURNS date
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT min(imported_at)::date FROM rounds.imports WHERE rounds.principal_role() = 'service:statistics'
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['partitions', 'bins', 'bin_cells', 'releases', 'release_values', 'release_stock', 'release_stock_counts'] LOOP
        EXECUTE format('ALTER TABLE rounds.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE rounds.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format($policy$CREATE POLICY read ON rounds.%I FOR SELECT TO rounds_app USING ((SELECT rounds.principal_role()) = 'service:statistics')$policy$, name);
        EXECUTE format($policy$CREATE POLICY add ON rounds.%I FOR INSERT TO rounds_app WITH CHECK ((SELECT rounds.principal_role()) = 'service:statistics')$policy$, name);
        EXECUTE format('GRANT SELECT, INSERT ON rounds.%I TO rounds_app', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['partitions', 'bins', 'bin_cells', 'releases', 'release_values'] LOOP
        EXECUTE format('CREATE POLICY published ON rounds.%I FOR SELECT TO rounds_stats USING (true)', name);
        EXECUTE format('GRANT SELECT ON rounds.%I TO rounds_stats', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['release_stock', 'release_stock_counts'] LOOP
        EXECUTE format($policy$CREATE POLICY remove ON rounds.%I FOR DELETE TO rounds_app USING ((SELECT rounds.principal_role()) = 'service:statistics')$policy$, name);
        EXECUTE format('GRANT DELETE ON rounds.%I TO rounds_app', name);
    END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.support_measure(rounds.support_service), rounds.contributors(rounds.measure, date, date),
    rounds.outcomes_gone(date, date), rounds.leaf_dwellings(), rounds.began_on() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.contributors(rounds.measure, date, date),
    rounds.outcomes_gone(date, date), rounds.leaf_dwellings(), rounds.began_on() TO rounds_app;

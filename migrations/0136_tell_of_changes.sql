-- What has changed for a unit since it last asked, and who is told by themselves: of hazards
-- and service requests their number, matter, stage and days, never of a dispute.

-- A case that a unit has or had. Change is when that was last so, NULL until somebody asks:
-- rows are numbered when they are there for everybody, so that none is numbered before one
-- that was seen earlier. A case that is gone for good leaves its number for some weeks.
CREATE TABLE rounds.unit_changes (
    unit_id uuid NOT NULL REFERENCES rounds.units ON DELETE CASCADE,
    case_id uuid NOT NULL,
    area_id uuid NOT NULL REFERENCES rounds.areas,
    year    smallint NOT NULL,
    number  integer NOT NULL,
    change  bigint,
    gone_on date,
    PRIMARY KEY (unit_id, case_id)
);
CREATE INDEX unit_changes_of_unit ON rounds.unit_changes (unit_id, change);
CREATE INDEX unit_changes_change ON rounds.unit_changes (change);
CREATE INDEX unit_changes_unnumbered ON rounds.unit_changes (unit_id) WHERE change IS NULL;
CREATE INDEX unit_changes_case_id ON rounds.unit_changes (case_id);
CREATE INDEX unit_changes_area_id ON rounds.unit_changes (area_id);
CREATE INDEX unit_changes_gone_on ON rounds.unit_changes (gone_on) WHERE gone_on IS NOT NULL;

CREATE FUNCTION rounds.note_unit_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE rounds.unit_changes SET change = NULL, gone_on = rounds.today() WHERE case_id = OLD.id;
        RETURN NULL;
    END IF;
    -- Who had it before the last time is told no more of it.
    UPDATE rounds.unit_changes u SET change = NULL, area_id = NEW.area_id
    WHERE u.case_id = NEW.id AND (TG_OP = 'INSERT' OR u.unit_id IN (OLD.unit_id, NEW.unit_id)
        OR EXISTS (SELECT FROM rounds.case_units c WHERE c.case_id = NEW.id AND c.unit_id = u.unit_id));
    INSERT INTO rounds.unit_changes (unit_id, case_id, area_id, year, number) VALUES (NEW.unit_id, NEW.id, NEW.area_id, NEW.year, NEW.number)
    ON CONFLICT (unit_id, case_id) DO NOTHING;
    RETURN NULL;
END
$$;
-- One out of an old ledger that was over by then is no news.
CREATE TRIGGER cases_tell_unit_first AFTER INSERT ON rounds.cases FOR EACH ROW
    WHEN (NOT NEW.dispute AND NEW.unit_id IS NOT NULL AND NEW.over_on IS NULL) EXECUTE FUNCTION rounds.note_unit_change();
CREATE TRIGGER cases_tell_unit AFTER UPDATE OF stage, unit_id, due_on, matter, over_on ON rounds.cases FOR EACH ROW
    WHEN (NOT NEW.dispute AND NEW.unit_id IS NOT NULL
        AND (OLD.stage, OLD.unit_id, OLD.due_on, OLD.matter, OLD.over_on) IS DISTINCT FROM (NEW.stage, NEW.unit_id, NEW.due_on, NEW.matter, NEW.over_on))
    EXECUTE FUNCTION rounds.note_unit_change();
CREATE TRIGGER cases_tell_unit_last AFTER DELETE ON rounds.cases FOR EACH ROW
    WHEN (NOT OLD.dispute) EXECUTE FUNCTION rounds.note_unit_change();

-- A unit that has a case together with another is told of it like the responsible one.
CREATE FUNCTION rounds.note_joint_unit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    INSERT INTO rounds.unit_changes (unit_id, case_id, area_id, year, number)
    SELECT coalesce(NEW.unit_id, OLD.unit_id), c.id, c.area_id, c.year, c.number FROM rounds.cases c
    WHERE c.id = coalesce(NEW.case_id, OLD.case_id) AND NOT c.dispute
    ON CONFLICT (unit_id, case_id) DO UPDATE SET change = NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER case_units_tell AFTER INSERT OR DELETE ON rounds.case_units FOR EACH ROW EXECUTE FUNCTION rounds.note_joint_unit();
REVOKE EXECUTE ON FUNCTION rounds.note_unit_change(), rounds.note_joint_unit() FROM PUBLIC;

INSERT INTO rounds.unit_changes (unit_id, case_id, area_id, year, number)
SELECT c.unit_id, c.id, c.area_id, c.year, c.number FROM rounds.cases c WHERE c.unit_id IS NOT NULL AND NOT c.dispute AND c.over_on IS NULL
UNION SELECT u.unit_id, c.id, c.area_id, c.year, c.number FROM rounds.case_units u JOIN rounds.cases c ON c.id = u.case_id WHERE NOT c.dispute AND c.over_on IS NULL;

-- Numbers what is not yet numbered. Numbers are microseconds of the clock, so that they go
-- on after an older backup was restored.
CREATE FUNCTION rounds.number_changes() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    last bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7723913);
    SELECT greatest(coalesce(max(change), 0), (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) INTO last FROM rounds.unit_changes;
    -- What somebody is changing at this moment is numbered when that is done.
    WITH fresh AS MATERIALIZED (SELECT unit_id, case_id FROM rounds.unit_changes WHERE change IS NULL FOR UPDATE SKIP LOCKED),
    counted AS (SELECT f.*, row_number() OVER (ORDER BY f.case_id, f.unit_id) AS place FROM fresh f)
    UPDATE rounds.unit_changes u SET change = last + c.place FROM counted c WHERE u.unit_id = c.unit_id AND u.case_id = c.case_id;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.number_changes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.number_changes() TO rounds_app;

ALTER TABLE rounds.unit_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.unit_changes FORCE ROW LEVEL SECURITY;
GRANT SELECT ON rounds.unit_changes TO rounds_app;
CREATE POLICY read ON rounds.unit_changes FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()));

INSERT INTO rounds.retention (class, age, action) VALUES ('unit_changes', '60 days', 'delete');
CREATE FUNCTION rounds.sweep_unit_changes(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    n integer;
BEGIN
    DELETE FROM rounds.unit_changes WHERE (unit_id, case_id) IN (
        SELECT unit_id, case_id FROM rounds.unit_changes WHERE gone_on < rounds.over_before('unit_changes', now)::date LIMIT batch);
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.sweep_unit_changes(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.sweep_unit_changes(timestamptz, integer) TO rounds_app;

-- Where news is sent: an address at the host of a webhook's receiver, for what its maker
-- sees of the receiver's area and purpose. What it is signed with follows from the
-- installation's key.
CREATE TYPE rounds.feed AS ENUM ('cases', 'routes');
CREATE DOMAIN rounds.url_path AS text COLLATE "C" CHECK (VALUE ~ '^/[A-Za-z0-9._~/-]{0,199}$' AND VALUE !~ '[0-9]{9}');
CREATE TABLE rounds.hooks (
    id          uuid PRIMARY KEY,
    receiver_id uuid NOT NULL REFERENCES rounds.receivers,
    account_id  uuid NOT NULL DEFAULT rounds.principal_account() REFERENCES rounds.accounts,
    role        rounds.role NOT NULL CHECK (role = 'supervisor'),
    feed        rounds.feed NOT NULL,
    unit_id     uuid REFERENCES rounds.units ON DELETE CASCADE,
    path        rounds.url_path NOT NULL,
    made_on     date NOT NULL DEFAULT rounds.today(),
    -- How far it was told: of cases the last change, of routes the plan and, unless all of it
    -- was told, the last of its routes.
    change      bigint,
    plan_id     uuid,
    route_id    uuid,
    told_on     date,
    -- The answer to the last message that was not taken, 0 when there was none.
    refused     smallint CHECK (refused BETWEEN 0 AND 999),
    stopped_on  date,
    CONSTRAINT hooks_unit CHECK ((feed = 'cases') = (unit_id IS NOT NULL))
);
CREATE INDEX hooks_receiver_id ON rounds.hooks (receiver_id);
CREATE INDEX hooks_account_id ON rounds.hooks (account_id);
CREATE INDEX hooks_unit_id ON rounds.hooks (unit_id);

-- Hooks of a receiver that has ended are forgotten when the next one is made.
CREATE FUNCTION rounds.forget_hooks() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    DELETE FROM rounds.hooks h USING rounds.receivers r WHERE r.id = h.receiver_id AND r.ends_on <= rounds.today();
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.forget_hooks() FROM PUBLIC;
CREATE TRIGGER hooks_forget AFTER INSERT ON rounds.hooks FOR EACH STATEMENT EXECUTE FUNCTION rounds.forget_hooks();

ALTER TABLE rounds.hooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.hooks FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT (id, receiver_id, role, feed, unit_id, path), DELETE ON rounds.hooks TO rounds_app;
CREATE POLICY read ON rounds.hooks FOR SELECT TO rounds_app USING (
    account_id = (SELECT rounds.principal_account())
    OR ((SELECT rounds.principal_role()) = 'dpo' AND receiver_id IN (SELECT id FROM rounds.receivers)));
CREATE POLICY remove ON rounds.hooks FOR DELETE TO rounds_app USING (
    account_id = (SELECT rounds.principal_account())
    OR ((SELECT rounds.principal_role()) = 'dpo' AND receiver_id IN (SELECT id FROM rounds.receivers)));
CREATE POLICY add ON rounds.hooks FOR INSERT TO rounds_app WITH CHECK (
    account_id = (SELECT rounds.principal_account()) AND role::text = (SELECT rounds.principal_role())
    AND (unit_id IS NULL OR EXISTS (
        SELECT FROM rounds.units u JOIN rounds.area_paths p ON p.area_id = u.area_id JOIN rounds.receivers r ON r.id = receiver_id
        WHERE u.id = unit_id AND p.ancestor_id = r.area_id))
    AND EXISTS (
        SELECT FROM rounds.receivers r JOIN rounds.area_paths p ON p.area_id = r.area_id
            JOIN rounds.grants g ON g.area_id = p.ancestor_id AND g.purpose = r.purpose
        WHERE r.id = receiver_id AND r.kind = 'webhook' AND r.ends_on > rounds.today() AND rounds.is_own(g)));

CREATE FUNCTION rounds.position_of(h rounds.hooks) RETURNS text
    LANGUAGE sql STABLE AS $$ SELECT concat_ws(' ', h.change, h.plan_id, h.route_id) $$;

-- The hooks that are told, or one of them: while the receiver lasts and may be sent more
-- today, and the maker holds its area for its purpose.
CREATE FUNCTION rounds.live_hooks(the_hook uuid) RETURNS TABLE (
        id uuid, receiver_id uuid, account_id uuid, role rounds.role, host text, purpose rounds.purpose, area_id uuid,
        feed rounds.feed, unit_id uuid, path text, "position" text, left_rows integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT h.id, r.id, h.account_id, h.role, r.host, r.purpose, r.area_id, h.feed, h.unit_id, h.path, rounds.position_of(h),
        r.daily_rows - CASE WHEN r.sent_on = rounds.today() THEN r.sent_rows ELSE 0 END
    FROM rounds.hooks h JOIN rounds.receivers r ON r.id = h.receiver_id JOIN rounds.accounts a ON a.id = h.account_id
    WHERE rounds.principal_role() = 'service:feed' AND (the_hook IS NULL OR h.id = the_hook)
        AND h.stopped_on IS NULL AND a.disabled_at IS NULL AND r.ends_on > rounds.today()
        AND (r.sent_on IS DISTINCT FROM rounds.today() OR r.sent_rows < r.daily_rows)
        AND EXISTS (
            SELECT FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id AND p.area_id = r.area_id
            WHERE g.account_id = h.account_id AND g.role = h.role AND g.purpose = r.purpose AND rounds.holds(g))
$$;
-- How far a hook was told, from where it was; false when somebody else told it meanwhile.
CREATE FUNCTION rounds.hook_told(the_hook uuid, was text, is_now text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.hooks h SET told_on = rounds.today(), refused = NULL,
        change = substring(is_now FROM '^[0-9]+$')::bigint,
        plan_id = substring(is_now FROM '^[0-9a-f-]{36}')::uuid,
        route_id = substring(is_now FROM ' ([0-9a-f-]{36})$')::uuid
    WHERE h.id = the_hook AND rounds.position_of(h) = was AND rounds.principal_role() = 'service:feed';
    RETURN FOUND;
END
$$;
CREATE FUNCTION rounds.hook_refused(the_hook uuid, answer integer, for_good boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.hooks h SET refused = answer, stopped_on = CASE WHEN for_good THEN rounds.today() END
    WHERE h.id = the_hook AND rounds.principal_role() = 'service:feed';
    RETURN FOUND;
END
$$;
-- One's own that was stopped is tried again.
CREATE FUNCTION rounds.resume_hook(the_hook uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.hooks h SET refused = NULL, stopped_on = NULL WHERE h.id = the_hook AND h.account_id = rounds.principal_account();
    RETURN FOUND;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.position_of(rounds.hooks), rounds.resume_hook(uuid), rounds.live_hooks(uuid), rounds.hook_told(uuid, text, text), rounds.hook_refused(uuid, integer, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.resume_hook(uuid), rounds.live_hooks(uuid), rounds.hook_told(uuid, text, text), rounds.hook_refused(uuid, integer, boolean) TO rounds_app;

-- What a webhook is told counts like what a token fetches.
CREATE OR REPLACE FUNCTION rounds.spend_rows(the_receiver uuid, n integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.receivers r
    SET sent_on = rounds.today(), sent_rows = n + CASE WHEN r.sent_on = rounds.today() THEN r.sent_rows ELSE 0 END
    WHERE r.id = the_receiver AND rounds.principal_role() IN ('service:login', 'service:feed')
        AND n >= 0 AND r.daily_rows >= n + CASE WHEN r.sent_on = rounds.today() THEN r.sent_rows ELSE 0 END;
    RETURN FOUND;
END
$$;

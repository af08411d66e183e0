-- The ledger of what is done about a matter. A case is the sum of its steps; a step is
-- appended by rounds.case_command alone, along a line of case_moves, and stays.

CREATE TYPE rounds.case_stage AS ENUM ('received', 'triaged', 'assigned', 'paused', 'settled', 'refused', 'closed');
CREATE TYPE rounds.case_command AS ENUM ('open', 'triage', 'assign', 'hand_over', 'note', 'pause', 'resume', 'join', 'escalate', 'settle', 'refuse', 'reopen', 'close', 'warn', 'breach');
-- intake opens a case with its incident, and closes it when that ends for another reason
-- than a step; a member belongs to a unit that has the case.
CREATE TYPE rounds.case_actor AS ENUM ('intake', 'member', 'handler', 'supervisor', 'clock');
CREATE TYPE rounds.pause_reason AS ENUM ('answer_awaited', 'day_agreed', 'parts_awaited', 'other_body', 'weather', 'season');
CREATE TYPE rounds.refuse_reason AS ENUM ('not_ours', 'duplicate', 'not_found', 'other_body', 'withdrawn', 'not_recorded_here');
CREATE TYPE rounds.case_outcome AS ENUM ('done', 'partly_done', 'agreement', 'no_agreement', 'referred', 'not_needed');

-- The state machine: a command leads from a stage to another, for whom. Without a
-- first stage it opens the case. docs/cases.md draws it from here (tested).
CREATE TABLE rounds.case_moves (
    command    rounds.case_command NOT NULL,
    from_stage rounds.case_stage,
    to_stage   rounds.case_stage NOT NULL,
    actor      rounds.case_actor NOT NULL,
    UNIQUE NULLS NOT DISTINCT (command, from_stage, to_stage, actor)
);
INSERT INTO rounds.case_moves (command, from_stage, to_stage, actor)
SELECT m.command::rounds.case_command, m.from_stage::rounds.case_stage, m.to_stage::rounds.case_stage, actor::rounds.case_actor
FROM (VALUES
    ('open', NULL, 'received', 'intake'),
    ('open', NULL, 'assigned', 'intake'), ('open', NULL, 'paused', 'intake'),
    ('open', NULL, 'settled', 'intake'), ('open', NULL, 'refused', 'intake'), ('open', NULL, 'closed', 'intake'),
    ('triage', 'received', 'triaged', 'handler supervisor'),
    ('assign', 'received', 'assigned', 'handler supervisor'), ('assign', 'triaged', 'assigned', 'handler supervisor'),
    ('hand_over', 'assigned', 'assigned', 'member supervisor'), ('hand_over', 'paused', 'paused', 'member supervisor'),
    ('note', 'received', 'received', 'member'), ('note', 'triaged', 'triaged', 'member'),
    ('note', 'assigned', 'assigned', 'member'), ('note', 'paused', 'paused', 'member'),
    ('pause', 'assigned', 'paused', 'member'),
    ('resume', 'paused', 'assigned', 'member supervisor'),
    ('join', 'assigned', 'assigned', 'member supervisor'), ('join', 'paused', 'paused', 'member supervisor'),
    ('escalate', 'received', 'received', 'handler supervisor clock'), ('escalate', 'triaged', 'triaged', 'handler supervisor clock'),
    ('escalate', 'assigned', 'assigned', 'member supervisor clock'),
    ('settle', 'assigned', 'settled', 'member'),
    ('refuse', 'received', 'refused', 'handler'), ('refuse', 'triaged', 'refused', 'handler'), ('refuse', 'assigned', 'refused', 'member'),
    ('close', 'received', 'closed', 'intake'), ('close', 'triaged', 'closed', 'intake'), ('close', 'paused', 'closed', 'intake'),
    ('close', 'assigned', 'closed', 'member intake'),
    ('close', 'settled', 'closed', 'member supervisor clock'), ('close', 'refused', 'closed', 'handler supervisor clock'),
    ('reopen', 'settled', 'triaged', 'handler supervisor'), ('reopen', 'refused', 'triaged', 'handler supervisor'),
    ('reopen', 'closed', 'triaged', 'handler supervisor'),
    ('warn', 'received', 'received', 'clock'), ('warn', 'triaged', 'triaged', 'clock'), ('warn', 'assigned', 'assigned', 'clock'),
    ('breach', 'received', 'received', 'clock'), ('breach', 'triaged', 'triaged', 'clock'), ('breach', 'assigned', 'assigned', 'clock')
) m (command, from_stage, to_stage, actors), string_to_table(m.actors, ' ') actor;

-- What an installation chooses for a matter in an area and below it: which unit has it,
-- and within how many days it is to be done. Without, see case_rule.
CREATE TABLE rounds.case_rules (
    area_id  uuid NOT NULL REFERENCES rounds.areas ON DELETE CASCADE,
    matter   rounds.matter_code NOT NULL REFERENCES rounds.matters,
    unit_id  uuid REFERENCES rounds.units,
    due_days smallint,
    working  boolean,
    PRIMARY KEY (area_id, matter),
    CONSTRAINT case_rules_days CHECK (due_days BETWEEN 0 AND 365 AND working IS NOT NULL OR due_days IS NULL AND working IS NULL),
    CONSTRAINT case_rules_says CHECK (coalesce(unit_id::text, due_days::text) IS NOT NULL)
);
CREATE INDEX case_rules_unit_id ON rounds.case_rules (unit_id);

-- The last number that was given in a year. The row is locked until the case is there,
-- so that no number is missing.
CREATE TABLE rounds.case_counters (
    series_id uuid NOT NULL REFERENCES rounds.areas ON DELETE CASCADE,
    year      smallint NOT NULL,
    last      integer NOT NULL CHECK (last >= 0),
    PRIMARY KEY (series_id, year)
);

-- A dispute tells no matter; what it is about and who is in it is elsewhere. The case of
-- an incident has its id; one out of an old ledger has no place.
CREATE TABLE rounds.cases (
    id            uuid PRIMARY KEY,
    incident_id   uuid UNIQUE REFERENCES rounds.incidents ON DELETE CASCADE,
    series_id     uuid NOT NULL REFERENCES rounds.areas,
    year          smallint NOT NULL,
    number        integer NOT NULL,
    ledger_number rounds.source_key,
    import_id     uuid REFERENCES rounds.imports ON DELETE SET NULL,
    area_id       uuid NOT NULL REFERENCES rounds.areas,
    matter        rounds.matter_code REFERENCES rounds.matters,
    dispute       boolean NOT NULL,
    stage         rounds.case_stage NOT NULL,
    steps         integer NOT NULL DEFAULT 0,
    unit_id       uuid REFERENCES rounds.units,
    -- Nobody: whoever is on duty in the unit.
    handler_id    uuid REFERENCES rounds.accounts,
    lead_id       uuid REFERENCES rounds.accounts,
    opened_on     date NOT NULL,
    due_on        date NOT NULL,
    working       boolean NOT NULL,
    -- After which day it goes to the unit above, unless it is done.
    escalate_on   date NOT NULL,
    paused_on     date,
    over_on       date,
    outcome       rounds.case_outcome,
    warned        boolean NOT NULL DEFAULT false,
    breached      boolean NOT NULL DEFAULT false,
    -- It goes with another report of the same thing, whose case is dealt with.
    merged        boolean NOT NULL DEFAULT false,
    -- What the clock does next, and for which day.
    wake_for      rounds.case_command,
    wake_on       date,
    UNIQUE (series_id, year, number),
    CONSTRAINT cases_of_incident CHECK (incident_id = id),
    CONSTRAINT cases_matter CHECK (dispute = (matter IS NULL)),
    CONSTRAINT cases_number CHECK (number > 0 AND year BETWEEN 1900 AND 2999),
    CONSTRAINT cases_due CHECK (due_on >= opened_on AND escalate_on >= opened_on),
    CONSTRAINT cases_paused CHECK ((stage = 'paused') = (paused_on IS NOT NULL)),
    CONSTRAINT cases_over CHECK ((stage IN ('settled', 'refused', 'closed')) = (over_on IS NOT NULL)),
    CONSTRAINT cases_outcome CHECK (outcome IS NULL OR stage IN ('settled', 'closed')),
    CONSTRAINT cases_unit CHECK (unit_id IS NOT NULL OR stage <> 'assigned'),
    CONSTRAINT cases_wake CHECK ((wake_for IS NULL) = (wake_on IS NULL))
);
CREATE INDEX cases_due_of_unit ON rounds.cases (unit_id, due_on, id) WHERE over_on IS NULL;
CREATE INDEX cases_due_of_all ON rounds.cases (due_on, id) WHERE over_on IS NULL;
CREATE INDEX cases_by_number ON rounds.cases (year, number);
CREATE INDEX cases_by_ledger_number ON rounds.cases (ledger_number) WHERE ledger_number IS NOT NULL;
CREATE INDEX cases_to_wake ON rounds.cases (wake_for, wake_on) WHERE wake_on IS NOT NULL;
CREATE INDEX cases_over_of_unit ON rounds.cases (unit_id, over_on) WHERE over_on IS NOT NULL;
CREATE INDEX cases_over_since ON rounds.cases (over_on) WHERE over_on IS NOT NULL;
CREATE INDEX cases_of_handler ON rounds.cases (handler_id, due_on) WHERE over_on IS NULL AND handler_id IS NOT NULL;
CREATE INDEX cases_of_import ON rounds.cases (import_id) WHERE import_id IS NOT NULL;

-- Units that handle a case together with the responsible one.
CREATE TABLE rounds.case_units (
    case_id uuid NOT NULL REFERENCES rounds.cases ON DELETE CASCADE,
    unit_id uuid NOT NULL REFERENCES rounds.units,
    PRIMARY KEY (case_id, unit_id)
);
CREATE INDEX case_units_unit_id ON rounds.case_units (unit_id);

CREATE TABLE rounds.case_steps (
    case_id       uuid NOT NULL REFERENCES rounds.cases ON DELETE CASCADE,
    seq           integer NOT NULL,
    -- The client's, so that the same again is no second step.
    id            uuid NOT NULL UNIQUE,
    command       rounds.case_command NOT NULL,
    from_stage    rounds.case_stage,
    to_stage      rounds.case_stage NOT NULL,
    actor         rounds.case_actor NOT NULL,
    account_id    uuid REFERENCES rounds.accounts,
    at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    unit_id       uuid REFERENCES rounds.units,
    handler_id    uuid REFERENCES rounds.accounts,
    due_on        date NOT NULL,
    pause_reason  rounds.pause_reason,
    refuse_reason rounds.refuse_reason,
    outcome       rounds.case_outcome,
    text          rounds.free_text,
    PRIMARY KEY (case_id, seq),
    CONSTRAINT case_steps_reason CHECK ((command = 'pause') = (pause_reason IS NOT NULL) AND (command = 'refuse') = (refuse_reason IS NOT NULL)),
    CONSTRAINT case_steps_outcome CHECK (outcome IS NULL OR command IN ('settle', 'close')),
    CONSTRAINT case_steps_who CHECK ((actor IN ('intake', 'clock')) = (account_id IS NULL))
);

-- The next step begins where the one before ended and follows a line of case_moves; the
-- case is where its last step led. This holds for everybody, the owner too.
CREATE FUNCTION rounds.append_case_step() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    c rounds.cases;
    last rounds.case_stage;
BEGIN
    SELECT * INTO c FROM rounds.cases WHERE id = NEW.case_id FOR UPDATE;
    SELECT s.to_stage INTO last FROM rounds.case_steps s WHERE s.case_id = NEW.case_id AND s.seq = c.steps;
    IF NEW.seq <> c.steps + 1 OR NEW.from_stage IS DISTINCT FROM last OR NOT EXISTS (
        SELECT FROM rounds.case_moves m
        WHERE m.command = NEW.command AND m.from_stage IS NOT DISTINCT FROM NEW.from_stage AND m.to_stage = NEW.to_stage AND m.actor = NEW.actor) THEN
        RAISE EXCEPTION 'a case does not go from % to % by %', NEW.from_stage, NEW.to_stage, NEW.command
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_steps_move';
    END IF;
    UPDATE rounds.cases SET steps = NEW.seq WHERE id = NEW.case_id;
    RETURN NEW;
END
$$;
CREATE TRIGGER case_steps_append BEFORE INSERT ON rounds.case_steps FOR EACH ROW EXECUTE FUNCTION rounds.append_case_step();

CREATE FUNCTION rounds.agree_with_steps() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM rounds.cases c LEFT JOIN rounds.case_steps s ON s.case_id = c.id AND s.seq = c.steps
        WHERE c.id = NEW.id AND s.to_stage IS DISTINCT FROM c.stage) THEN
        RAISE EXCEPTION 'the stage of a case is that of its last step' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_stage';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER cases_agree AFTER INSERT OR UPDATE OF stage, steps ON rounds.cases
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.agree_with_steps();

-- A step goes with its case alone; its text is forgotten by the clock of retention.
CREATE FUNCTION rounds.keep_case_step() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    kept rounds.case_steps;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM rounds.cases c WHERE c.id = OLD.case_id) THEN
            RETURN OLD;
        END IF;
    ELSIF NEW.text IS NULL AND rounds.principal_role() = 'service:retention' THEN
        kept := NEW;
        kept.text := OLD.text;
        IF kept IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a step of a case stays as it is' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_steps_stay';
END
$$;
CREATE TRIGGER case_steps_stay BEFORE UPDATE OR DELETE ON rounds.case_steps FOR EACH ROW EXECUTE FUNCTION rounds.keep_case_step();

-- What the clock does next follows from the case: it says that a case is due, that it
-- was late, takes it to the unit above, and closes what was settled two weeks ago.
CREATE FUNCTION rounds.wind_case() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    NEW.wake_for := CASE
        WHEN NEW.stage IN ('settled', 'refused') THEN 'close'
        WHEN NEW.merged OR NEW.stage IN ('paused', 'closed') THEN NULL
        WHEN NOT NEW.warned THEN 'warn'
        WHEN NOT NEW.breached THEN 'breach'
        WHEN rounds.unit_above(NEW.unit_id, NEW.area_id) IS NOT NULL THEN 'escalate'
    END;
    NEW.wake_on := CASE NEW.wake_for
        WHEN 'close' THEN NEW.over_on + 14
        WHEN 'escalate' THEN NEW.escalate_on
        WHEN 'warn' THEN NEW.due_on
        WHEN 'breach' THEN NEW.due_on
    END;
    RETURN NEW;
END
$$;
-- The open unit nearest to an area: of a branch, else a one-stop office, else any.
CREATE FUNCTION rounds.nearest_unit(the_area uuid, wanted rounds.branch) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT u.id FROM rounds.area_paths p JOIN rounds.units u ON u.area_id = p.ancestor_id JOIN rounds.areas a ON a.id = u.area_id
    WHERE p.area_id = the_area AND u.closed_on IS NULL
    ORDER BY u.branch = wanted DESC, u.branch = 'one_stop_office' DESC, a.level DESC, u.level DESC, u.id LIMIT 1
$$;
-- The unit to which a late case goes: the next open one above, or where none has the case
-- the nearest.
CREATE FUNCTION rounds.unit_above(the_unit uuid, the_area uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    WITH RECURSIVE up AS (
        SELECT u.parent_id AS id, 1 AS far FROM rounds.units u WHERE u.id = the_unit
        UNION ALL SELECT u.parent_id, up.far + 1 FROM up JOIN rounds.units u ON u.id = up.id)
    SELECT CASE WHEN the_unit IS NULL THEN rounds.nearest_unit(the_area, 'one_stop_office')
        ELSE (SELECT u.id FROM up JOIN rounds.units u ON u.id = up.id WHERE u.closed_on IS NULL ORDER BY up.far LIMIT 1) END
$$;
CREATE TRIGGER cases_wind BEFORE INSERT OR UPDATE ON rounds.cases FOR EACH ROW EXECUTE FUNCTION rounds.wind_case();
CREATE FUNCTION rounds.rewind_cases() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.cases SET warned = warned WHERE unit_id = NEW.id AND over_on IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER units_rewind AFTER UPDATE OF parent_id, closed_on ON rounds.units FOR EACH ROW EXECUTE FUNCTION rounds.rewind_cases();

-- Which unit has a matter in an area and within how many days: by the nearest rule that
-- says so, else the nearest unit of the matter's branch, and the days of the installation.
-- What is due within two days counts every day: a manhole without a cover does not wait
-- for Monday.
CREATE FUNCTION rounds.case_rule(the_area uuid, the_matter text, OUT unit_id uuid, OUT due_days integer, OUT working boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    SELECT r.unit_id INTO case_rule.unit_id
    FROM rounds.area_paths p JOIN rounds.case_rules r ON r.area_id = p.ancestor_id JOIN rounds.areas a ON a.id = r.area_id
        JOIN rounds.units u ON u.id = r.unit_id AND u.closed_on IS NULL
    WHERE p.area_id = the_area AND r.matter::text = the_matter ORDER BY a.level DESC LIMIT 1;
    case_rule.unit_id := coalesce(case_rule.unit_id, rounds.nearest_unit(the_area, (SELECT m.branch FROM rounds.matters m WHERE m.code::text = the_matter)));
    SELECT r.due_days, r.working INTO case_rule.due_days, case_rule.working
    FROM rounds.area_paths p JOIN rounds.case_rules r ON r.area_id = p.ancestor_id JOIN rounds.areas a ON a.id = r.area_id
    WHERE p.area_id = the_area AND r.matter::text = the_matter AND r.due_days IS NOT NULL ORDER BY a.level DESC LIMIT 1;
    IF case_rule.due_days IS NULL THEN
        case_rule.due_days := rounds.due_days(the_matter);
        case_rule.working := case_rule.due_days > 2;
    END IF;
END
$$;

CREATE FUNCTION rounds.lead_of(the_unit uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp
    AS $$ SELECT lead_id FROM rounds.units WHERE id = the_unit $$;
CREATE FUNCTION rounds.series_of(the_area uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT a.id FROM rounds.area_paths p JOIN rounds.areas a ON a.id = p.ancestor_id WHERE p.area_id = the_area ORDER BY a.level LIMIT 1
$$;

-- The day until which a matter is to be done that was reported on another.
CREATE FUNCTION rounds.case_due(the_area uuid, the_matter text, reported date) RETURNS date
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp
    AS $$ SELECT rounds.add_days(the_area, reported, r.due_days, r.working) FROM rounds.case_rule(the_area, the_matter) r $$;

-- Every open incident has a case from the moment when it is there, due when it is.
CREATE FUNCTION rounds.open_cases() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    WITH added AS (
        SELECT i.id, i.area_id, i.matter, i.kind = 'dispute' AS dispute, i.reported_on, i.due_on FROM incoming i
        WHERE i.state = 'open' AND NOT EXISTS (SELECT FROM rounds.cases c WHERE c.id = i.id)),
    places AS MATERIALIZED (SELECT a.area_id, rounds.series_of(a.area_id) AS series_id FROM (SELECT DISTINCT area_id FROM added) a),
    rules AS MATERIALIZED (
        SELECT a.area_id, a.matter, r.unit_id, r.working
        FROM (SELECT DISTINCT area_id, matter FROM added) a, rounds.case_rule(a.area_id, a.matter) r),
    counters AS (
        INSERT INTO rounds.case_counters AS k (series_id, year, last)
        SELECT p.series_id, extract(year FROM a.reported_on), count(*) FROM added a JOIN places p USING (area_id) GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (series_id, year) DO UPDATE SET last = k.last + EXCLUDED.last
        RETURNING series_id, year, last),
    numbered AS (
        SELECT a.*, p.series_id, extract(year FROM a.reported_on)::smallint AS year,
            row_number() OVER w AS place, count(*) OVER (PARTITION BY p.series_id, extract(year FROM a.reported_on)) AS many
        FROM added a JOIN places p USING (area_id)
        WINDOW w AS (PARTITION BY p.series_id, extract(year FROM a.reported_on) ORDER BY a.reported_on, a.id))
    INSERT INTO rounds.cases (id, incident_id, series_id, year, number, area_id, matter, dispute, stage, unit_id, lead_id, opened_on, due_on, working, escalate_on)
    SELECT n.id, n.id, n.series_id, n.year, k.last - n.many + n.place, n.area_id, CASE WHEN NOT n.dispute THEN n.matter END, n.dispute, 'received',
        r.unit_id, rounds.lead_of(r.unit_id), n.reported_on, n.due_on, r.working, n.due_on
    FROM numbered n JOIN counters k USING (series_id, year) JOIN rules r USING (area_id, matter);
    INSERT INTO rounds.case_steps (case_id, seq, id, command, to_stage, actor, unit_id, due_on)
    SELECT c.id, 1, gen_random_uuid(), 'open', c.stage, 'intake', c.unit_id, c.due_on FROM rounds.cases c JOIN incoming i ON i.id = c.id WHERE c.steps = 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER incidents_open_cases AFTER INSERT ON rounds.incidents REFERENCING NEW TABLE AS incoming
    FOR EACH STATEMENT EXECUTE FUNCTION rounds.open_cases();

-- A matter that ends by itself (nobody confirmed that they want mediation, the report
-- with which it goes was settled) ends its case; one that goes with another waits.
CREATE FUNCTION rounds.follow_incident() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    c rounds.cases;
BEGIN
    UPDATE rounds.cases SET merged = NEW.merged_into IS NOT NULL WHERE id = NEW.id AND merged <> (NEW.merged_into IS NOT NULL);
    SELECT * INTO c FROM rounds.cases k WHERE k.id = NEW.id AND k.over_on IS NULL AND NEW.state = 'closed' FOR UPDATE;
    IF FOUND THEN
        UPDATE rounds.cases SET stage = 'closed', over_on = NEW.closed_on, paused_on = NULL WHERE id = c.id;
        INSERT INTO rounds.case_steps (case_id, seq, id, command, from_stage, to_stage, actor, unit_id, due_on)
        VALUES (c.id, c.steps + 1, gen_random_uuid(), 'close', c.stage, 'closed', 'intake', c.unit_id, c.due_on);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER incidents_follow AFTER UPDATE OF state, merged_into ON rounds.incidents FOR EACH ROW EXECUTE FUNCTION rounds.follow_incident();

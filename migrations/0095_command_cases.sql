-- The commands of the ledger, who sees cases, and how long they stay.

-- One step. Asked again with the same id it is done once. seen is the number of the last
-- step that the caller knew, so that nobody decides about what has changed meanwhile;
-- NULL does not mind.
CREATE FUNCTION rounds.case_command(the_step uuid, the_case uuid, the_command rounds.case_command, seen integer, the_unit uuid, the_handler uuid,
    the_pause rounds.pause_reason, the_refusal rounds.refuse_reason, the_outcome rounds.case_outcome, the_text text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    c rounds.cases;
    was rounds.case_steps;
    move rounds.case_moves;
    new_unit uuid;
    day date := rounds.today();
    rule record;
BEGIN
    -- The incident first, as whoever merges two does.
    PERFORM FROM rounds.incidents i WHERE i.id = the_case FOR UPDATE;
    SELECT * INTO c FROM rounds.cases k WHERE k.id = the_case
        AND rounds.principal_role() IN ('case_handler', 'supervisor') AND k.area_id IN (SELECT rounds.granted_areas())
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such case' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_none';
    END IF;
    SELECT * INTO was FROM rounds.case_steps s WHERE s.id = the_step;
    IF FOUND THEN
        IF was.case_id <> the_case OR was.command <> the_command OR was.account_id IS DISTINCT FROM rounds.principal_account() THEN
            RAISE EXCEPTION 'the id is that of another step' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_steps_taken';
        END IF;
        RETURN false;
    END IF;
    IF seen <> c.steps THEN
        RAISE EXCEPTION 'the case has changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_seen';
    END IF;
    IF NOT EXISTS (SELECT FROM rounds.case_moves m WHERE m.command = the_command AND m.from_stage = c.stage) THEN
        RAISE EXCEPTION 'a case does not % from %', the_command, c.stage USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_move';
    END IF;
    SELECT m.* INTO move FROM rounds.case_moves m WHERE m.command = the_command AND m.from_stage = c.stage
        AND (m.actor::text = 'supervisor' AND rounds.principal_role() = 'supervisor'
            OR m.actor::text = 'handler' AND rounds.principal_role() = 'case_handler'
            OR m.actor::text = 'member' AND rounds.principal_role() = 'case_handler' AND rounds.is_case_member(c.id, c.unit_id))
        ORDER BY m.actor LIMIT 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this is for the unit of the case' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_actor';
    END IF;
    IF c.dispute AND the_text IS NOT NULL THEN
        RAISE EXCEPTION 'a dispute has no text here' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_dispute_text';
    END IF;

    -- What a command needs, and nothing else.
    IF the_command IN ('assign', 'join') AND the_unit IS NULL
        OR the_command = 'hand_over' AND the_unit IS NULL AND the_handler IS NULL
        OR the_command = 'pause' AND the_pause IS NULL OR the_command = 'refuse' AND the_refusal IS NULL
        OR (the_command = 'settle' OR the_command = 'close' AND c.stage = 'assigned') AND the_outcome IS NULL
        OR the_command = 'note' AND the_text IS NULL
        OR the_unit IS NOT NULL AND the_command NOT IN ('assign', 'join', 'hand_over')
        OR the_handler IS NOT NULL AND the_command NOT IN ('assign', 'hand_over')
        OR the_pause IS NOT NULL AND the_command <> 'pause' OR the_refusal IS NOT NULL AND the_command <> 'refuse'
        OR the_outcome IS NOT NULL AND the_command <> 'settle' AND NOT (the_command = 'close' AND c.stage = 'assigned') THEN
        RAISE EXCEPTION 'the command lacks something or says too much' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_command';
    END IF;
    IF the_unit IS NOT NULL AND NOT EXISTS (
        SELECT FROM rounds.units u JOIN rounds.area_paths p ON p.ancestor_id = u.area_id
        WHERE u.id = the_unit AND u.closed_on IS NULL AND p.area_id = c.area_id) THEN
        RAISE EXCEPTION 'no such unit for the place' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_unit_there';
    END IF;
    IF the_handler IS NOT NULL AND NOT (rounds.can_handle(the_handler, c.area_id) AND EXISTS (
        SELECT FROM rounds.unit_members m WHERE m.account_id = the_handler AND m.unit_id = coalesce(the_unit, c.unit_id))) THEN
        RAISE EXCEPTION 'the handler is no member of the unit' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_handler_there';
    END IF;

    c.stage := move.to_stage;
    CASE the_command
        WHEN 'assign', 'hand_over' THEN
            IF the_unit IS NOT NULL THEN
                c.unit_id := the_unit;
                c.lead_id := rounds.lead_of(the_unit);
                DELETE FROM rounds.case_units j WHERE j.case_id = c.id AND j.unit_id = the_unit;
            END IF;
            c.handler_id := the_handler;
        WHEN 'join' THEN
            IF the_unit = c.unit_id THEN
                RAISE EXCEPTION 'the unit has the case' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_unit_there';
            END IF;
            INSERT INTO rounds.case_units (case_id, unit_id) VALUES (c.id, the_unit) ON CONFLICT DO NOTHING;
        WHEN 'pause' THEN
            c.paused_on := day;
        WHEN 'resume' THEN
            c := rounds.run_on(c, day);
        WHEN 'escalate' THEN
            c := rounds.raised(c, day);
        WHEN 'settle', 'refuse' THEN
            c.over_on := day;
            c.outcome := the_outcome;
        WHEN 'close' THEN
            c.over_on := coalesce(c.over_on, day);
            c.outcome := coalesce(the_outcome, c.outcome);
        WHEN 'reopen' THEN
            c.over_on := NULL;
            c.outcome := NULL;
            c.warned := false;
            c.breached := false;
            SELECT r.* INTO rule FROM rounds.case_rule(c.area_id, coalesce(c.matter, (SELECT i.matter FROM rounds.incidents i WHERE i.id = c.incident_id))) r;
            c.working := coalesce(rule.working, c.working);
            c.due_on := rounds.add_days(c.area_id, day, coalesce(rule.due_days, 0), c.working);
            c.escalate_on := c.due_on;
        ELSE NULL;
    END CASE;
    PERFORM rounds.save_case(c);
    INSERT INTO rounds.case_steps (case_id, seq, id, command, from_stage, to_stage, actor, account_id, unit_id, handler_id, due_on, pause_reason, refuse_reason, outcome, text)
    VALUES (c.id, c.steps + 1, the_step, the_command, move.from_stage, move.to_stage, move.actor, rounds.principal_account(),
        CASE WHEN the_command = 'join' THEN the_unit ELSE c.unit_id END, c.handler_id, c.due_on, the_pause, the_refusal,
        the_outcome, nullif(the_text, ''));
    RETURN true;
END
$$;

-- Whether the principal belongs to a unit that has the case; without a unit everybody
-- who may see it does.
CREATE FUNCTION rounds.is_case_member(the_case uuid, the_unit uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT the_unit IS NULL OR EXISTS (
        SELECT FROM rounds.own_units() o WHERE o = the_unit OR o IN (SELECT j.unit_id FROM rounds.case_units j WHERE j.case_id = the_case))
$$;

-- A paused case goes on: as many days are left as were when it was paused, and what was
-- late then is late still.
CREATE FUNCTION rounds.run_on(c rounds.cases, day date) RETURNS rounds.cases
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    due date := c.due_on;
BEGIN
    IF c.paused_on <= c.due_on THEN
        c.due_on := greatest(c.due_on, rounds.add_days(c.area_id, day, rounds.days_after(c.area_id, c.paused_on, c.due_on, c.working), c.working));
    END IF;
    IF c.paused_on <= c.escalate_on THEN
        c.escalate_on := greatest(c.escalate_on, rounds.add_days(c.area_id, day, rounds.days_after(c.area_id, c.paused_on, c.escalate_on, c.working), c.working));
    END IF;
    IF c.due_on > due THEN
        c.warned := false;
        c.breached := false;
    END IF;
    c.paused_on := NULL;
    RETURN c;
END
$$;

-- The unit above takes over and its lead answers; the one below works on with it. It has
-- two working days until the case goes further.
CREATE FUNCTION rounds.raised(c rounds.cases, day date) RETURNS rounds.cases
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    above uuid := rounds.unit_above(c.unit_id, c.area_id);
BEGIN
    IF above IS NULL THEN
        RAISE EXCEPTION 'there is no unit above' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_top';
    END IF;
    IF c.unit_id IS NOT NULL THEN
        INSERT INTO rounds.case_units (case_id, unit_id) VALUES (c.id, c.unit_id) ON CONFLICT DO NOTHING;
    END IF;
    DELETE FROM rounds.case_units j WHERE j.case_id = c.id AND j.unit_id = above;
    c.unit_id := above;
    c.handler_id := NULL;
    c.lead_id := rounds.lead_of(above);
    c.escalate_on := greatest(c.due_on, rounds.add_days(c.area_id, day, 2, true));
    RETURN c;
END
$$;

-- The incident is open as long as its case is, and due when it is.
CREATE FUNCTION rounds.save_case(c rounds.cases) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.cases SET stage = c.stage, unit_id = c.unit_id, handler_id = c.handler_id, lead_id = c.lead_id, due_on = c.due_on, working = c.working,
        escalate_on = c.escalate_on, paused_on = c.paused_on, over_on = c.over_on, outcome = c.outcome, warned = c.warned, breached = c.breached
    WHERE id = c.id;
    UPDATE rounds.incidents i SET
        state = CASE WHEN c.over_on IS NULL THEN 'open' ELSE 'closed' END::rounds.incident_state, closed_on = c.over_on, due_on = c.due_on
    WHERE i.id = c.incident_id AND (i.closed_on IS DISTINCT FROM c.over_on OR i.due_on <> c.due_on);
END
$$;

-- What the clock does to some cases, about most of them; gives how many. Each step is
-- there once, however often this runs and wherever it is cut off: it and what it changes
-- are one transaction, and its id follows from what it is about. What is due before soon
-- is warned of.
CREATE FUNCTION rounds.run_case_clocks(soon date, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    c rounds.cases;
    doing rounds.case_command;
    done integer := 0;
    day date := rounds.today();
BEGIN
    IF rounds.principal_role() <> 'service:clock' THEN
        RAISE EXCEPTION 'only the clock does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR c IN SELECT * FROM rounds.cases k
        WHERE k.wake_for = 'warn' AND k.wake_on < soon OR k.wake_for IN ('breach', 'escalate', 'close') AND k.wake_on < day
        ORDER BY k.wake_for, k.wake_on LIMIT most FOR UPDATE SKIP LOCKED
    LOOP
        doing := c.wake_for;
        IF doing = 'escalate' AND rounds.unit_above(c.unit_id, c.area_id) IS NULL THEN
            UPDATE rounds.cases SET warned = warned WHERE id = c.id; -- winds it anew
            CONTINUE;
        END IF;
        CASE doing
            WHEN 'warn' THEN c.warned := true;
            WHEN 'breach' THEN c.breached := true;
            WHEN 'escalate' THEN c := rounds.raised(c, day);
            WHEN 'close' THEN c.stage := 'closed';
        END CASE;
        INSERT INTO rounds.case_steps (case_id, seq, id, command, from_stage, to_stage, actor, unit_id, handler_id, due_on)
        SELECT c.id, c.steps + 1, md5(concat_ws(' ', c.id, doing, c.due_on, c.over_on, c.unit_id, c.steps))::uuid, doing, s.to_stage, c.stage, 'clock', c.unit_id, c.handler_id, c.due_on
        FROM rounds.case_steps s WHERE s.case_id = c.id AND s.seq = c.steps;
        PERFORM rounds.save_case(c);
        done := done + 1;
    END LOOP;
    RETURN done;
END
$$;

-- The text of a case is read by those who deal with it.
CREATE FUNCTION rounds.case_texts(the_case uuid) RETURNS TABLE (seq integer, text text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT s.seq, s.text::text FROM rounds.case_steps s JOIN rounds.cases c ON c.id = s.case_id
    WHERE c.id = the_case AND s.text IS NOT NULL AND rounds.principal_role() = 'case_handler' AND c.area_id IN (SELECT rounds.granted_areas())
        AND rounds.is_case_member(c.id, c.unit_id)
$$;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['case_moves', 'case_rules', 'case_counters', 'cases', 'case_units', 'case_steps'] LOOP
        EXECUTE format('ALTER TABLE rounds.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    END LOOP;
END
$$;
GRANT SELECT ON rounds.case_moves, rounds.case_rules, rounds.case_counters, rounds.cases, rounds.case_units TO rounds_app;
GRANT SELECT (case_id, seq, id, command, from_stage, to_stage, actor, account_id, at, unit_id, handler_id, due_on, pause_reason, refuse_reason, outcome)
    ON rounds.case_steps TO rounds_app;
GRANT INSERT, DELETE, UPDATE (unit_id, due_days, working) ON rounds.case_rules TO rounds_app;
-- State and days of an incident follow from its case.
REVOKE UPDATE ON rounds.incidents FROM rounds_app;
DROP POLICY change ON rounds.incidents;

CREATE POLICY read ON rounds.case_moves FOR SELECT TO rounds_app USING (true);
CREATE POLICY read ON rounds.case_rules FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('supervisor', 'case_handler') AND area_id IN (SELECT rounds.visible_areas()));
CREATE POLICY write ON rounds.case_rules TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()));
-- A worker sees what became of hazards and services; of disputes nothing.
CREATE POLICY read ON rounds.cases FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('supervisor', 'case_handler') AND area_id IN (SELECT rounds.granted_areas())
    OR (SELECT rounds.principal_role()) = 'worker' AND NOT dispute AND incident_id IS NOT NULL AND area_id IN (SELECT rounds.granted_areas()));
CREATE POLICY read ON rounds.case_units FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('supervisor', 'case_handler') AND case_id IN (SELECT c.id FROM rounds.cases c));
CREATE POLICY read ON rounds.case_steps FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('supervisor', 'case_handler') AND case_id IN (SELECT c.id FROM rounds.cases c));

-- The case of an incident goes with it; one out of an old ledger by its own clock. Texts
-- go sooner.
INSERT INTO rounds.retention (class, age, action) VALUES ('cases', '12 months', 'delete'), ('case_texts', '90 days', 'forget');
CREATE FUNCTION rounds.sweep_cases(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.cases WHERE id IN (
        SELECT c.id FROM rounds.cases c WHERE c.stage IN ('settled', 'refused', 'closed') AND c.over_on < rounds.over_before('cases', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
CREATE FUNCTION rounds.sweep_case_texts(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    UPDATE rounds.case_steps SET text = NULL WHERE (case_id, seq) IN (
        SELECT s.case_id, s.seq FROM rounds.case_steps s JOIN rounds.cases c ON c.id = s.case_id
        WHERE s.text IS NOT NULL AND c.over_on < rounds.over_before('case_texts', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
CREATE INDEX case_steps_with_text ON rounds.case_steps (case_id) WHERE text IS NOT NULL;

REVOKE EXECUTE ON FUNCTION rounds.append_case_step(), rounds.agree_with_steps(), rounds.keep_case_step(), rounds.wind_case(), rounds.rewind_cases(), rounds.open_cases(), rounds.case_due(uuid, text, date),
    rounds.unit_above(uuid, uuid), rounds.nearest_unit(uuid, rounds.branch), rounds.case_rule(uuid, text), rounds.follow_incident(), rounds.lead_of(uuid), rounds.series_of(uuid),
    rounds.case_command(uuid, uuid, rounds.case_command, integer, uuid, uuid, rounds.pause_reason, rounds.refuse_reason, rounds.case_outcome, text),
    rounds.is_case_member(uuid, uuid), rounds.run_on(rounds.cases, date), rounds.raised(rounds.cases, date), rounds.save_case(rounds.cases),
    rounds.run_case_clocks(date, integer), rounds.case_texts(uuid), rounds.sweep_cases(timestamptz, integer), rounds.sweep_case_texts(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    rounds.case_command(uuid, uuid, rounds.case_command, integer, uuid, uuid, rounds.pause_reason, rounds.refuse_reason, rounds.case_outcome, text),
    rounds.is_case_member(uuid, uuid), rounds.run_case_clocks(date, integer), rounds.case_texts(uuid), rounds.case_due(uuid, text, date),
    rounds.sweep_cases(timestamptz, integer), rounds.sweep_case_texts(timestamptz, integer) TO rounds_app;

-- What is open already.
CREATE TRIGGER incidents_open_old_cases AFTER UPDATE ON rounds.incidents REFERENCING NEW TABLE AS incoming
    FOR EACH STATEMENT EXECUTE FUNCTION rounds.open_cases();
UPDATE rounds.incidents SET state = state WHERE state = 'open';
DROP TRIGGER incidents_open_old_cases ON rounds.incidents;

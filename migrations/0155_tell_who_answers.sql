-- Whoever answers for a case is told that it is late, also where no unit is above, and that
-- it was taken up a level, also when a person did that. Of a lead who is away it is who
-- stands in.

ALTER TYPE rounds.notice_kind ADD VALUE 'case_late';

-- The lead of a case, or whoever is on duty for who is on leave, has no grant any more or
-- is disabled.
CREATE FUNCTION rounds.answers_for(the_unit uuid, the_lead uuid, the_day date) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT CASE WHEN rounds.can_handle(the_lead, u.area_id)
            AND NOT EXISTS (SELECT FROM rounds.staff_leave l WHERE l.account_id = the_lead AND the_day BETWEEN l.first_on AND l.last_on)
        THEN the_lead ELSE rounds.on_duty(u.id, the_day) END
    FROM rounds.units u WHERE u.id = the_unit
$$;
REVOKE EXECUTE ON FUNCTION rounds.answers_for(uuid, uuid, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.answers_for(uuid, uuid, date) TO rounds_app;

-- What the clock does to some cases, about most of them; gives each step, and whom to tell
-- of it: who has the case in hand that it is due soon, who answers for it that it is late,
-- and who does above that it was taken up a level. Each step is
-- there once, however often this runs and wherever it is cut off: it and what it changes
-- are one transaction, and its id follows from what it is about. What is due before soon
-- is warned of.
CREATE OR REPLACE FUNCTION rounds.run_case_clocks(soon date, most integer) RETURNS TABLE (the_case uuid, the_account uuid, the_kind rounds.notice_kind, the_day date)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    c rounds.cases;
    doing rounds.case_command;
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
        the_case := c.id;
        the_account := CASE doing WHEN 'warn' THEN coalesce(c.handler_id, rounds.on_duty(c.unit_id, day))
            WHEN 'close' THEN NULL ELSE rounds.answers_for(c.unit_id, c.lead_id, day) END;
        the_kind := CASE WHEN the_account IS NOT NULL THEN CASE doing WHEN 'warn' THEN 'case_due' WHEN 'breach' THEN 'case_late' ELSE 'case_escalated' END END;
        the_day := CASE doing WHEN 'escalate' THEN day ELSE c.due_on END;
        RETURN NEXT;
    END LOOP;
END
$$;

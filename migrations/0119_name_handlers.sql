-- Who mediates a dispute: two at most, named, never by themselves. They alone open what
-- its parties left; whoever is relieved no longer does. Rows stay with the case, so that
-- it is known who could look, from when to when, and who let them.

CREATE TABLE rounds.dispute_handlers (
    -- The client's, so that the same again names nobody else.
    id         uuid PRIMARY KEY,
    case_id    uuid NOT NULL REFERENCES rounds.cases ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES rounds.accounts,
    named_by   uuid NOT NULL REFERENCES rounds.accounts,
    named_on   date NOT NULL DEFAULT rounds.today(),
    ended_on   date,
    -- Nobody: the case went to a unit that they are not in.
    ended_by   uuid REFERENCES rounds.accounts,
    CONSTRAINT dispute_handlers_by_another CHECK (named_by <> account_id),
    CONSTRAINT dispute_handlers_days CHECK (ended_on >= named_on AND (ended_by IS NULL OR ended_on IS NOT NULL))
);
CREATE UNIQUE INDEX dispute_handlers_now ON rounds.dispute_handlers (case_id, account_id) WHERE ended_on IS NULL;
CREATE INDEX dispute_handlers_account_id ON rounds.dispute_handlers (account_id, case_id);
ALTER TABLE rounds.dispute_handlers ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.dispute_handlers FORCE ROW LEVEL SECURITY;
GRANT SELECT ON rounds.dispute_handlers TO rounds_app;
-- Who keeps cases there knows whom to ask.
CREATE POLICY read ON rounds.dispute_handlers FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('supervisor', 'case_handler') AND EXISTS (SELECT FROM rounds.cases c WHERE c.id = case_id));

CREATE FUNCTION rounds.is_named(the_case uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT rounds.principal_role() = 'case_handler' AND EXISTS (
        SELECT FROM rounds.dispute_handlers h JOIN rounds.cases c ON c.id = h.case_id
        WHERE h.case_id = the_case AND h.account_id = rounds.principal_account() AND h.ended_on IS NULL AND c.area_id IN (SELECT rounds.granted_areas()))
$$;
ALTER POLICY read ON rounds.dispute_contacts USING ((SELECT rounds.principal_role()) = 'case_handler' AND rounds.is_named(incident_id));

-- Whether somebody may be named: a case handler of the area, in a unit that has the case.
CREATE FUNCTION rounds.may_mediate(the_account uuid, c rounds.cases) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM rounds.accounts a JOIN rounds.grants g ON g.account_id = a.id JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
        WHERE a.id = the_account AND a.disabled_at IS NULL AND g.role = 'case_handler' AND p.area_id = c.area_id AND rounds.holds(g))
    AND (c.unit_id IS NULL OR EXISTS (
        SELECT FROM (SELECT c.unit_id UNION SELECT j.unit_id FROM rounds.case_units j WHERE j.case_id = c.id) has
            JOIN rounds.units u ON u.id = has.unit_id LEFT JOIN rounds.unit_members m ON m.unit_id = u.id AND m.account_id = the_account
        WHERE u.lead_id = the_account OR m.account_id IS NOT NULL))
$$;

-- Whom one may name now: name and id, for who leads there and for the named.
CREATE FUNCTION rounds.mediators_of(the_case uuid) RETURNS TABLE (account_id uuid, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT a.id, rounds.colleague_name(a.id) FROM rounds.cases c JOIN rounds.accounts a ON rounds.may_mediate(a.id, c)
    WHERE c.id = the_case AND c.dispute AND c.area_id IN (SELECT rounds.granted_areas()) AND a.id <> rounds.principal_account()
        AND (rounds.principal_role() = 'supervisor' OR rounds.is_named(c.id))
        AND NOT EXISTS (SELECT FROM rounds.dispute_handlers h WHERE h.case_id = c.id AND h.account_id = a.id AND h.ended_on IS NULL)
    ORDER BY 2, 1
$$;

-- Names somebody, in the place of another or beside. Who leads there may, and who is
-- named may give the own place away or fill the other that is free. false for the same again.
CREATE FUNCTION rounds.name_handler(the_id uuid, the_case uuid, the_account uuid, instead_of uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    c rounds.cases;
    before rounds.dispute_handlers;
    me uuid := rounds.principal_account();
BEGIN
    SELECT * INTO c FROM rounds.cases k WHERE k.id = the_case AND k.dispute AND k.incident_id IS NOT NULL
        AND rounds.principal_role() IN ('supervisor', 'case_handler') AND k.area_id IN (SELECT rounds.granted_areas()) FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such dispute' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_none';
    END IF;
    SELECT * INTO before FROM rounds.dispute_handlers h WHERE h.id = the_id;
    IF FOUND THEN
        IF (before.case_id, before.account_id, before.named_by) IS DISTINCT FROM (the_case, the_account, me) THEN
            RAISE EXCEPTION 'the id is taken' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_steps_taken';
        END IF;
        RETURN false;
    END IF;
    IF the_account = me OR NOT (rounds.principal_role() = 'supervisor' OR rounds.is_named(the_case) AND coalesce(instead_of, me) = me) THEN
        RAISE EXCEPTION 'nobody names themselves' USING ERRCODE = 'check_violation', CONSTRAINT = 'dispute_handlers_by_another';
    END IF;
    IF NOT rounds.may_mediate(the_account, c) THEN
        RAISE EXCEPTION 'the handler is no member of the unit' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_handler_there';
    END IF;
    IF instead_of IS NOT NULL THEN
        UPDATE rounds.dispute_handlers h SET ended_on = rounds.today(), ended_by = me
        WHERE h.case_id = the_case AND h.account_id = instead_of AND h.ended_on IS NULL;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'they are not named' USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_handler_there';
        END IF;
    END IF;
    IF (SELECT count(*) FROM rounds.dispute_handlers h WHERE h.case_id = the_case AND h.ended_on IS NULL) >= 2 THEN
        RAISE EXCEPTION 'two are named' USING ERRCODE = 'check_violation', CONSTRAINT = 'dispute_handlers_two';
    END IF;
    INSERT INTO rounds.dispute_handlers (id, case_id, account_id, named_by) VALUES (the_id, the_case, the_account, me);
    RETURN true;
END
$$;

-- A case that another unit gets is no longer that of who is not in it.
CREATE FUNCTION rounds.relieve_handlers() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.dispute_handlers h SET ended_on = greatest(rounds.today(), h.named_on)
    WHERE h.case_id = NEW.id AND h.ended_on IS NULL AND NOT rounds.may_mediate(h.account_id, NEW);
    RETURN NULL;
END
$$;
CREATE TRIGGER cases_relieve AFTER UPDATE OF unit_id ON rounds.cases FOR EACH ROW
    WHEN (NEW.dispute AND NEW.unit_id IS DISTINCT FROM OLD.unit_id) EXECUTE FUNCTION rounds.relieve_handlers();

REVOKE EXECUTE ON FUNCTION rounds.is_named(uuid), rounds.may_mediate(uuid, rounds.cases), rounds.mediators_of(uuid), rounds.name_handler(uuid, uuid, uuid, uuid),
    rounds.relieve_handlers() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.is_named(uuid), rounds.mediators_of(uuid), rounds.name_handler(uuid, uuid, uuid, uuid) TO rounds_app;

-- Unit and days of a dispute are told, its matter is not: all disputes have the same.

DELETE FROM rounds.case_rules r USING rounds.matters m WHERE m.code = r.matter AND m.kind = 'dispute';
UPDATE rounds.matter_choices c SET due_days = NULL FROM rounds.matters m WHERE m.code = c.matter AND m.kind = 'dispute';
CREATE FUNCTION rounds.keep_disputes_alike() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF NEW.due_days IS NULL AND TG_TABLE_NAME = 'matter_choices' OR NOT EXISTS (
        SELECT FROM rounds.matters m WHERE m.code = NEW.matter AND m.kind = 'dispute') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a dispute has the unit and the days of all disputes' USING ERRCODE = 'check_violation', CONSTRAINT = 'disputes_alike';
END
$$;
CREATE TRIGGER case_rules_alike BEFORE INSERT OR UPDATE ON rounds.case_rules FOR EACH ROW EXECUTE FUNCTION rounds.keep_disputes_alike();
CREATE TRIGGER matter_choices_alike BEFORE INSERT OR UPDATE ON rounds.matter_choices FOR EACH ROW EXECUTE FUNCTION rounds.keep_disputes_alike();

-- The first unit of an area has those of its cases in sight that nobody has: the clock
-- takes them there when they are late.
CREATE FUNCTION rounds.wind_unheld_cases() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.cases c SET warned = c.warned
    WHERE c.unit_id IS NULL AND c.over_on IS NULL AND c.area_id IN (SELECT p.area_id FROM rounds.area_paths p WHERE p.ancestor_id = NEW.area_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER units_founded AFTER INSERT ON rounds.units FOR EACH ROW EXECUTE FUNCTION rounds.wind_unheld_cases();

-- An answer that fewer than ten gave is withheld, as one that nobody gave.
CREATE OR REPLACE FUNCTION rounds.satisfaction_sums() RETURNS SETOF rounds.satisfaction
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT s.* FROM rounds.satisfaction s JOIN rounds.units u ON u.id = s.unit_id
    WHERE rounds.principal_role() IN ('supervisor', 'analyst', 'case_handler') AND u.area_id IN (SELECT rounds.granted_areas())
        AND s.quarter + interval '3 months' <= rounds.today() AND s.people >= 10
    ORDER BY s.quarter DESC, s.unit_id, s.question, s.answer
$$;
REVOKE EXECUTE ON FUNCTION rounds.keep_disputes_alike(), rounds.wind_unheld_cases() FROM PUBLIC;
-- The list of open disputes, page by page.
CREATE INDEX incidents_open_disputes ON rounds.incidents (asked_on, id) WHERE kind = 'dispute' AND state = 'open';

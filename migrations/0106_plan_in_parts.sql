-- A large round is planned in parts, each by a job of its own: territories by part, then
-- the seams between parts, then the lines. What the jobs hand on stands here, as ids, for
-- as long as the plan is being made.

ALTER TYPE rounds.plan_stage ADD VALUE 'seams' AFTER 'routes';

CREATE TYPE rounds.part_step AS ENUM ('territories', 'seams', 'lines');

CREATE TABLE rounds.plan_parts (
    id         uuid PRIMARY KEY,
    plan_id    uuid NOT NULL REFERENCES rounds.plans ON DELETE CASCADE,
    step       rounds.part_step NOT NULL,
    number     integer NOT NULL,
    workers    uuid[] NOT NULL,
    households uuid[] NOT NULL,
    attempts   smallint NOT NULL DEFAULT 0,
    finished   boolean NOT NULL DEFAULT false,
    UNIQUE (plan_id, step, number)
);

CREATE TABLE rounds.plan_drafts (
    plan_id    uuid NOT NULL REFERENCES rounds.plans ON DELETE CASCADE,
    worker_id  uuid REFERENCES rounds.workers ON DELETE CASCADE,
    day        date,
    reason     rounds.unplanned_reason,
    base_id    uuid,
    households uuid[] NOT NULL,
    CONSTRAINT plan_drafts_day_or_reason CHECK ((day IS NULL) = (reason IS NOT NULL) AND (day IS NULL OR worker_id IS NOT NULL)),
    UNIQUE (plan_id, worker_id, day)
);
-- Deleting a worker finds the drafts.
CREATE INDEX plan_drafts_worker_id ON rounds.plan_drafts (worker_id);

ALTER TABLE rounds.plan_parts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE rounds.plan_drafts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE (workers, attempts, finished) ON rounds.plan_parts TO rounds_app;
GRANT SELECT, INSERT, DELETE ON rounds.plan_drafts TO rounds_app;
CREATE POLICY read ON rounds.plan_parts FOR SELECT TO rounds_app USING ((SELECT rounds.principal_role()) IN ('service:planning', 'service:operator'));
CREATE POLICY add ON rounds.plan_parts FOR INSERT TO rounds_app WITH CHECK ((SELECT rounds.principal_role()) = 'service:planning');
CREATE POLICY change ON rounds.plan_parts FOR UPDATE TO rounds_app USING ((SELECT rounds.principal_role()) = 'service:planning');
CREATE POLICY read ON rounds.plan_drafts FOR SELECT TO rounds_app USING ((SELECT rounds.principal_role()) IN ('service:planning', 'service:operator'));
CREATE POLICY add ON rounds.plan_drafts FOR INSERT TO rounds_app WITH CHECK ((SELECT rounds.principal_role()) = 'service:planning');
CREATE POLICY remove ON rounds.plan_drafts FOR DELETE TO rounds_app USING ((SELECT rounds.principal_role()) = 'service:planning');

-- When a plan is made, given up or failed, nothing of its making is kept. A job that ends
-- at this moment holds its part's row, which is waited for, or finds it gone.
CREATE FUNCTION rounds.drop_parts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    DELETE FROM rounds.plan_parts t WHERE t.plan_id = NEW.id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    DELETE FROM rounds.plan_drafts d WHERE d.plan_id = NEW.id;
    IF NEW.state <> 'proposed' THEN
        DELETE FROM rounds.stops s WHERE s.plan_id = NEW.id;
        DELETE FROM rounds.routes r WHERE r.plan_id = NEW.id;
    END IF;
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.drop_parts() FROM PUBLIC;
CREATE TRIGGER plans_drop_parts AFTER UPDATE OF state ON rounds.plans
    FOR EACH ROW WHEN (OLD.state = 'planning' AND NEW.state <> 'planning') EXECUTE FUNCTION rounds.drop_parts();

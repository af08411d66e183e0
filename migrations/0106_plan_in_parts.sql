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
    attempts   smallint NOT NULL DEFAULT 0,
    finished   boolean NOT NULL DEFAULT false,
    divided_at timestamptz NOT NULL,
    UNIQUE (plan_id, step, number)
);

CREATE TABLE rounds.plan_part_workers (
    part_id   uuid NOT NULL REFERENCES rounds.plan_parts ON DELETE CASCADE,
    worker_id uuid NOT NULL REFERENCES rounds.workers ON DELETE CASCADE,
    PRIMARY KEY (part_id, worker_id)
);
-- Deleting a worker finds the parts.
CREATE INDEX plan_part_workers_worker_id ON rounds.plan_part_workers (worker_id);

CREATE TABLE rounds.plan_part_households (
    part_id      uuid NOT NULL REFERENCES rounds.plan_parts ON DELETE CASCADE,
    household_id uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    PRIMARY KEY (part_id, household_id)
);
-- Deleting a place finds the parts.
CREATE INDEX plan_part_households_household_id ON rounds.plan_part_households (household_id);

-- A household is on a worker's day, or has a reason.
CREATE TABLE rounds.plan_drafts (
    plan_id      uuid NOT NULL REFERENCES rounds.plans ON DELETE CASCADE,
    household_id uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    worker_id    uuid REFERENCES rounds.workers ON DELETE CASCADE,
    day          date,
    seq          integer,
    reason       rounds.unplanned_reason,
    PRIMARY KEY (plan_id, household_id),
    CONSTRAINT plan_drafts_day_or_reason CHECK (
        (day IS NULL) = (reason IS NOT NULL) AND (day IS NULL) = (seq IS NULL) AND (day IS NULL OR worker_id IS NOT NULL))
);
CREATE INDEX plan_drafts_day ON rounds.plan_drafts (plan_id, worker_id, day, seq);
-- Deleting a place or a worker finds the drafts.
CREATE INDEX plan_drafts_household_id ON rounds.plan_drafts (household_id);
CREATE INDEX plan_drafts_worker_id ON rounds.plan_drafts (worker_id);

-- The place on whose street a worker starts who starts nowhere else.
CREATE TABLE rounds.plan_bases (
    plan_id      uuid NOT NULL REFERENCES rounds.plans ON DELETE CASCADE,
    worker_id    uuid NOT NULL REFERENCES rounds.workers ON DELETE CASCADE,
    household_id uuid NOT NULL REFERENCES rounds.households ON DELETE CASCADE,
    PRIMARY KEY (plan_id, worker_id)
);
-- Deleting a place or a worker finds the bases.
CREATE INDEX plan_bases_household_id ON rounds.plan_bases (household_id);
CREATE INDEX plan_bases_worker_id ON rounds.plan_bases (worker_id);

DO $$
DECLARE
    part text;
BEGIN
    FOREACH part IN ARRAY ARRAY['plan_parts', 'plan_part_workers', 'plan_part_households', 'plan_drafts', 'plan_bases'] LOOP
        EXECUTE format('ALTER TABLE rounds.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', part);
        EXECUTE format('GRANT SELECT, INSERT ON rounds.%I TO rounds_app', part);
        EXECUTE format('CREATE POLICY read ON rounds.%I FOR SELECT TO rounds_app USING ((SELECT rounds.principal_role()) IN (''service:planning'', ''service:operator''))', part);
        EXECUTE format('CREATE POLICY add ON rounds.%I FOR INSERT TO rounds_app WITH CHECK ((SELECT rounds.principal_role()) = ''service:planning'')', part);
    END LOOP;
END
$$;
GRANT UPDATE (attempts, finished) ON rounds.plan_parts TO rounds_app;
CREATE POLICY change ON rounds.plan_parts FOR UPDATE TO rounds_app USING ((SELECT rounds.principal_role()) = 'service:planning');
GRANT DELETE ON rounds.plan_drafts, rounds.plan_bases TO rounds_app;
CREATE POLICY remove ON rounds.plan_drafts FOR DELETE TO rounds_app USING ((SELECT rounds.principal_role()) = 'service:planning');
CREATE POLICY remove ON rounds.plan_bases FOR DELETE TO rounds_app USING ((SELECT rounds.principal_role()) = 'service:planning');

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
    DELETE FROM rounds.plan_bases b WHERE b.plan_id = NEW.id;
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

-- Plans are made by jobs of the queue, in any process on any machine. What was ordered
-- stands with the plan, as a job's arguments hold ids alone; open pages and tiles hear
-- of a plan's course from the database.

ALTER TABLE rounds.plans
    ADD COLUMN begins_on date,
    ADD COLUMN search_ms integer NOT NULL DEFAULT 0,
    ADD COLUMN iterations bigint NOT NULL DEFAULT 0,
    ADD COLUMN attempts smallint NOT NULL DEFAULT 0,
    ADD CONSTRAINT plans_order_check CHECK (search_ms >= 0 AND iterations >= 0 AND attempts >= 0);

-- A plan that the release before this one was making has no order that could be
-- taken up again.
UPDATE rounds.plans SET state = 'failed', failure = 'interrupted' WHERE state = 'planning';

-- Counts that a refusal changes are not told.
CREATE FUNCTION rounds.tell_plan() RETURNS trigger
    LANGUAGE plpgsql SET search_path TO 'rounds', 'pg_temp'
AS $$
BEGIN
    PERFORM pg_notify('rounds_plans', NEW.id::text || ' ' || NEW.round_id::text || ' ' || NEW.state::text);
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.tell_plan() FROM PUBLIC;

CREATE TRIGGER plans_tell AFTER INSERT OR UPDATE OF state, stage, stage_done ON rounds.plans
    FOR EACH ROW EXECUTE FUNCTION rounds.tell_plan();

-- An order is never changed; attempts are counted.
GRANT UPDATE (attempts) ON rounds.plans TO rounds_app;

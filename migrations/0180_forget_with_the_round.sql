-- A phone may send its visits while the round is being closed: those that are written first
-- are waited for and forgotten with the others, those that come later see that it is closed.
-- Without a lock on the round an outcome outlived it, and its door was open again.
CREATE OR REPLACE FUNCTION rounds.visit_recorded() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    PERFORM FROM rounds.rounds o WHERE o.id IN (SELECT r.round_id FROM recorded r) ORDER BY o.id FOR SHARE;
    IF EXISTS (SELECT FROM rounds.rounds o WHERE o.closed_at IS NOT NULL AND o.id IN (SELECT r.round_id FROM recorded r)) THEN
        RAISE EXCEPTION 'the round is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'visits_round_open';
    END IF;
    -- Two visits to one door at once take turns here: each door is made, or locked when it
    -- is there, in one order for all.
    INSERT INTO rounds.doors (round_id, household_id, area_id, state)
    SELECT DISTINCT r.round_id, h.id, h.area_id, 'open'::rounds.door_state FROM recorded r JOIN rounds.households h ON h.id = r.household_id
    ORDER BY h.id, r.round_id ON CONFLICT (round_id, household_id) DO UPDATE SET state = excluded.state WHERE false;
    IF EXISTS (SELECT FROM rounds.doors d JOIN recorded r USING (round_id, household_id) WHERE r.attempt IS NOT NULL AND d.state = 'finished') THEN
        RAISE EXCEPTION 'the door is finished in this round' USING ERRCODE = 'check_violation', CONSTRAINT = 'visits_door_open';
    END IF;
    PERFORM rounds.settle_doors(array_agg(r.round_id), array_agg(r.household_id)) FROM recorded r HAVING count(*) > 0;
    RETURN NULL;
END
$$;

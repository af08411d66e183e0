-- The job goes on until nothing went, and the board tells how many: a function that returns
-- void in SQL is NULL and was counted as none.
CREATE OR REPLACE FUNCTION rounds.sweep_dispute_parties(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    dispute uuid;
    gone integer := 0;
BEGIN
    FOR dispute IN SELECT DISTINCT k.case_id FROM sealed.case_keys k JOIN rounds.cases c ON c.id = k.case_id
        WHERE c.over_on < rounds.over_before('dispute_parties', now)::date LIMIT batch
    LOOP
        PERFORM rounds.forget_parties(dispute);
        gone := gone + 1;
    END LOOP;
    RETURN gone;
END
$$;

-- Of a visit only its day and the part of that day are known. The 72 hours of the part
-- begin with the day where the installation is, so that however early in it the visit
-- was, the part is no older than 72 hours and a daily sweep.
CREATE OR REPLACE FUNCTION rounds.sweep_visit_times(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    clock text := nullif(current_setting('rounds.clock', true), '');
    -- How far ahead of UTC the installation is.
    ahead interval := coalesce(left(clock, 19)::timestamp - clock::timestamptz AT TIME ZONE 'UTC', '0');
    last_over date := (rounds.over_before('visit_times', now) AT TIME ZONE 'UTC' + ahead)::date;
    gone integer;
BEGIN
    UPDATE rounds.visits SET part = NULL WHERE id IN (
        SELECT v.id FROM rounds.visits v WHERE v.part IS NOT NULL AND v.visited_on <= last_over LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

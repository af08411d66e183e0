-- A worker who changes the order of a day keeps to the hours that places asked for, and so
-- is told them: of the stops of the own route, and of nothing else that a booking holds.
CREATE FUNCTION rounds.hours_of_stops(the_route uuid) RETURNS TABLE (seq smallint, opens time, closes time)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    -- As wishes.terms of the planner: a booking counts on its days, else the place's own hours do.
    RETURN QUERY SELECT s.seq, coalesce(b.opens, h.window_opens), coalesce(b.closes, h.window_closes)
        FROM rounds.routes r JOIN rounds.plans p ON p.id = r.plan_id JOIN rounds.stops s ON s.route_id = r.id
            JOIN rounds.households h ON h.id = s.household_id
            LEFT JOIN rounds.bookings b ON b.round_id = p.round_id AND b.household_id = s.household_id AND b.opens IS NOT NULL
                AND r.day BETWEEN coalesce(b.first_day, r.day) AND coalesce(b.last_day, r.day)
        WHERE r.id = the_route AND rounds.principal_role() = 'worker' AND r.worker_id = (SELECT rounds.principal_worker())
          AND p.state = 'published' AND p.round_id IN (SELECT rounds.granted_rounds())
          AND coalesce(b.opens, h.window_opens) IS NOT NULL AND coalesce(b.closes, h.window_closes) IS NOT NULL;
END
$$;
REVOKE ALL ON FUNCTION rounds.hours_of_stops(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.hours_of_stops(uuid) TO rounds_app;

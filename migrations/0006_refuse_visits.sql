-- A place that asked never to be visited leaves at once, from open plans too.

-- Takes a place out of a route: the legs before and behind it become one, later
-- stops move up, the way to its door goes from the line.
CREATE FUNCTION rounds.leave_out_stop(the_route uuid, the_seq smallint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, public, pg_temp AS $$
DECLARE
    gone rounds.stops;
    door geometry;
    later record;
    leg integer;
    metres integer;
    clock time;
BEGIN
    SELECT * INTO gone FROM rounds.stops WHERE route_id = the_route AND seq = the_seq;
    SELECT at INTO door FROM rounds.households WHERE id = gone.household_id;
    DELETE FROM rounds.stops WHERE route_id = the_route AND seq = the_seq;
    UPDATE rounds.stops SET seq = seq - 1 WHERE route_id = the_route AND seq > the_seq;
    clock := (gone.arrive_at - make_interval(secs => gone.travel_s))::time; -- when the stop before was left
    leg := gone.travel_s;
    metres := gone.distance_m;
    FOR later IN
        SELECT s.*, h.window_opens FROM rounds.stops s JOIN rounds.households h ON h.id = s.household_id
        WHERE s.route_id = the_route AND s.seq >= the_seq ORDER BY s.seq
    LOOP
        UPDATE rounds.stops SET
            travel_s = later.travel_s + leg,
            distance_m = later.distance_m + metres,
            arrive_at = clock + make_interval(secs => later.travel_s + leg),
            start_at = greatest(clock + make_interval(secs => later.travel_s + leg), later.window_opens)
        WHERE route_id = the_route AND seq = later.seq;
        UPDATE rounds.stops SET depart_at = start_at + (later.depart_at - later.start_at)
        WHERE route_id = the_route AND seq = later.seq RETURNING depart_at INTO clock;
        leg := 0;
        metres := 0;
    END LOOP;
    UPDATE rounds.routes r SET
        last_travel_s = r.last_travel_s + leg,
        last_distance_m = r.last_distance_m + metres,
        back_at = clock + make_interval(secs => r.last_travel_s + leg),
        service_s = s.service_s,
        wait_s = s.wait_s,
        line = coalesce((
            SELECT ST_MakeLine(p.geom ORDER BY p.path) FROM ST_DumpPoints(r.line) p
            WHERE p.path[1] IN (1, ST_NPoints(r.line)) OR NOT ST_DWithin(p.geom, door, 0.00001)
            HAVING count(*) > 1), r.line)
    FROM (
        SELECT coalesce(sum(extract(epoch FROM depart_at - start_at)), 0)::integer AS service_s,
               coalesce(sum(extract(epoch FROM start_at - arrive_at)), 0)::integer AS wait_s
        FROM rounds.stops WHERE route_id = the_route) s
    WHERE r.id = the_route;
    -- A day without stops has no route.
    DELETE FROM rounds.routes r WHERE r.id = the_route AND NOT EXISTS (SELECT FROM rounds.stops s WHERE s.route_id = r.id);
END
$$;

-- Deletes the household and everything of it, and keeps the HMACs that refuse it
-- on every input. Who may see a household may do this; false: there is none to see.
CREATE FUNCTION rounds.refuse_visits(the_household uuid, hmacs bytea[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, public, pg_temp AS $$
DECLARE
    place rounds.households;
    plans uuid[];
    stop record;
BEGIN
    SELECT * INTO place FROM rounds.households WHERE id = the_household FOR UPDATE;
    IF place.id IS NULL OR NOT coalesce(
        rounds.principal_role() = 'service:operator'
        OR (rounds.principal_role() = 'supervisor' AND place.area_id IN (SELECT rounds.granted_areas()))
        OR (rounds.principal_role() = 'worker' AND place.id IN (SELECT rounds.assigned_households())), false) THEN
        RETURN false;
    END IF;
    INSERT INTO rounds.refusals (address_hmac) SELECT DISTINCT unnest(hmacs) ON CONFLICT DO NOTHING;
    plans := ARRAY (SELECT s.plan_id FROM rounds.stops s WHERE s.household_id = place.id);
    UPDATE rounds.plans p SET households = p.households - 1, planned = p.planned - 1 WHERE p.id = ANY (plans);
    UPDATE rounds.plans p SET households = p.households - 1
    WHERE p.id IN (SELECT u.plan_id FROM rounds.unplanned u WHERE u.household_id = place.id);
    FOR stop IN SELECT route_id, seq FROM rounds.stops WHERE household_id = place.id LOOP
        PERFORM rounds.leave_out_stop(stop.route_id, stop.seq);
    END LOOP;
    UPDATE rounds.plans p SET (travel_s, distance_m) = (
        SELECT coalesce(sum(r.travel_s), 0), coalesce(sum(r.distance_m), 0) FROM rounds.routes r WHERE r.plan_id = p.id)
    WHERE p.id = ANY (plans);
    DELETE FROM rounds.households WHERE id = place.id;
    UPDATE rounds.areas a SET dwellings = a.dwellings - place.doors
    WHERE a.id IN (SELECT ancestor_id FROM rounds.area_paths WHERE area_id = place.area_id);
    UPDATE rounds.dwelling_groups g SET dwellings = g.dwellings - place.doors
    WHERE g.id IN (SELECT group_id FROM rounds.dwelling_group_cells WHERE cell = place.cell AND area_id = place.area_id);
    PERFORM pg_notify('rounds_work', place.cell::text || ' ' || place.area_id::text);
    RETURN true;
END
$$;

REVOKE EXECUTE ON FUNCTION rounds.leave_out_stop(uuid, smallint), rounds.refuse_visits(uuid, bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.refuse_visits(uuid, bytea[]) TO rounds_app;

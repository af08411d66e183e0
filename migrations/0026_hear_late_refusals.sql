-- A phone that was offline at the door may send the wish never to be visited after a
-- new plan gave the door to a colleague. The wish counts all the same, as a visit does.
CREATE FUNCTION rounds.may_refuse(the_household uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT CASE rounds.principal_role()
        WHEN 'service:operator' THEN true
        WHEN 'supervisor' THEN EXISTS (
            SELECT FROM rounds.households h WHERE h.id = the_household AND h.area_id IN (SELECT rounds.granted_areas()))
        WHEN 'worker' THEN EXISTS (
            SELECT FROM rounds.stops s JOIN rounds.plans p ON p.id = s.plan_id JOIN rounds.rounds o ON o.id = p.round_id
            WHERE s.household_id = the_household AND o.closed_at IS NULL AND rounds.is_assigned(o.id, the_household))
        ELSE false END
$$;

-- The place of which a principal may tell the wish, for the HMACs of its address.
CREATE FUNCTION rounds.place_to_refuse(the_household uuid) RETURNS SETOF rounds.households
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT h.* FROM rounds.households h WHERE h.id = the_household AND rounds.may_refuse(h.id)
$$;

CREATE OR REPLACE FUNCTION rounds.refuse_visits(the_household uuid, hmacs bytea[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, public, pg_temp AS $$
DECLARE
    place rounds.households;
    plans uuid[];
    stop record;
BEGIN
    SELECT * INTO place FROM rounds.households WHERE id = the_household FOR UPDATE;
    IF place.id IS NULL OR NOT rounds.may_refuse(place.id) THEN
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

REVOKE EXECUTE ON FUNCTION rounds.may_refuse(uuid), rounds.place_to_refuse(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.place_to_refuse(uuid) TO rounds_app;

-- A resident is told all that is held of the place by its address: also what keeps a
-- worker safe there, whether or not it is over and waits for the sweep. Who noted or
-- proposed it is not told.
CREATE FUNCTION rounds.door_notes_held(the_household uuid) RETURNS TABLE (household_id uuid, note text, seen_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT n.household_id, n.note::text, n.seen_on
    FROM rounds.place_asked_for(the_household) h JOIN rounds.door_notes n ON n.household_id = h.id ORDER BY n.note
$$;
-- Without a last day it waits for a second supervisor.
CREATE FUNCTION rounds.pair_visits_held(the_household uuid) RETURNS TABLE (proposed_on date, ends_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT p.proposed_on, p.ends_on
    FROM rounds.place_asked_for(the_household) h JOIN rounds.pair_visits p ON p.household_id = h.id
$$;
REVOKE EXECUTE ON FUNCTION rounds.door_notes_held(uuid), rounds.pair_visits_held(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.door_notes_held(uuid), rounds.pair_visits_held(uuid) TO rounds_app;

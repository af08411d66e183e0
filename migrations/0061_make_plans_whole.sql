-- What was planned before this release has each household once too.
DO $$
DECLARE
    come uuid[];
BEGIN
    come := ARRAY (SELECT h.id FROM rounds.households h WHERE EXISTS (
        SELECT FROM rounds.round_areas a JOIN rounds.rounds r ON r.id = a.round_id AND r.closed_at IS NULL
            JOIN rounds.plans p ON p.round_id = r.id AND p.state IN ('proposed', 'published')
        WHERE a.area_id = h.area_id
          AND NOT EXISTS (SELECT FROM rounds.stops s WHERE s.plan_id = p.id AND s.household_id = h.id)
          AND NOT EXISTS (SELECT FROM rounds.unplanned u WHERE u.plan_id = p.id AND u.household_id = h.id)
          AND NOT EXISTS (SELECT FROM rounds.doors d WHERE d.round_id = r.id AND d.household_id = h.id AND d.state = 'finished')));
    IF come <> '{}' THEN
        EXECUTE 'SELECT rounds.wait_for_plan($1)' USING come;
    END IF;
END
$$;

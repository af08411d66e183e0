-- What the units of the principal's areas have to do, as seen on a day: open cases are
-- counted by unit, stage, day and age in one go and then summed. Under the policy of cases,
-- whose answer the planner cannot guess, they were sorted first and took 215 ms of 50,000.
-- The area of a case lies in that of its unit: who may see the unit may see it. ages are
-- the days of the first three classes.
CREATE FUNCTION rounds.unit_loads(day date, ages integer[])
    RETURNS TABLE (unit_id uuid, open integer, received integer, late integer, soon integer, paused integer, week integer, month integer, quarter integer, more integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF coalesce(rounds.principal_role(), '') NOT IN ('supervisor', 'case_handler') THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH few AS MATERIALIZED (
        SELECT c.unit_id AS unit, c.stage, c.due_on < day AS is_late, c.due_on <= day + 1 AS is_soon,
            CASE WHEN c.opened_on >= day - ages[1] THEN 1 WHEN c.opened_on >= day - ages[2] THEN 2 WHEN c.opened_on >= day - ages[3] THEN 3 ELSE 4 END AS age,
            count(*) AS n
        FROM rounds.cases c
        WHERE c.over_on IS NULL AND NOT c.merged
            AND c.unit_id = ANY (ARRAY(SELECT u.id FROM rounds.units u WHERE u.area_id IN (SELECT rounds.granted_areas())))
        GROUP BY 1, 2, 3, 4, 5)
    SELECT f.unit, sum(f.n)::integer,
        coalesce(sum(f.n) FILTER (WHERE f.stage IN ('received', 'triaged')), 0)::integer,
        coalesce(sum(f.n) FILTER (WHERE f.stage <> 'paused' AND f.is_late), 0)::integer,
        coalesce(sum(f.n) FILTER (WHERE f.stage <> 'paused' AND f.is_soon AND NOT f.is_late), 0)::integer,
        coalesce(sum(f.n) FILTER (WHERE f.stage = 'paused'), 0)::integer,
        coalesce(sum(f.n) FILTER (WHERE f.age = 1), 0)::integer, coalesce(sum(f.n) FILTER (WHERE f.age = 2), 0)::integer,
        coalesce(sum(f.n) FILTER (WHERE f.age = 3), 0)::integer, coalesce(sum(f.n) FILTER (WHERE f.age = 4), 0)::integer
    FROM few f GROUP BY f.unit;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.unit_loads(date, integer[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.unit_loads(date, integer[]) TO rounds_app;

-- Medians are those of one unit, which cases_over_of_unit finds; what was over lately is
-- listed page by page, and a day has thousands.
CREATE INDEX cases_by_end ON rounds.cases (over_on, id) WHERE over_on IS NOT NULL;
DROP INDEX rounds.cases_board_over;

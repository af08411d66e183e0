-- What the page without login tells everybody: which rounds there are and what for,
-- roles in numbers, and what the installer gave alone. Each function gives that and no
-- more: no household, no plan, no name of a person.

CREATE FUNCTION rounds.public_rounds(the_day date) RETURNS TABLE (
        area text, area_zh text, purpose rounds.purpose, emergency rounds.emergency, announced_on date, starts_on date, ends_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT a.name, a.name_zh, r.purpose, r.emergency, r.announced_on, r.starts_on, r.ends_on
    FROM rounds.rounds r JOIN rounds.areas a ON a.id = r.area_id
    WHERE r.closed_at IS NULL AND r.announced_on <= the_day AND r.ends_on >= the_day
    ORDER BY r.starts_on, a.name, r.id
$$;

CREATE FUNCTION rounds.public_roles() RETURNS TABLE (role rounds.role, accounts bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT g.role, count(DISTINCT g.account_id) FROM rounds.grants g JOIN rounds.accounts a ON a.id = g.account_id
    WHERE rounds.holds(g) AND a.disabled_at IS NULL GROUP BY g.role ORDER BY g.role
$$;

-- Grants that nobody but the installer gave, those of one area and time together.
CREATE FUNCTION rounds.public_installer_grants() RETURNS TABLE (
        role rounds.role, area text, area_zh text, purposes text[], accounts bigint, since date, until date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT g.role, a.name, a.name_zh, coalesce(array_agg(DISTINCT g.purpose::text) FILTER (WHERE g.purpose IS NOT NULL), '{}'),
        count(DISTINCT g.account_id), g.starts_at::date, g.ends_at::date
    FROM rounds.grants g JOIN rounds.accounts o ON o.id = g.account_id LEFT JOIN rounds.areas a ON a.id = g.area_id
    WHERE rounds.holds(g) AND g.proposed_by IS NULL AND o.disabled_at IS NULL
    GROUP BY g.role, a.id, a.name, a.name_zh, g.starts_at::date, g.ends_at::date
    ORDER BY g.role, a.name, 6
$$;

REVOKE EXECUTE ON FUNCTION rounds.public_rounds(date), rounds.public_roles(), rounds.public_installer_grants() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.public_rounds(date), rounds.public_roles(), rounds.public_installer_grants() TO rounds_app;

-- Nobody looks, confirms or enters wider than privacy.md says.

-- An invitation that an administrator keeps back until the grants are confirmed, and
-- uses before its person does, lets in to nothing: the grants that hold by then sleep,
-- until a second person wakes them. The operator, who gives grants together with the
-- invitation, could give them to anybody.
CREATE OR REPLACE FUNCTION rounds.use_link(hash bytea) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    used rounds.links;
BEGIN
    IF rounds.principal_role() <> 'service:login' THEN
        RETURN NULL;
    END IF;
    -- Nobody joins, and gets a way to sign in, between the look and the use.
    PERFORM FROM rounds.accounts a JOIN rounds.links l ON l.account_id = a.id WHERE l.token_hash = hash FOR UPDATE OF a;
    DELETE FROM rounds.links l USING rounds.accounts a
    WHERE l.token_hash = hash AND now() < l.expires_at AND a.id = l.account_id AND a.disabled_at IS NULL
        AND (l.kind = 'recovery' OR a.joined_at IS NULL)
    RETURNING l.* INTO used;
    IF used.kind = 'recovery'
        OR EXISTS (SELECT FROM rounds.accounts WHERE id = used.account_id AND password_hash IS NOT NULL)
        OR EXISTS (SELECT FROM rounds.passkeys WHERE account_id = used.account_id)
        OR EXISTS (SELECT FROM rounds.identities WHERE account_id = used.account_id) THEN
        PERFORM rounds.forget_credentials(used.account_id);
        UPDATE rounds.grants SET asleep_since = now(), asleep_by = used.issued_by WHERE account_id = used.account_id AND now() < ends_at;
    ELSIF used.issued_by IS NOT NULL THEN
        -- What is only proposed waits for its second person anyway.
        UPDATE rounds.grants SET asleep_since = now(), asleep_by = used.issued_by
        WHERE account_id = used.account_id AND confirmed_at IS NOT NULL AND now() < ends_at;
    END IF;
    UPDATE rounds.accounts SET joined_at = coalesce(joined_at, now()) WHERE id = used.account_id;
    RETURN used.account_id;
END
$$;

-- An officer confirms and ends grants of the own area and of those within it; one of an
-- administrator, which has no area, only as the officer of all areas.
CREATE FUNCTION rounds.officer_of_all() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    RETURN rounds.principal_role() = 'dpo' AND EXISTS (SELECT rounds.granted_areas())
        AND NOT EXISTS (SELECT FROM rounds.areas a WHERE a.parent_id IS NULL AND a.id NOT IN (SELECT rounds.granted_areas()));
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.officer_of_all() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.officer_of_all() TO rounds_app;
ALTER POLICY change ON rounds.grants USING (
    (SELECT rounds.principal_role()) IN ('service:operator', 'administrator')
    OR (SELECT rounds.principal_role()) = 'dpo' AND CASE WHEN area_id IS NULL THEN (SELECT rounds.officer_of_all()) ELSE area_id IN (SELECT rounds.granted_areas()) END
    OR (SELECT rounds.principal_role()) = 'supervisor' AND role = 'worker' AND rounds.is_granted(area_id, purpose));

-- A timer has no area of its own, which a worker who moves would leave behind: it is
-- seen by who plans for the worker. That is by the worker's area and not by the grant,
-- also when the grant has ended: somebody may be missing.
DROP POLICY lapsed ON rounds.lone_timers;
ALTER TABLE rounds.lone_timers DROP COLUMN area_id;
CREATE POLICY lapsed ON rounds.lone_timers FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'supervisor' AND lapses_at <= rounds.clock() AND worker_id IN (SELECT w.id FROM rounds.workers w));

-- An analyst looks at what is open, and at no photo.
ALTER POLICY read ON rounds.incidents USING (
    (SELECT rounds.principal_role()) IN ('service:import', 'service:tiles', 'service:operator')
    OR (SELECT rounds.principal_role()) IN ('worker', 'supervisor', 'case_handler') AND area_id IN (SELECT rounds.granted_areas())
    OR (SELECT rounds.principal_role()) = 'analyst' AND state = 'open' AND area_id IN (SELECT rounds.granted_areas()));
ALTER POLICY read ON rounds.photos USING (
    (SELECT rounds.principal_role()) = 'service:retention'
    OR (SELECT rounds.principal_role()) IN ('worker', 'supervisor', 'case_handler') AND incident_id IN (SELECT i.id FROM rounds.incidents i));

-- When somebody is away is for who plans and for the worker, no matter of accounts.
ALTER POLICY read ON rounds.worker_days_off USING (
    (SELECT rounds.principal_role()) IN ('worker', 'supervisor', 'service:planning', 'service:operator')
    AND worker_id IN (SELECT w.id FROM rounds.workers w));

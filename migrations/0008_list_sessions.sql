-- Sessions are listed by device and ended one by one; grants can sleep.

CREATE TYPE rounds.browser AS ENUM ('chrome', 'edge', 'firefox', 'safari', 'samsung', 'other');
CREATE TYPE rounds.system AS ENUM ('android', 'ios', 'windows', 'macos', 'linux', 'chromeos', 'other');
CREATE TYPE rounds.sign_in_means AS ENUM ('password', 'passkey', 'provider', 'pin', 'link');

ALTER TABLE rounds.sessions
    ADD COLUMN id      uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    ADD COLUMN browser rounds.browser NOT NULL DEFAULT 'other',
    ADD COLUMN system  rounds.system NOT NULL DEFAULT 'other',
    ADD COLUMN means   rounds.sign_in_means NOT NULL DEFAULT 'password';
CREATE POLICY read ON rounds.sessions FOR SELECT TO rounds_app USING (account_id = (SELECT rounds.principal_account()));
CREATE POLICY leave ON rounds.sessions FOR DELETE TO rounds_app USING (account_id = (SELECT rounds.principal_account()));

-- Ends every session of an account: for who keeps accounts, who does not see when
-- colleagues were last at work.
CREATE FUNCTION rounds.end_sessions(the_account uuid) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    WITH ended AS (
        DELETE FROM rounds.sessions
        WHERE account_id = the_account AND rounds.principal_role() IN ('administrator', 'service:login', 'service:operator')
        RETURNING 1)
    SELECT count(*) FROM ended
$$;
REVOKE EXECUTE ON FUNCTION rounds.end_sessions(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.end_sessions(uuid) TO rounds_app;

-- Since when there has been a way to sign in to the account.
ALTER TABLE rounds.accounts ADD COLUMN joined_at timestamptz;
UPDATE rounds.accounts SET joined_at = created_at WHERE password_hash IS NOT NULL;
GRANT UPDATE (joined_at) ON rounds.accounts TO rounds_app;

-- Takes all ways of signing in from an account and ends its sessions.
CREATE FUNCTION rounds.forget_credentials(the_account uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF rounds.principal_role() IN ('administrator', 'service:login', 'service:operator') THEN
        UPDATE rounds.accounts SET password_hash = NULL WHERE id = the_account;
        DELETE FROM rounds.sessions WHERE account_id = the_account;
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.forget_credentials(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.forget_credentials(uuid) TO rounds_app;

-- A grant that sleeps gives nothing until a second person wakes it: after a
-- recovery, who has the account may be somebody else.
ALTER TABLE rounds.grants ADD COLUMN asleep_since timestamptz;

CREATE OR REPLACE FUNCTION rounds.granted_areas() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT DISTINCT p.area_id
    FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
    WHERE g.account_id = rounds.principal_account() AND g.role::text = rounds.principal_role()
      AND now() >= g.starts_at AND now() < g.ends_at AND g.asleep_since IS NULL
$$;

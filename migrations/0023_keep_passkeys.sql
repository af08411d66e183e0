-- Passkeys: a public key for each device or key ring that somebody signs in with.

CREATE TYPE rounds.passkey_kind AS ENUM ('phone', 'computer', 'security_key', 'password_manager', 'other');
CREATE DOMAIN rounds.credential_id AS bytea CHECK (length(VALUE) BETWEEN 16 AND 1023);
CREATE DOMAIN rounds.credential_key AS bytea CHECK (length(VALUE) BETWEEN 32 AND 4096);

CREATE TABLE rounds.passkeys (
    id              uuid PRIMARY KEY,
    account_id      uuid NOT NULL REFERENCES rounds.accounts ON DELETE CASCADE,
    kind            rounds.passkey_kind NOT NULL,
    credential_id   rounds.credential_id NOT NULL UNIQUE,
    public_key      rounds.credential_key NOT NULL,
    sign_count      bigint NOT NULL CHECK (sign_count BETWEEN 0 AND 4294967295),
    backup_eligible boolean NOT NULL,
    backed_up       boolean NOT NULL CHECK (backup_eligible OR NOT backed_up),
    added_on        date NOT NULL DEFAULT current_date,
    used_on         date
);
CREATE INDEX passkeys_account_id ON rounds.passkeys (account_id);
ALTER TABLE rounds.passkeys ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.passkeys FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON rounds.passkeys TO rounds_app;
GRANT UPDATE (sign_count, backed_up, used_on) ON rounds.passkeys TO rounds_app;
CREATE POLICY read ON rounds.passkeys FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'service:login' OR account_id = (SELECT rounds.principal_account()));
CREATE POLICY add ON rounds.passkeys FOR INSERT TO rounds_app WITH CHECK (account_id = (SELECT rounds.principal_account()));
CREATE POLICY use ON rounds.passkeys FOR UPDATE TO rounds_app USING ((SELECT rounds.principal_role()) = 'service:login');
CREATE POLICY remove ON rounds.passkeys FOR DELETE TO rounds_app USING (account_id = (SELECT rounds.principal_account()));

-- Ceremonies of signing in that were finished: none is finished twice.
CREATE TABLE rounds.spent_ceremonies (
    ceremony_hash bytea PRIMARY KEY CHECK (length(ceremony_hash) = 32),
    expires_at    timestamptz NOT NULL
);
ALTER TABLE rounds.spent_ceremonies ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.spent_ceremonies FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON rounds.spent_ceremonies TO rounds_app;
CREATE POLICY login ON rounds.spent_ceremonies TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:login') WITH CHECK ((SELECT rounds.principal_role()) = 'service:login');

CREATE OR REPLACE FUNCTION rounds.forget_credentials(the_account uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF rounds.principal_role() IN ('administrator', 'service:login', 'service:operator') THEN
        UPDATE rounds.accounts SET password_hash = NULL WHERE id = the_account;
        DELETE FROM rounds.passkeys WHERE account_id = the_account;
        DELETE FROM rounds.sessions WHERE account_id = the_account;
    END IF;
END
$$;

-- An identity of the organisation's own provider signs in to an account. Which one
-- it is stays an HMAC of issuer and subject; it gives no role.
CREATE TABLE rounds.identities (
    account_id    uuid PRIMARY KEY REFERENCES rounds.accounts ON DELETE CASCADE,
    identity_hmac bytea NOT NULL UNIQUE CHECK (length(identity_hmac) = 32),
    linked_on     date NOT NULL DEFAULT current_date
);
ALTER TABLE rounds.identities ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.identities FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON rounds.identities TO rounds_app;
CREATE POLICY read ON rounds.identities FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'service:login' OR account_id = (SELECT rounds.principal_account()));
CREATE POLICY add ON rounds.identities FOR INSERT TO rounds_app WITH CHECK (account_id = (SELECT rounds.principal_account()));
CREATE POLICY remove ON rounds.identities FOR DELETE TO rounds_app USING (account_id = (SELECT rounds.principal_account()));

CREATE OR REPLACE FUNCTION rounds.forget_credentials(the_account uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF rounds.principal_role() IN ('administrator', 'service:login', 'service:operator') THEN
        UPDATE rounds.accounts SET password_hash = NULL WHERE id = the_account;
        DELETE FROM rounds.passkeys WHERE account_id = the_account;
        DELETE FROM rounds.identities WHERE account_id = the_account;
        DELETE FROM rounds.device_pins WHERE account_id = the_account;
        DELETE FROM rounds.sessions WHERE account_id = the_account;
    END IF;
END
$$;

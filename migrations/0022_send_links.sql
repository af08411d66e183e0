-- A link makes an invitation or a recovery: it is used once, within 72 hours, and
-- only its digest is kept.

CREATE TYPE rounds.link_kind AS ENUM ('invitation', 'recovery');
CREATE TABLE rounds.links (
    token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    account_id uuid NOT NULL UNIQUE REFERENCES rounds.accounts ON DELETE CASCADE, -- a new link replaces the old
    kind       rounds.link_kind NOT NULL,
    issued_by  uuid REFERENCES rounds.accounts, -- none: the operator
    expires_at timestamptz NOT NULL DEFAULT now() + interval '72 hours'
);
CREATE INDEX links_issued_by ON rounds.links (issued_by);
ALTER TABLE rounds.links ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.links FORCE ROW LEVEL SECURITY;
GRANT SELECT ON rounds.links TO rounds_app;
CREATE POLICY login ON rounds.links FOR SELECT TO rounds_app USING ((SELECT rounds.principal_role()) = 'service:login');

-- Who put a grant to sleep does not wake it.
ALTER TABLE rounds.grants
    ADD COLUMN asleep_by uuid REFERENCES rounds.accounts, -- none: the operator
    ADD CHECK (asleep_since IS NOT NULL OR asleep_by IS NULL);
CREATE INDEX grants_asleep_by ON rounds.grants (asleep_by);

-- Only functions below say when somebody joined.
REVOKE UPDATE (joined_at) ON rounds.accounts FROM rounds_app;

-- Nobody gives another account a password; only the operator adds one with it.
CREATE FUNCTION rounds.guard_password() RETURNS trigger
    LANGUAGE plpgsql SET search_path = rounds, pg_temp AS $$
BEGIN
    IF current_user = 'rounds_app' AND NEW.password_hash IS NOT NULL AND rounds.principal_role() <> 'service:operator'
        AND (TG_OP = 'INSERT' OR NEW.password_hash IS DISTINCT FROM OLD.password_hash AND NEW.id IS DISTINCT FROM rounds.principal_account()) THEN
        RAISE EXCEPTION 'a password is set by who uses it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER accounts_password BEFORE INSERT OR UPDATE OF password_hash ON rounds.accounts
    FOR EACH ROW EXECUTE FUNCTION rounds.guard_password();

-- Keeps a link for an account, in place of an older one, and says of which kind it
-- is. An account that somebody has used gets a recovery, never an invitation. One
-- with grants gets a recovery too: who issues the link could use it, and its grants
-- are to sleep then. Only the operator, who gives grants, invites to those.
CREATE FUNCTION rounds.issue_link(the_account uuid, wanted rounds.link_kind, hash bytea, OUT issued rounds.link_kind, OUT expires timestamptz)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    who rounds.accounts;
BEGIN
    SELECT * INTO who FROM rounds.accounts WHERE id = the_account AND disabled_at IS NULL FOR UPDATE;
    IF who.id IS NULL OR rounds.principal_role() NOT IN ('administrator', 'service:operator') THEN
        RETURN;
    END IF;
    IF who.id = rounds.principal_account() THEN
        RAISE EXCEPTION 'nobody issues a link to themselves' USING ERRCODE = 'check_violation', CONSTRAINT = 'links_own';
    END IF;
    IF wanted = 'invitation' AND who.joined_at IS NOT NULL THEN
        RAISE EXCEPTION 'the account is in use' USING ERRCODE = 'check_violation', CONSTRAINT = 'links_joined';
    END IF;
    IF rounds.principal_role() <> 'service:operator' AND EXISTS (SELECT FROM rounds.grants WHERE account_id = who.id AND confirmed_at IS NOT NULL AND now() < ends_at) THEN
        wanted := 'recovery';
    END IF;
    DELETE FROM rounds.links WHERE account_id = who.id OR expires_at <= now();
    INSERT INTO rounds.links (token_hash, account_id, kind, issued_by) VALUES (hash, who.id, wanted, rounds.principal_account())
    RETURNING kind, expires_at INTO issued, expires;
END
$$;

-- Uses a link up and gives its account; NULL when there is none. The caller gives
-- the account a way to sign in within the same transaction. After a recovery the
-- ways before are gone and all grants sleep.
CREATE FUNCTION rounds.use_link(hash bytea) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    used rounds.links;
BEGIN
    IF rounds.principal_role() <> 'service:login' THEN
        RETURN NULL;
    END IF;
    DELETE FROM rounds.links l USING rounds.accounts a
    WHERE l.token_hash = hash AND now() < l.expires_at AND a.id = l.account_id AND a.disabled_at IS NULL RETURNING l.* INTO used;
    IF used.kind = 'recovery' THEN
        PERFORM rounds.forget_credentials(used.account_id);
        UPDATE rounds.grants SET asleep_since = now(), asleep_by = used.issued_by WHERE account_id = used.account_id AND now() < ends_at;
    END IF;
    UPDATE rounds.accounts SET joined_at = coalesce(joined_at, now()) WHERE id = used.account_id;
    RETURN used.account_id;
END
$$;

-- Wakes the grants of an account and gives their number. A second person does
-- this: neither the account itself nor who issued the recovery.
CREATE FUNCTION rounds.wake_grants(the_account uuid) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    woken bigint;
BEGIN
    IF rounds.principal_role() NOT IN ('administrator', 'service:operator') THEN
        RETURN 0;
    END IF;
    IF the_account = rounds.principal_account() OR EXISTS (
        SELECT FROM rounds.grants WHERE account_id = the_account AND asleep_since IS NOT NULL
            AND asleep_by IS NOT DISTINCT FROM rounds.principal_account()) THEN
        RAISE EXCEPTION 'a second person wakes grants' USING ERRCODE = 'check_violation', CONSTRAINT = 'grants_second_person';
    END IF;
    UPDATE rounds.grants SET asleep_since = NULL, asleep_by = NULL WHERE account_id = the_account AND asleep_since IS NOT NULL;
    GET DIAGNOSTICS woken = ROW_COUNT;
    RETURN woken;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.issue_link(uuid, rounds.link_kind, bytea), rounds.use_link(bytea), rounds.wake_grants(uuid), rounds.guard_password() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.issue_link(uuid, rounds.link_kind, bytea), rounds.use_link(bytea), rounds.wake_grants(uuid) TO rounds_app;

-- An invitation lets a newcomer in. It is void once somebody is in, by another way
-- too; and used on an account that has a way to sign in it is a recovery, whatever
-- it was issued as: the ways before are gone and all grants sleep.

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
    END IF;
    UPDATE rounds.accounts SET joined_at = coalesce(joined_at, now()) WHERE id = used.account_id;
    RETURN used.account_id;
END
$$;

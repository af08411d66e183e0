-- Tokens by which a GIS reads what leaves: of a receiver that the officer approved, for
-- its one purpose, its one area, until its last day. What a token shows is what its
-- maker sees at that moment, and of that the receiver's area and purpose alone.

-- The area that a principal is narrowed to, as a token is.
CREATE FUNCTION rounds.principal_area() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('rounds.area', true), '')::uuid $$;

-- What is left of an area that was granted: itself within the principal's area, the
-- principal's area within it, NULL of others.
CREATE FUNCTION rounds.narrowed(granted uuid) RETURNS uuid
    LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN rounds.principal_area() IS NULL THEN granted
        WHEN EXISTS (SELECT FROM rounds.area_paths WHERE area_id = granted AND ancestor_id = rounds.principal_area()) THEN granted
        WHEN EXISTS (SELECT FROM rounds.area_paths WHERE area_id = rounds.principal_area() AND ancestor_id = granted) THEN rounds.principal_area()
    END
$$;
REVOKE EXECUTE ON FUNCTION rounds.principal_area(), rounds.narrowed(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.principal_area(), rounds.narrowed(uuid) TO rounds_app;

CREATE OR REPLACE FUNCTION rounds.granted_areas() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    -- Somebody has a grant of each purpose on one area: it is gone through once.
    RETURN QUERY SELECT p.area_id
        FROM (SELECT DISTINCT rounds.narrowed(g.area_id) AS area_id FROM rounds.grants g WHERE rounds.is_own(g)) own
            JOIN rounds.area_paths p ON p.ancestor_id = own.area_id;
END
$$;
CREATE OR REPLACE FUNCTION rounds.granted_roots() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT own.area_id
        FROM (SELECT DISTINCT rounds.narrowed(g.area_id) AS area_id FROM rounds.grants g WHERE rounds.is_own(g)) own
        WHERE own.area_id IS NOT NULL;
END
$$;
CREATE OR REPLACE FUNCTION rounds.visible_areas() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    RETURN QUERY
        WITH own AS (SELECT DISTINCT rounds.narrowed(g.area_id) AS area_id FROM rounds.grants g WHERE rounds.is_own(g))
        SELECT p.area_id FROM own JOIN rounds.area_paths p ON p.ancestor_id = own.area_id
        UNION ALL
        SELECT p.ancestor_id FROM own JOIN rounds.area_paths p ON p.area_id = own.area_id;
END
$$;

CREATE TABLE rounds.tokens (
    id          uuid PRIMARY KEY,
    receiver_id uuid NOT NULL REFERENCES rounds.receivers,
    account_id  uuid NOT NULL DEFAULT rounds.principal_account() REFERENCES rounds.accounts,
    role        rounds.role NOT NULL CHECK (role IN ('supervisor', 'analyst')),
    secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
    made_on     date NOT NULL DEFAULT rounds.today()
);
CREATE UNIQUE INDEX tokens_secret_hash ON rounds.tokens (secret_hash);
CREATE INDEX tokens_receiver_id ON rounds.tokens (receiver_id);

-- Tokens of a receiver that has ended are forgotten when the next one is made.
CREATE FUNCTION rounds.forget_tokens() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    DELETE FROM rounds.tokens t USING rounds.receivers r WHERE r.id = t.receiver_id AND r.ends_on <= rounds.today();
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.forget_tokens() FROM PUBLIC;
CREATE TRIGGER tokens_forget AFTER INSERT ON rounds.tokens FOR EACH STATEMENT EXECUTE FUNCTION rounds.forget_tokens();

-- What left for a receiver today, by all its tokens; yesterday's is forgotten.
ALTER TABLE rounds.receivers
    ADD COLUMN sent_on date,
    ADD COLUMN sent_rows integer NOT NULL DEFAULT 0 CHECK (sent_rows >= 0);

-- Who may make a token sees which receivers it could be for.
DROP POLICY read ON rounds.receivers;
CREATE POLICY read ON rounds.receivers FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('dpo', 'supervisor', 'analyst') AND area_id IN (SELECT rounds.granted_areas()));

ALTER TABLE rounds.tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.tokens FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT (id, receiver_id, role, secret_hash), DELETE ON rounds.tokens TO rounds_app;
CREATE POLICY read ON rounds.tokens FOR SELECT TO rounds_app USING (
    account_id = (SELECT rounds.principal_account())
    OR ((SELECT rounds.principal_role()) = 'dpo' AND receiver_id IN (SELECT id FROM rounds.receivers)));
CREATE POLICY remove ON rounds.tokens FOR DELETE TO rounds_app USING (
    account_id = (SELECT rounds.principal_account())
    OR ((SELECT rounds.principal_role()) = 'dpo' AND receiver_id IN (SELECT id FROM rounds.receivers)));
-- For oneself, in the role of the moment, which has a grant of the receiver's purpose there.
CREATE POLICY add ON rounds.tokens FOR INSERT TO rounds_app WITH CHECK (
    account_id = (SELECT rounds.principal_account()) AND role::text = (SELECT rounds.principal_role())
    AND EXISTS (
        SELECT FROM rounds.receivers r JOIN rounds.area_paths p ON p.area_id = r.area_id
            JOIN rounds.grants g ON g.area_id = p.ancestor_id AND g.purpose = r.purpose
        WHERE r.id = receiver_id AND r.kind = 'token' AND r.ends_on > rounds.today() AND rounds.is_own(g)));

-- The token of a secret, while its receiver lasts and its maker holds the area for the
-- purpose. left_rows is what may leave today yet.
CREATE FUNCTION rounds.find_token(hash bytea) RETURNS TABLE (
        id uuid, receiver_id uuid, account_id uuid, role rounds.role, host text, purpose rounds.purpose, area_id uuid, left_rows integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT t.id, r.id, t.account_id, t.role, r.host, r.purpose, r.area_id,
        r.daily_rows - CASE WHEN r.sent_on = rounds.today() THEN r.sent_rows ELSE 0 END
    FROM rounds.tokens t JOIN rounds.receivers r ON r.id = t.receiver_id JOIN rounds.accounts a ON a.id = t.account_id
    WHERE rounds.principal_role() = 'service:login' AND t.secret_hash = hash AND a.disabled_at IS NULL AND r.ends_on > rounds.today()
        AND EXISTS (
            SELECT FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id AND p.area_id = r.area_id
            WHERE g.account_id = t.account_id AND g.role = t.role AND g.purpose = r.purpose AND rounds.holds(g))
$$;

-- Takes rows from what may leave for a receiver today; false when it is not enough, and
-- then none are taken.
CREATE FUNCTION rounds.spend_rows(the_receiver uuid, n integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.receivers r
    SET sent_on = rounds.today(), sent_rows = n + CASE WHEN r.sent_on = rounds.today() THEN r.sent_rows ELSE 0 END
    WHERE r.id = the_receiver AND rounds.principal_role() = 'service:login'
        AND n >= 0 AND r.daily_rows >= n + CASE WHEN r.sent_on = rounds.today() THEN r.sent_rows ELSE 0 END;
    RETURN FOUND;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.find_token(bytea), rounds.spend_rows(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.find_token(bytea), rounds.spend_rows(uuid, integer) TO rounds_app;
